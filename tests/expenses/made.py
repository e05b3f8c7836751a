"""Expenses, commands and people for the tests of rules."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from bson import ObjectId

from coinbreakr.expenses.model import (
    Details,
    Expense,
    ExpenseInput,
    ExpenseUpdate,
    Share,
    ShareInput,
)
from coinbreakr.groups.model import Group, Member
from coinbreakr.splits.model import Split
from coinbreakr.users.model import Caller

ANN, BOB, CAT, DAN = (ObjectId(f"65c0f0f0f0f0f0f0f0f0f0f{index}") for index in range(4))
CLUB = ObjectId("65c0f0f0f0f0f0f0f0f0f0ff")
EARLIER = datetime(2024, 1, 2, 3, 4, 5, 678000, UTC)
NOW = datetime(2026, 7, 8, 9, 10, 11, 121000, UTC)
CALLER = Caller(ANN, True, [BOB])


def details(**changed: Any) -> Details:
    said = {"description": "Dinner", "currency": "USD", "category": "food", "date": EARLIER}
    return Details(**{**said, **changed})


def shares(*pairs: tuple[ObjectId, float], **marks: Any) -> list[Share]:
    return [Share(ObjectId(), user, amount, **marks) for user, amount in pairs]


def inputs(*triples: tuple[ObjectId | None, str] | tuple[ObjectId, str, bool]) -> list[ShareInput]:
    return [ShareInput(user, Decimal(amount), *rest) for user, amount, *rest in triples]


def expense(**changed: Any) -> Expense:
    """Ann has paid 10 for herself and Bob."""
    made = {
        "id": ObjectId(),
        "details": details(),
        "amount": 10,
        "created_by": ANN,
        "paid_by": ANN,
        "shares": shares((ANN, 5), (BOB, 5)),
        "group": None,
        "created_at": EARLIER,
        "updated_at": EARLIER,
        "version": 3,
    }
    return Expense(**{**made, **changed})


def new(**changed: Any) -> ExpenseInput:
    made = {
        "id": ObjectId(),
        "chosen": False,
        "amount": Decimal(10),
        "shares": inputs((ANN, "5"), (BOB, "5")),
        "split": None,
        "currency": "USD",
        "payer": None,
        "group": None,
        "details": details,
    }
    return ExpenseInput(**{**made, **changed})


def changes(
    amount: str | None = None,
    shares: list[ShareInput] | None = None,
    split: Split | None = None,
    currency: str | None = None,
    seen: datetime | None = None,
    **said: Any,
) -> ExpenseUpdate:
    given = {**({} if currency is None else {"currency": currency}), **said}
    deferred = None if shares is None else [lambda share=share: share for share in shares]
    return ExpenseUpdate(
        amount=None if amount is None else lambda: Decimal(amount),
        shares=None if deferred is None else lambda: deferred,
        split=None if split is None else lambda: split,
        currency=currency,
        details=lambda: given,
        seen=seen,
    )


def group(*members: ObjectId) -> Group:
    enrolled = [Member(ObjectId(), user, "member", EARLIER) for user in members]
    return Group(CLUB, "Club", "", enrolled, members[0], True, EARLIER, EARLIER, version=0)
