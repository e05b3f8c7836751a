"""A new expense: its amounts, whom it may name, and what is stored."""

from decimal import Decimal
from typing import Any

import pytest
from bson import ObjectId

from coinbreakr.errors import ErrorMessage, Invalid
from coinbreakr.expenses import creation, messages
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
        creation.check_people(named, payer, CALLER, None)
        return
    with pytest.raises(Invalid) as problem:
        creation.check_people(named, payer, CALLER, None)
    assert problem.value.message == refusal


@pytest.mark.parametrize(
    ("others", "good"), [([ANN, CAT], True), ([CAT], True), ([ANN, BOB], False), ([None], False)]
)
def test_in_a_group_it_is_among_members(others: list[ObjectId], good: bool) -> None:
    named = new(shares=inputs(*((user, "5") for user in others)))
    if good:
        creation.check_people(named, CAT, CALLER, group(ANN, CAT))
        return
    with pytest.raises(Invalid) as problem:
        creation.check_people(named, ANN, CALLER, group(ANN, CAT))
    assert problem.value.message == messages.PARTICIPANT_NOT_A_MEMBER


def test_what_is_made() -> None:
    made = creation.expense(new(amount=Decimal("10.00")), ANN, BOB, CLUB, NOW)
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
    assert made.id != creation.expense(new(), ANN, ANN, None, NOW).id


def test_the_date_is_now_where_none_is_given() -> None:
    made = creation.expense(new(details=lambda: details(date=None)), ANN, ANN, None, NOW)
    assert made.details.date == NOW


def test_what_is_said_of_it_is_looked_at_last() -> None:
    def wrong() -> None:
        raise Invalid(messages.DATE_INVALID)

    late = new(details=wrong)
    creation.check_amounts(late)
    creation.check_people(late, ANN, CALLER, None)
    with pytest.raises(Invalid) as problem:
        creation.expense(late, ANN, ANN, None, NOW)
    assert problem.value.message == messages.DATE_INVALID
