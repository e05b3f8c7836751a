"""The fixed world of the benchmark, written as the servers write it.

200 users; one of them, the subject, with 100 friends and ten groups; 20,000 expenses, of which
about 4,200 touch the subject and 1,000 are in one group of 30 members. All of these are open. The
history that `add_history` makes is mostly settled, as years of use leave it.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from bson import ObjectId
from pymongo.database import Database

from coinbreakr.features import SCHEMA
from coinbreakr.mongo.index_builds import build_indexes
from coinbreakr.splits import rounding

START = datetime(2026, 1, 1, tzinfo=UTC)
SUBJECT = "user0@example.com"
IN_GROUP = 1_000
OF_SUBJECT = 4_000
OF_OTHERS = 15_000
SETTLED_SHARE = 0.95  # of what add_history adds
Db = Database[dict[str, Any]]


@dataclass(frozen=True)
class World:
    """What the requests of the benchmark name, and the people for its history."""

    subject: ObjectId
    email: str
    friend: ObjectId
    friends: list[ObjectId]
    group: ObjectId
    members: list[ObjectId]
    expense: ObjectId


def build(db: Db, password_hash: str) -> World:
    """Fill an empty database."""
    rng = random.Random(2026)
    users = [_id(rng) for _ in range(200)]
    subject, friends = users[0], users[1:101]
    build_indexes(db, SCHEMA.indexes, print)
    db["users"].insert_many(_users(users, friends, password_hash))
    groups = [
        _group(rng, subject, users[1:30]),
        *(_group(rng, subject, friends[:4]) for _ in "x" * 9),
    ]
    db["groups"].insert_many(groups)
    big = groups[0]["_id"]
    made = World(subject, SUBJECT, friends[0], friends, big, users[:30], _id(rng))
    shared, own = _shared(rng, made, IN_GROUP), _own(rng, made, OF_SUBJECT)
    own[0]["_id"] = made.expense
    db["expenses"].insert_many(shared + own)
    add_others(db, OF_OTHERS)
    return made


def add_history(db: Db, made: World, times: int) -> None:
    """The subject's own expenses and the group's once more, `times` times, mostly settled."""
    for turn in range(times):
        rng = random.Random(turn)
        batch = _shared(rng, made, IN_GROUP) + _own(rng, made, OF_SUBJECT)
        for expense in batch:
            if rng.random() < SETTLED_SHARE:
                _settle(expense)
        db["expenses"].insert_many(batch)


def add_groups(db: Db, made: World, sizes: tuple[int, ...]) -> dict[int, ObjectId]:
    """Groups of so many members, each with ten open expenses a member."""
    return {size: _add_group(db, made, size, 10 * size) for size in sizes}


def add_big_group(db: Db, made: World) -> ObjectId:
    """A group of 50 members with 10,000 expenses, all open."""
    return _add_group(db, made, 50, 10_000)


def _add_group(db: Db, made: World, size: int, expenses: int) -> ObjectId:
    rng = random.Random(f"group of {size}")
    members = [made.subject, *made.friends[: size - 1]]
    group = _group(rng, members[0], members[1:])
    db["groups"].insert_one(group)
    batch = [
        _expense(rng, rng.sample(members, rng.randint(2, min(size, 6))), group["_id"])
        for _ in range(expenses)
    ]
    db["expenses"].insert_many(batch)
    found: ObjectId = group["_id"]
    return found


def add_others(db: Db, count: int) -> None:
    """Expenses that do not touch the subject."""
    rng = random.Random(count)
    others = db["users"].distinct("_id", {"email": {"$ne": SUBJECT}})
    for _ in range(count // 5_000):
        batch = [_expense(rng, rng.sample(others, rng.randint(2, 5)), None) for _ in range(5_000)]
        db["expenses"].insert_many(batch)


def _shared(rng: random.Random, made: World, count: int) -> list[dict[str, Any]]:
    people = made.members
    return [_expense(rng, rng.sample(people, rng.randint(2, 6)), made.group) for _ in range(count)]


def _own(rng: random.Random, made: World, count: int) -> list[dict[str, Any]]:
    return [
        _expense(rng, [made.subject, *rng.sample(made.friends, rng.randint(1, 4))], None)
        for _ in range(count)
    ]


def _settle(expense: dict[str, Any]) -> None:
    """All have paid the payer back; the payer's own part stays open, as the app leaves it."""
    when = expense["date"] + timedelta(days=7)
    expense.update(isSettled=True, settledAt=when, updatedAt=when)
    for part in expense["splitWith"]:
        part["settled"] = part["user"] != expense["paidBy"]
        if part["settled"]:
            part["settledAt"] = when


def _users(
    users: list[ObjectId], friends: list[ObjectId], password_hash: str
) -> Iterator[dict[str, Any]]:
    for number, user in enumerate(users):
        known = friends if number == 0 else [users[0]] if user in friends else []
        yield {
            "_id": user,
            "name": f"User {number}",
            "email": f"user{number}@example.com",
            "password": password_hash,
            "profileImage": "https://via.placeholder.com/150",
            "phoneNumber": "",
            "role": "user",
            "isActive": True,
            "friends": known,
            "pendingFriends": [],
            "createdAt": START,
            "updatedAt": START,
            "__v": 0,
        }


def _group(rng: random.Random, creator: ObjectId, others: list[ObjectId]) -> dict[str, Any]:
    members = [
        {"user": user, "role": "member", "joinedAt": START, "_id": _id(rng)}
        for user in [creator, *others]
    ]
    return {
        "_id": _id(rng),
        "name": "Group",
        "description": "",
        "members": members,
        "createdBy": creator,
        "isActive": True,
        "createdAt": START,
        "updatedAt": START,
        "__v": 0,
    }


def _expense(rng: random.Random, people: list[ObjectId], group: ObjectId | None) -> dict[str, Any]:
    expense, amount = _id(rng), rng.randint(100, 20_000) / 100
    when = START - timedelta(minutes=rng.randint(0, 500_000))
    currency = rng.choice(["USD", "USD", "USD", "EUR", "JPY"])
    each = [(user, Decimal(repr(amount / len(people)))) for user in people]
    shares = [
        {
            "user": user,
            "amount": amount / len(people),
            "units": units,
            "settled": rng.random() < 0.4,
            "_id": _id(rng),
        }
        for user, units in zip(people, rounding.of_parts(each, currency, expense), strict=True)
    ]
    return {
        "_id": expense,
        "description": "Dinner",
        "amount": amount,
        "currency": currency,
        "createdBy": people[0],
        "paidBy": rng.choice(people),
        "splitWith": shares,
        "category": "food",
        "date": when,
        "group": group,
        "isSettled": False,
        "createdAt": when,
        "updatedAt": when,
        "__v": 0,
    }


def _id(rng: random.Random) -> ObjectId:
    return ObjectId(rng.randbytes(12))
