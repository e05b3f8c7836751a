import hashlib
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random

from bson import ObjectId
from hypothesis import given
from hypothesis import strategies as st

from coinbreakr import money
from coinbreakr.splits.domain import divide, gives, refund
from coinbreakr.splits.model import (
    Equal,
    Exact,
    Itemized,
    Percent,
    Split,
    UnitShare,
    Weighted,
    participants,
)
from tests.splits.worlds import Case, cases, ids


def minor(amount: Decimal, currency: str) -> int:
    return int(amount * 10 ** money.places(currency))


def owed(split: Split, amount: Decimal, user: ObjectId) -> Fraction:
    """What a person owes exactly, written down once more from the rules."""
    whole = Fraction(amount)
    if isinstance(split, Equal):
        return whole / len(split.among)
    if isinstance(split, Itemized):
        among = [item for item in split.items if user in item.among]
        mine = sum((Fraction(item.amount) / len(item.among) for item in among), Fraction())
        extras = sum(Fraction(extra.amount) for extra in split.extras or ())
        return mine + extras * mine / sum(Fraction(item.amount) for item in split.items)
    value = Fraction(next(entry.value for entry in split.shares if entry.user == user))
    everybody = sum(Fraction(entry.value) for entry in split.shares)
    if isinstance(split, Exact):
        return value
    if isinstance(split, Percent):
        return whole * value / 100
    if isinstance(split, Weighted):
        return whole * value / everybody
    return (whole - everybody) / len(split.shares) + value


def shuffled(split: Split, random: Random) -> Split:
    if isinstance(split, Equal):
        return Equal(tuple(random.sample(split.among, len(split.among))))
    if isinstance(split, Itemized):
        items = [
            replace(item, among=tuple(random.sample(item.among, len(item.among))))
            for item in split.items
        ]
        return replace(split, items=tuple(random.sample(items, len(items))))
    return replace(split, shares=tuple(random.sample(split.shares, len(split.shares))))


@given(cases, ids)
def test_shares_add_up_and_are_within_a_unit_of_exact(case: Case, expense: ObjectId) -> None:
    split, amount, currency = case
    shares = divide(split, amount, currency, expense)
    assert [share.user for share in shares] == participants(split)
    assert sum(share.units for share in shares) == minor(amount, currency)
    for share in shares:
        exact = owed(split, amount, share.user) * 10 ** money.places(currency)
        assert abs(share.units - exact) < 1
        assert share.units >= 0


@given(cases, ids, st.randoms(use_true_random=False))
def test_the_order_of_input_makes_no_difference(
    case: Case, expense: ObjectId, random: Random
) -> None:
    split, amount, currency = case
    other = divide(shuffled(split, random), amount, currency, expense)
    assert set(other) == set(divide(split, amount, currency, expense))


@given(cases, ids)
def test_a_larger_remainder_never_gets_less(case: Case, expense: ObjectId) -> None:
    split, amount, currency = case
    exact = {
        share.user: (
            owed(split, amount, share.user) * 10 ** money.places(currency),
            share.units,
        )
        for share in divide(split, amount, currency, expense)
    }
    up = [owing % 1 for owing, units in exact.values() if units > owing]
    down = [owing % 1 for owing, units in exact.values() if units < owing]
    assert not up or not down or min(up) >= max(down)


@given(cases, ids)
def test_a_refund_and_its_expense_are_nothing_for_everybody(case: Case, expense: ObjectId) -> None:
    split, amount, currency = case
    shares = divide(split, amount, currency, expense)
    back = refund(shares, amount, currency, expense)
    assert back == [UnitShare(share.user, -share.units) for share in shares]


@given(cases, ids, st.data())
def test_refunds_in_steps_are_nothing_in_the_end(
    case: Case, expense: ObjectId, data: st.DataObject
) -> None:
    split, amount, currency = case
    left = divide(split, amount, currency, expense)
    while whole := sum(share.units for share in left):
        units = data.draw(st.integers(max(1, whole // 3), whole))
        step = money.from_minor(Decimal(units), currency)
        back = refund(left, step, currency, expense)
        assert sum(share.units for share in back) == -units
        left = [
            UnitShare(share.user, share.units + given.units)
            for share, given in zip(left, back, strict=True)
        ]
        assert all(share.units >= 0 for share in left)
    assert all(share.units == 0 for share in left)


@given(cases, ids)
def test_parts_as_they_were_computed_are_those_of_the_split(case: Case, expense: ObjectId) -> None:
    split, amount, currency = case
    parts = [
        (share.user, money.from_minor(Decimal(share.units), currency))
        for share in divide(split, amount, currency, expense)
    ]
    assert gives(split, reversed(parts), amount, currency, expense)
    assert not gives(split, parts[1:], amount, currency, expense)
    assert not gives(split, [*parts, parts[0]], amount, currency, expense)
    user, first = parts[0]
    other = [(user, first + money.unit(currency)), *parts[1:]]
    assert not gives(split, other, amount, currency, expense)


def test_over_300_bills_nobody_pays_more_than_a_few_cents_too_much() -> None:
    among = tuple(ObjectId(bytes([n]) * 12) for n in (1, 2, 3))
    paid = dict.fromkeys(among, 0)
    for number in range(300):
        expense = ObjectId(f"64f0c0ffee{number:014x}")
        for share in divide(Equal(among), Decimal(10), "USD", expense):
            paid[share.user] += share.units
    assert sum(paid.values()) == 300_000
    assert all(abs(units - 100_000) <= 20 for units in paid.values()), paid


def test_over_10_000_bills_nobody_gets_5_percent_more_than_their_share_of_odd_cents() -> None:
    among = tuple(ObjectId(bytes([n]) * 12) for n in (9, 4, 7, 1, 3))
    odd = dict.fromkeys(among, 0)
    for number in range(10_000):
        expense = ObjectId(hashlib.sha256(bytes([number % 256, number // 256])).digest()[:12])
        for share in divide(Equal(among), Decimal("1.02"), "USD", expense):
            odd[share.user] += share.units - 20
    assert sum(odd.values()) == 20_000
    assert all(abs(times - 4_000) <= 200 for times in odd.values()), odd
