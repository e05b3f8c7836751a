"""Documents as the servers write them, to be made odd."""

from datetime import UTC, datetime
from typing import Any

from bson import ObjectId

from tests.api import Person

NOW = datetime(2025, 3, 4, 5, 6, 7, 890_000, tzinfo=UTC)
SHOWN = "2025-03-04T05:06:07.890Z"
MADE = datetime(2024, 2, 3, 4, 5, 6, tzinfo=UTC)
MADE_SHOWN = "2024-02-03T04:05:06.000Z"
GONE: Any = "(gone)"  # the field is removed


def object_id(made: datetime = MADE) -> ObjectId:
    """A new id of that age."""
    return ObjectId(int(made.timestamp()).to_bytes(4, "big") + ObjectId().binary[4:])


def expense(payer: Person, debtor: Person, **changes: Any) -> dict[str, Any]:
    """10 USD that one paid for another, made at MADE."""
    document = {
        "_id": object_id(),
        "description": "Dinner",
        "amount": 10,
        "currency": "USD",
        "createdBy": ObjectId(payer.id),
        "paidBy": ObjectId(payer.id),
        "splitWith": [part(debtor)],
        "split": {"method": "equal", "among": [ObjectId(debtor.id)]},
        "category": "food",
        "date": NOW,
        "group": None,
        "isSettled": False,
        "createdAt": NOW,
        "updatedAt": NOW,
        "__v": 0,
    }
    return changed(document, changes)


def part(who: Person, **changes: Any) -> dict[str, Any]:
    """The 10 USD of one."""
    document = {"user": ObjectId(who.id), "amount": 10, "settled": False, "_id": ObjectId()}
    return changed(document, changes)


def settlement(payer: Person, payee: Person, **changes: Any) -> dict[str, Any]:
    """That one has paid 10 USD to another."""
    people = [ObjectId(payer.id), ObjectId(payee.id)]
    document = {
        "_id": object_id(),
        "from": people[0],
        "to": people[1],
        "people": people,
        "pair": "-".join(sorted(map(str, people))),
        "amount": 10,
        "units": 1000,
        "currency": "USD",
        "group": None,
        "date": NOW,
        "status": "counted",
        "expenses": [],
        "shares": [],
        "createdBy": people[0],
        "createdAt": NOW,
        "updatedAt": NOW,
    }
    return changed(document, changes)


def group(*people: Person, **changes: Any) -> dict[str, Any]:
    """A group whose first member made it."""
    document = {
        "_id": object_id(),
        "name": "Club",
        "description": "",
        "members": [member(person) for person in people],
        "createdBy": ObjectId(people[0].id),
        "isActive": True,
        "createdAt": NOW,
        "updatedAt": NOW,
        "__v": 0,
    }
    return changed(document, changes)


def member(who: Person, **changes: Any) -> dict[str, Any]:
    """A plain membership."""
    document = {"user": ObjectId(who.id), "role": "member", "_id": ObjectId(), "joinedAt": NOW}
    return changed(document, changes)


def pending(added_by: Person, **changes: Any) -> dict[str, Any]:
    """Somebody whom a user waits for."""
    document = {
        "_id": object_id(),
        "name": "Dora",
        "email": "dora@example.com",
        "addedBy": ObjectId(added_by.id),
        "createdAt": NOW,
        "updatedAt": NOW,
        "__v": 0,
    }
    return changed(document, changes)


def changed(document: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**document, **changes}.items() if value is not GONE}
