"""Expenses in and out."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bson import ObjectId
from marshmallow import Schema

from coinbreakr import money
from coinbreakr.expenses import recording
from coinbreakr.expenses.domain import Shown
from coinbreakr.expenses.model import Expense, Part
from coinbreakr.http import responses
from coinbreakr.http.schema import present
from coinbreakr.users import schemas as users
from coinbreakr.users.model import Person

_CHANGEABLE = (
    "description", "title", "amount", "currency", "splitWith", "category", "date",
    "updatedAt",  # not changed: it tells which version the client has seen
)  # fmt: skip
ShowPerson = Callable[[Person], dict[str, Any]]


class NewExpense(Schema):
    """An expense to record; checked value by value in the order that clients know."""

    def load(self, data: Any, **_: Any) -> Any:
        """A recording.Draft."""
        return recording.draft(present(data))


class ExpenseChanges(Schema):
    """What may be changed; falsy values leave it as it is."""

    def load(self, data: Any, **_: Any) -> Any:
        """An editing.Changes."""
        given = present(data)
        return {name: given[name] for name in _CHANGEABLE if name in given}


def listed(shown: Shown, now: datetime) -> list[dict[str, Any]]:
    """A list; the group is an id."""
    seen = _seen(shown, users.person)
    return [_expense(one, seen, _id(one.group), now) for one in shown.expenses]


def in_group(shown: Shown, now: datetime) -> list[dict[str, Any]]:
    """A list of one group's; the group has its name."""
    seen, group = _seen(shown, users.person), _group(shown)
    return [_expense(one, seen, group, now) for one in shown.expenses]


def one(shown: Shown, now: datetime) -> dict[str, Any]:
    """A single one; the group is an id."""
    return listed(shown, now)[0]


def recorded(shown: Shown, now: datetime) -> dict[str, Any]:
    """A new one: people without images, the group with its name."""
    return _expense(shown.expenses[0], _seen(shown, users.brief), _group(shown), now)


def _expense(
    value: Expense, seen: dict[ObjectId, dict[str, Any]], group: Any, now: datetime
) -> dict[str, Any]:
    settled_at = value.settled_at
    return {
        "_id": str(value.id),
        "title": value.title or value.description,
        "description": value.description,
        "amount": money.number(value.amount),
        "currency": value.currency,
        "createdBy": seen.get(value.created_by),
        "paidBy": seen.get(value.paid_by),
        "splitWith": [_part(part, seen) for part in value.parts],
        "category": value.category,
        "date": responses.date(value.date or now),
        "group": group,
        "isSettled": value.is_settled,
        **({} if settled_at is None else {"settledAt": responses.date(settled_at)}),
        "createdAt": responses.date(value.created_at),
        "updatedAt": responses.date(value.updated_at),
        "__v": value.version,
    }


def _part(part: Part, seen: dict[ObjectId, dict[str, Any]]) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "_id": str(part.id),
        "user": seen.get(part.user),
        "amount": money.number(part.amount),
        "settled": part.settled,
    }
    if part.settled_at is not None:
        shown["settledAt"] = responses.date(part.settled_at)
    return shown


def _seen(shown: Shown, show: ShowPerson) -> dict[ObjectId, dict[str, Any]]:
    return {user: show(person) for user, person in shown.people.items()}


def _group(shown: Shown) -> dict[str, str] | None:
    group = shown.group
    return None if group is None else {"_id": str(group.id), "name": group.name}


def _id(group: ObjectId | None) -> str | None:
    return None if group is None else str(group)
