import zlib
from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from bson import ObjectId
from hypothesis import given
from hypothesis import strategies as st

from coinbreakr import money
from coinbreakr.splits.rounding import give_out, of_parts
from tests.splits.worlds import currencies, ids

A, B, C, D = (ObjectId(bytes([n]) * 12) for n in (0xA1, 0xB2, 0xC3, 0xD4))
# Their checksums begin equal remainders at position 0, 1 and 2 of three people.
FIRST, SECOND, THIRD = (
    ObjectId("64f0c0ffee00000000000004"),
    ObjectId("64f0c0ffee00000000000001"),
    ObjectId("64f0c0ffee00000000000002"),
)
doubles = st.floats(0, 10**12, allow_nan=False).map(lambda value: Decimal(repr(value)))


def thirds(*users: ObjectId) -> list[tuple[ObjectId, Fraction]]:
    return [(user, Fraction(1000, 3)) for user in users]


@pytest.mark.parametrize(("expense", "start"), [(FIRST, 0), (SECOND, 1), (THIRD, 2)])
def test_equal_remainders_begin_where_the_checksum_says(expense: ObjectId, start: int) -> None:
    assert zlib.crc32(str(expense).encode("ascii")) % 3 == start
    expected = [333, 333, 333]
    expected[start] += 1
    assert give_out(thirds(A, B, C), 1000, expense) == expected
    assert give_out(thirds(C, B, A), 1000, expense) == expected[::-1]


def test_turns_go_round_after_the_last_id() -> None:
    shares = [(user, Fraction(2, 3)) for user in (A, B, C)]
    assert give_out(shares, 2, THIRD) == [1, 0, 1]


def test_the_larger_remainder_comes_first() -> None:
    shares = [(A, Fraction(1, 10)), (B, Fraction(3, 10)), (C, Fraction(6, 10))]
    assert give_out(shares, 1, FIRST) == [0, 0, 1]


def test_who_has_nothing_left_over_still_counts_as_a_position() -> None:
    shares = [(A, Fraction(1, 2)), (B, Fraction(1, 2)), (D, Fraction(4))]
    assert give_out(shares, 5, THIRD) == [1, 0, 4]
    assert give_out(shares, 5, SECOND) == [0, 1, 4]


def test_thirds_of_the_app_take_turns() -> None:
    third = Decimal("3.3333333333333335")
    parts = [(A, third), (B, third), (C, third)]
    assert of_parts(parts, "USD", FIRST) == [334, 333, 333]
    assert of_parts(parts, "USD", SECOND) == [333, 334, 333]
    assert of_parts(parts, "KWD", SECOND) == [3333, 3334, 3333]
    assert of_parts(parts, "JPY", SECOND) == [3, 4, 3]


def test_two_parts_of_one_person_are_two_parts() -> None:
    parts = [(B, Decimal("0.335")), (A, Decimal("0.33")), (B, Decimal("0.335"))]
    assert of_parts(parts, "USD", SECOND) == [34, 33, 33]
    assert of_parts(parts, "USD", THIRD) == [33, 33, 34]


@pytest.mark.parametrize(
    ("amount", "units"), [("0.005", 1), ("0.0049", 0), ("33.333333", 3333), ("0", 0)]
)
def test_all_parts_are_worth_their_sum_rounded_half_up(amount: str, units: int) -> None:
    assert of_parts([(A, Decimal(amount))], "USD", FIRST) == [units]


def test_no_parts_are_nothing() -> None:
    assert of_parts([], "USD", FIRST) == []


@given(st.lists(st.tuples(ids, doubles), max_size=8), currencies, ids)
def test_parts_of_any_document_are_within_a_unit_and_add_up(
    parts: list[tuple[ObjectId, Decimal]], currency: str, expense: ObjectId
) -> None:
    scale = 10 ** money.places(currency)
    units = of_parts(parts, currency, expense)
    exact = [Fraction(amount) * scale for _, amount in parts]
    assert sum(units) == floor(sum(exact) + Fraction(1, 2))
    assert all(abs(unit - share) < 1 for unit, share in zip(units, exact, strict=True))


@given(st.lists(st.integers(0, 10**9), max_size=8), currencies, ids)
def test_parts_in_whole_units_stay_as_they_are(
    units: list[int], currency: str, expense: ObjectId
) -> None:
    parts = [(A, money.from_minor(Decimal(part), currency)) for part in units]
    assert of_parts(parts, currency, expense) == units
