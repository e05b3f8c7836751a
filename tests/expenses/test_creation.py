"""A new expense: its amounts, whom it may name, and what is stored."""

from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from bson import ObjectId

from coinbreakr.errors import ErrorMessage, Invalid
from coinbreakr.expenses import creation, messages
from coinbreakr.expenses.creation import Ready
from coinbreakr.expenses.model import Expense, ExpenseInput, Payer
from coinbreakr.splits.messages import NOBODY, PLACES
from coinbreakr.splits.model import Entry, Equal, Exact
from coinbreakr.typed import TypedDecimal
from tests.expenses.made import (
    ANN,
    BOB,
    CALLER,
    CAT,
    CLUB,
    EARLIER,
    NOW,
    details,
    group,
    inputs,
    new,
)


def made_by(said: ExpenseInput, payer: ObjectId = ANN, club: ObjectId | None = None) -> Expense:
    """What Ann records."""
    return creation.expense(Ready(said, [Payer(payer, said.amount)], club, ""), ANN, NOW)


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"amount": Decimal("10.02")}, messages.SHARES_UNEQUAL),
        ({"amount": Decimal("0.001"), "shares": []}, messages.AMOUNT_TOO_SMALL),
        ({"amount": Decimal("0.5"), "shares": [], "currency": "JPY"}, messages.AMOUNT_TOO_SMALL),
        ({"shares": inputs((ANN, "10"), (BOB, "0.001"))}, messages.SHARE_AMOUNT_TOO_SMALL),
        ({"shares": inputs((ANN, "5"), (ANN, "5"))}, messages.SHARE_TWICE),
        # Of two violations the first in this order is told.
        ({"amount": Decimal("0.001"), "shares": inputs((ANN, "1"))}, messages.SHARES_UNEQUAL),
        (
            {"amount": Decimal("0.001"), "shares": inputs((ANN, "0.001"))},
            messages.AMOUNT_TOO_SMALL,
        ),
        (
            {"shares": inputs((ANN, "10"), (ANN, "0.001"))},
            messages.SHARE_AMOUNT_TOO_SMALL,
        ),
    ],
)
def test_amounts_that_are_refused(changed: dict[str, Any], refusal: ErrorMessage) -> None:
    creation.check_amounts(new())
    with pytest.raises(Invalid) as problem:
        creation.check_amounts(new(**changed))
    assert problem.value.message.code == refusal.code


@pytest.mark.parametrize(
    ("payer", "others", "refusal"),
    [
        (ANN, [ANN], None),
        (BOB, [ANN, BOB], None),
        (ANN, [BOB], None),
        (CAT, [ANN], messages.PAYER_NOT_A_FRIEND),
        (CAT, [CAT], messages.PAYER_NOT_A_FRIEND),
        (BOB, [CAT], messages.PARTICIPANT_NOT_A_FRIEND),
        (ANN, [ANN, None], messages.PARTICIPANT_NOT_A_FRIEND),
    ],
)
def test_without_a_group_it_is_among_friends(
    payer: ObjectId, others: list[ObjectId], refusal: ErrorMessage | None
) -> None:
    named = new(shares=inputs(*((user, "5") for user in others)))
    if refusal is None:
        creation.check_people(named, [payer], CALLER, None)
        return
    with pytest.raises(Invalid) as problem:
        creation.check_people(named, [payer], CALLER, None)
    assert problem.value.message == refusal


@pytest.mark.parametrize(
    ("others", "good"), [([ANN, CAT], True), ([CAT], True), ([ANN, BOB], False), ([None], False)]
)
def test_in_a_group_it_is_among_members(others: list[ObjectId], good: bool) -> None:
    named = new(shares=inputs(*((user, "5") for user in others)))
    if good:
        creation.check_people(named, [CAT], CALLER, group(ANN, CAT))
        return
    with pytest.raises(Invalid) as problem:
        creation.check_people(named, [ANN], CALLER, group(ANN, CAT))
    assert problem.value.message == messages.PARTICIPANT_NOT_A_MEMBER


