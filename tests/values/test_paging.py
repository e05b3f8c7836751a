import pytest

from coinbreakr.paging import Page


@pytest.mark.parametrize(
    ("number", "limit", "skip"),
    [
        (1, 1, 0),
        (1, 100, 0),
        (2, 1, 1),
        (3, 10, 20),
        (2**31, 1, 2**31 - 1),
        (2**31 + 1, 1, 2**31 - 1),
        (10**15 - 1, 100, 2**31 - 1),
    ],
)
def test_what_stands_before_a_page(number: int, limit: int, skip: int) -> None:
    assert Page(number, limit).skip == skip
