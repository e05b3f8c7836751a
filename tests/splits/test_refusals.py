from decimal import Decimal

import pytest
from bson import ObjectId

from coinbreakr.errors import ErrorMessage, Invalid
from coinbreakr.splits import messages
from coinbreakr.splits.domain import divide, gives, refund
from coinbreakr.splits.model import (
    MAX_PARTICIPANTS,
    Adjusted,
    Entry,
    Equal,
    Exact,
    Extra,
    Item,
    Itemized,
    Percent,
    Split,
    UnitShare,
    Weighted,
)
from coinbreakr.typed import TypedDecimal

A, B, C = (ObjectId(bytes([n]) * 12) for n in (1, 2, 3))
MANY = tuple(ObjectId(n.to_bytes(12, "big")) for n in range(MAX_PARTICIPANTS + 1))
ONE = TypedDecimal("1")
EXPENSE = ObjectId("64f0c0ffee00000000000001")


def entries(*values: str, users: tuple[ObjectId, ...] = (A, B, C)) -> tuple[Entry, ...]:
    return tuple(
        Entry(user, TypedDecimal(value)) for user, value in zip(users, values, strict=False)
    )


def item(amount: str, *among: ObjectId, quantity: str | None = None) -> Item:
    count = None if quantity is None else TypedDecimal(quantity)
    return Item("bread", TypedDecimal(amount), among, count)


def itemized(*items: Item, extras: tuple[str, ...] = ()) -> Itemized:
    return Itemized(items, tuple(Extra("tip", TypedDecimal(extra)) for extra in extras))


def refused(split: Split, amount: str, currency: str = "USD") -> ErrorMessage:
    with pytest.raises(Invalid) as refusal:
        divide(split, Decimal(amount), currency, EXPENSE)
    return refusal.value.message


@pytest.mark.parametrize(
    ("split", "amount", "currency", "text"),
    [
        (Equal(()), "1", "USD", '"split.among" must name somebody'),
        (Equal((A, B, A)), "1", "USD", '"split.among[2]" names somebody for the second time'),
        (Equal(MANY), "1", "USD", '"split.among" can name 200 people at most'),
        (Equal((A,)), "1.005", "USD", '"amount" can have 2 decimal places in USD'),
        (Equal((A,)), "10.5", "JPY", '"amount" can have 0 decimal places in JPY'),
        (Exact(()), "1", "USD", '"split.shares" must name somebody'),
        (
            Exact(entries("1", "1", users=(A, A))),
            "2",
            "USD",
            '"split.shares[1].user" names somebody for the second time',
        ),
        (
            Exact(entries("1", "0.005")),
            "2",
            "USD",
            '"split.shares[1].amount" can have 2 decimal places in USD',
        ),
        (Exact(entries("3", "-1")), "2", "USD", '"split.shares[1].amount" cannot be negative'),
        (
            Exact(entries("1", "0.98")),
            "2",
            "USD",
            '"split.shares" must add up to the amount: 0.02 USD are missing',
        ),
        (
            Exact(entries("1", "1.001")),
            "2",
            "KWD",
            '"split.shares" must add up to the amount: 0.001 KWD are too much',
        ),
        (
            Percent(entries("50", "49.99999")),
            "2",
            "USD",
            '"split.shares[1].percent" can have 4 decimal places',
        ),
        (Percent(entries("101", "-1")), "2", "USD", '"split.shares[1].percent" cannot be negative'),
        (
            Percent(entries("50", "49.9999")),
            "2",
            "USD",
            '"split.shares" must add up to 100 percent, not 99.9999',
        ),
        (
            Percent(entries("50", "50.0001")),
            "2",
            "USD",
            '"split.shares" must add up to 100 percent, not 100.0001',
        ),
        (
            Weighted(entries("1", "0")),
            "2",
            "USD",
            '"split.shares[1].shares" must be greater than 0',
        ),
        (
            Weighted(entries("-1", "1")),
            "2",
            "USD",
            '"split.shares[0].shares" must be greater than 0',
        ),
        (
            Weighted(entries("1.00001", "1")),
            "2",
            "USD",
            '"split.shares[0].shares" can have 4 decimal places',
        ),
        (
            Adjusted(entries("1.005", "1")),
            "2",
            "USD",
            '"split.shares[0].adjustment" can have 2 decimal places in USD',
        ),
        (
            Adjusted(entries("2.02", "0")),
            "2",
            "USD",
            '"split.shares[1].adjustment" would make this person owe less than nothing',
        ),
        (itemized(), "2", "USD", '"split.items" must name somebody'),
        (
            itemized(item("2", A), item("1")),
            "3",
            "USD",
            '"split.items[1].among" must name somebody',
        ),
        (
            itemized(item("2", A, B, B)),
            "2",
            "USD",
            '"split.items[0].among[2]" names somebody for the second time',
        ),
        (
            itemized(item("2", *MANY[:-1]), item("2", MANY[-1])),
            "4",
            "USD",
            '"split.items" can name 200 people at most',
        ),
        (
            itemized(item("2", *MANY)),
            "2",
            "USD",
            '"split.items[0].among" can name 200 people at most',
        ),
        (
            itemized(item("3", A), item("-1", A)),
            "2",
            "USD",
            '"split.items[1].amount" cannot be negative',
        ),
        (
            itemized(item("2.5", A)),
            "2",
            "JPY",
            '"split.items[0].amount" can have 0 decimal places in JPY',
        ),
        (
            itemized(item("2", A, quantity="0")),
            "2",
            "USD",
            '"split.items[0].quantity" must be greater than 0',
        ),
        (
            itemized(item("2", A, quantity="0.00001")),
            "2",
            "USD",
            '"split.items[0].quantity" can have 4 decimal places',
        ),
        (
            itemized(item("2", A), extras=("1", "0.001")),
            "2",
            "USD",
            '"split.extras[1].amount" can have 2 decimal places in USD',
        ),
        (
            itemized(item("0", A), extras=("2",)),
            "2",
            "USD",
            '"split.items" must add up to more than 0',
        ),
        (
            itemized(item("2", A), extras=("-0.50",)),
            "2",
            "USD",
            '"split" must add up to the amount: 0.50 USD are missing',
        ),
        (
            itemized(item("2", A), extras=("0.50",)),
            "2",
            "USD",
            '"split" must add up to the amount: 0.50 USD are too much',
        ),
    ],
)
def test_a_refusal_names_the_field(split: Split, amount: str, currency: str, text: str) -> None:
    message = refused(split, amount, currency)
    assert message == text
    assert message.code in {text.code for text in vars(messages).values() if hasattr(text, "code")}
    assert not gives(split, [], Decimal(amount), currency, EXPENSE)


