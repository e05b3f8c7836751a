"""What the old server writes and reads: Node's Mongoose, on the same database."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from bson import ObjectId
from pymongo.database import Database

from tests.api import Person

Db = Database[dict[str, Any]]

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def user(person: Person, *, friends: Iterable[str] = ()) -> dict[str, Any]:
    return {
        "_id": ObjectId(person.id),
        "name": person.name,
        "email": person.email,
        "password": "$2b$04$" + "x" * 53,
        "profileImage": "https://via.placeholder.com/150",
        "phoneNumber": "",
        "role": "user",
        "isActive": True,
        "friends": [ObjectId(friend) for friend in friends],
        "pendingFriends": [],
        "createdAt": NOW,
        "updatedAt": NOW,
        "__v": 0,
    }


def parts(shares: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Shares as they were sent; it knows nothing of units."""
    return [
        {
            "user": ObjectId(share["user"]),
            "amount": share["amount"],
            "settled": share.get("settled", False),
            "_id": ObjectId(),
        }
        for share in shares
    ]


def create(
    db: Db,
    expense: str,
    creator: str,
    payer: str,
    group: str | None,
    body: Mapping[str, Any],
    date: datetime = NOW,
) -> None:
    db["expenses"].insert_one(
        {
            "_id": ObjectId(expense),
            "description": "N",
            "amount": body["amount"],
            "currency": body["currency"],
            "createdBy": ObjectId(creator),
            "paidBy": ObjectId(payer),
            "splitWith": parts(body["splitWith"]),
            "category": "other",
            "date": date,
            "group": None if group is None else ObjectId(group),
            "isSettled": False,
            "createdAt": NOW,
            "updatedAt": NOW,
            "__v": 0,
        }
    )


def change(db: Db, expense: str, body: Mapping[str, Any]) -> None:
    """Replaces the shares, and neither reads nor raises the version."""
    fields = {
        "amount": body["amount"],
        "currency": body["currency"],
        "splitWith": parts(body["splitWith"]),
        "updatedAt": NOW,
    }
    assert db["expenses"].update_one({"_id": ObjectId(expense)}, {"$set": fields}).matched_count


def settle(db: Db, expense: str, user: str) -> None:
    """Marks the share at its position, and the expense if nobody but the payer has an open one."""
    found = db["expenses"].find_one({"_id": ObjectId(expense)}) or {}
    mine = [share for share in found["splitWith"] if share["user"] == ObjectId(user)]
    place = found["splitWith"].index(mine[0])
    mine[0]["settled"] = True
    fields = {f"splitWith.{place}.settled": True, f"splitWith.{place}.settledAt": NOW}
    if all(share["settled"] or share["user"] == found["paidBy"] for share in found["splitWith"]):
        fields |= {"isSettled": True, "settledAt": NOW}
    same = {"_id": found["_id"], "__v": found["__v"]}
    assert db["expenses"].update_one(same, {"$set": fields | {"updatedAt": NOW}}).matched_count


def delete(db: Db, expense: str) -> None:
    assert db["expenses"].delete_one({"_id": ObjectId(expense)}).deleted_count


def balance(db: Db, user: str, friend: str) -> float:
    """What a friend owes, as the old server adds it up; all currencies together, in doubles."""
    me, other = ObjectId(user), ObjectId(friend)
    total = 0.0
    for expense in db["expenses"].find({"paidBy": {"$in": [me, other]}}):
        debtor, sign = (other, 1) if expense["paidBy"] == me else (me, -1)
        for share in expense["splitWith"]:
            if share["user"] == debtor and not share["settled"]:
                total += sign * share["amount"]
    return total
