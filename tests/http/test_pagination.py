import pytest

from coinbreakr.http.pagination import PageQuery, page_in
from coinbreakr.paging import Page

HUGE = 10**15 - 1


@pytest.mark.parametrize(
    ("sent", "page"),
    [
        ("1", 1),
        ("2", 2),
        ("2.7", 2),
        ("3abc", 3),
        (" +4", 4),
        ("007", 7),
        ("0", 1),
        ("-1", 1),
        ("", 1),
        ("abc", 1),
        ("٣", 1),  # ARABIC-INDIC DIGIT THREE
        (["2", "3"], 1),
        ({"": "2"}, 1),
        ("9" * 15, HUGE),
        ("0" * 20 + "5", 5),
        ("1" + "0" * 15, HUGE),
        ("9" * 5000, HUGE),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_page_is_the_integer_at_the_beginning_of_the_text_or_1(sent: object, page: int) -> None:
    assert page_in(PageQuery().load({"page": sent, "unknown": "x"})) == Page(page, 10)


@pytest.mark.parametrize(
    ("sent", "limit"),
    [("1", 1), ("99", 99), ("100", 100), ("101", 100), ("9" * 30, 100), ("0", 10), ("x", 10)],
)
def test_a_limit_is_at_most_100_and_10_for_what_is_no_positive_integer(
    sent: str, limit: int
) -> None:
    assert page_in(PageQuery().load({"limit": sent})) == Page(1, limit)


def test_without_both_it_is_the_first_page_of_ten() -> None:
    assert page_in(PageQuery().load({})) == Page(1, 10)


@pytest.mark.parametrize(
    ("number", "limit", "skip"),
    [(1, 10, 0), (2, 10, 10), (3, 7, 14), (HUGE, 100, 2**31 - 1), (2**31, 1, 2**31 - 1)],
)
def test_what_stands_before_a_page_is_bounded(number: int, limit: int, skip: int) -> None:
    assert Page(number, limit).skip == skip