def units(split: Split, amount: str, currency: str = "USD") -> list[int]:
    return [share.units for share in divide(split, Decimal(amount), currency, EXPENSE)]


def test_the_most_that_is_allowed_is_taken() -> None:
    assert units(Equal(MANY[1:]), "2") == [1] * MAX_PARTICIPANTS
    assert units(Percent(entries("50.0001", "49.9999")), "2") == [100, 100]
    assert units(Weighted(entries("1.00010", "0.0001")), "2") == [200, 0]
    assert units(Adjusted(entries("2", "0")), "2") == [200, 0]
    assert units(itemized(item("2", A, quantity="0.0001"), extras=("-2", "0.01")), "0.01") == [1]


def test_a_share_may_be_nothing() -> None:
    assert units(Exact(entries("2", "0")), "2") == [200, 0]
    assert units(Percent(entries("100", "0")), "2") == [200, 0]
    assert units(itemized(item("2", A), item("0", B)), "2") == [200, 0]


def test_a_refund_cannot_be_more_than_is_left() -> None:
    left = [UnitShare(A, 100), UnitShare(B, 50)]
    with pytest.raises(Invalid) as refusal:
        refund(left, Decimal("1.51"), "USD", EXPENSE)
    assert refusal.value.message == '"amount" can be 1.50 USD at most, which is left of the expense'
    assert refusal.value.message.code == "REFUND_TOO_BIG"


def test_nothing_and_too_small_amounts_are_not_refunded() -> None:
    for amount in ("0", "-1", "0.005"):
        with pytest.raises(Invalid):
            refund([UnitShare(A, 100)], Decimal(amount), "USD", EXPENSE)
    with pytest.raises(Invalid):
        refund([], Decimal(0), "USD", EXPENSE)


def test_a_refund_of_a_part_is_in_proportion_and_starts_where_the_expense_does() -> None:
    left = [UnitShare(A, 100), UnitShare(B, 100), UnitShare(C, 100)]
    back = refund(left, Decimal("1.00"), "USD", EXPENSE)
    assert [share.units for share in back] == [-33, -34, -33]
    back = refund([UnitShare(A, 200), UnitShare(B, 100)], Decimal("1.50"), "USD", EXPENSE)
    assert [share.units for share in back] == [-100, -50]


def line(name: str, *among: ObjectId) -> Item:
    return Item(name, TypedDecimal("1"), among)


def test_the_names_of_a_receipt_have_5000_characters_together() -> None:
    full = Itemized(tuple(line("x" * 199, A) for _ in range(25)), (Extra("\U0001f377" * 12, ONE),))
    with_one_more = Itemized(full.items, (Extra("\U0001f377" * 12 + "yy", ONE),))
    assert [share.units for share in divide(full, Decimal(26), "USD", EXPENSE)] == [2600]
    assert refused(with_one_more, "26") == (
        '"split" can have 5000 characters in all names together'
    )


def test_the_items_of_a_receipt_name_people_2000_times_together() -> None:
    full = tuple(line("x", *MANY[:20]) for _ in range(100))
    assert len(divide(Itemized(full), Decimal(100), "USD", EXPENSE)) == 20
    assert refused(Itemized((*full, line("x", A))), "101") == (
        '"split.items" can name people 2000 times in all items together'
    )