def test_what_is_made() -> None:
    made = made_by(new(amount=Decimal("10.00")), BOB, CLUB)
    assert (made.amount, type(made.amount)) == (10, int)
    assert (made.created_by, made.paid_by, made.group) == (ANN, BOB, CLUB)
    assert (made.created_at, made.updated_at) == (NOW, NOW)
    assert (made.is_settled, made.settled_at, made.version) == (False, None, 0)
    assert made.details == details()
    assert made.details.date == EARLIER
    assert [(share.user, share.amount, share.settled) for share in made.shares] == [
        (ANN, 5, False),
        (BOB, 5, False),
    ]
    assert made.id != made_by(new()).id


def test_the_date_is_now_where_none_is_given() -> None:
    made = made_by(new(details=lambda: details(date=None)))
    assert made.details.date == NOW


def test_what_is_said_of_it_is_looked_at_last() -> None:
    def wrong() -> None:
        raise Invalid(messages.DATE_INVALID)

    late = new(details=wrong)
    creation.check_amounts(late)
    creation.check_people(late, [ANN], CALLER, None)
    with pytest.raises(Invalid) as problem:
        made_by(late)
    assert problem.value.message == messages.DATE_INVALID


def test_a_split_gives_the_shares() -> None:
    split = Exact((Entry(ANN, TypedDecimal("2.50")), Entry(BOB, TypedDecimal(7.5))))
    made = creation.with_shares(new(shares=[], split=split))
    assert made.shares == inputs((ANN, "2.5"), (BOB, "7.5"))
    assert made_by(made).split == split
    plain = new()
    assert creation.with_shares(plain) is plain


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"currency": "XYZ"}, messages.CURRENCY_UNKNOWN),
        ({"amount": Decimal("0.001")}, messages.AMOUNT_TOO_SMALL),
        ({"amount": Decimal(10**14)}, messages.AMOUNT_TOO_BIG),
        ({"amount": Decimal("1.005")}, PLACES),
        ({"split": Equal(())}, NOBODY),
    ],
)
def test_what_cannot_be_split(changed: dict[str, Any], refusal: ErrorMessage) -> None:
    with pytest.raises(Invalid) as problem:
        creation.with_shares(new(**{"split": Equal((ANN,)), **changed}))
    assert problem.value.message.code == refusal.code


def test_the_digest_is_of_the_content() -> None:
    def digest(*people: Any, **changed: Any) -> str:
        return creation.digest(new(**changed), *(people or (ANN, BOB, CLUB)))

    same = digest()
    assert digest(id=CLUB, chosen=True, amount=Decimal("10.00")) == same
    assert digest(shares=inputs((ANN, "5.0"), (BOB, "5"))) == same
    others = [
        digest(CAT, BOB, CLUB),
        digest(ANN, CAT, CLUB),
        digest(ANN, BOB, None),
        digest(amount=Decimal("10.01")),
        digest(shares=inputs((ANN, "5"), (CAT, "5"))),
        digest(shares=inputs((ANN, "5"), (BOB, "5.01"))),
        digest(split=Equal((ANN, BOB))),
        digest(split=Equal((BOB, ANN))),
        *(
            digest(details=partial(details, **{name: value}))
            for name, value in (
                ("description", "D"), ("currency", "EUR"), ("category", "other"), ("date", NOW),
            )
        ),
    ]  # fmt: skip
    assert len({same, *others}) == len(others) + 1


def test_only_an_id_of_the_client_has_a_digest() -> None:
    assert creation.read(new(), ANN).request == ""
    chosen = new(id=CLUB, chosen=True, payer=lambda: BOB, group=lambda: CLUB)
    ready = creation.read(chosen, ANN)
    made = creation.expense(ready, ANN, NOW)
    assert (made.id, made.paid_by, made.group) == (CLUB, BOB, CLUB)
    assert made.request == ready.request == creation.digest(chosen, ANN, BOB, CLUB)
