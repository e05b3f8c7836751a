"""The pendingfriends collection. Nobody else knows its field names."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bson import ObjectId
from pymongo.collection import Collection as MongoCollection


@dataclass(frozen=True, slots=True)
class PendingFriend:
    """Somebody without an account whom a user has added; "" for what was not given."""

    id: ObjectId
    name: str
    email: str
    phone_number: str
    added_by: ObjectId


class PendingFriends:
    """Those who are waited for."""

    def __init__(self, collection: MongoCollection[dict[str, Any]]) -> None:
        self._pending = collection

    def added_by(self, user: ObjectId) -> list[PendingFriend]:
        """Whom a user waits for, in the order in which they were added."""
        return [_pending(found) for found in self._pending.find({"addedBy": user}).sort("_id", 1)]

    def reachable(self, *, email: str, phone_number: str) -> list[PendingFriend]:
        """Those, of anybody, with an address or a phone number; "" is nobody's."""
        given = {"email": email, "phoneNumber": phone_number}
        either = [{field: value} for field, value in given.items() if value]
        return [_pending(found) for found in self._pending.find({"$or": either})] if either else []

    def insert(self, friends: Sequence[PendingFriend], now: datetime) -> None:
        """Keep new ones; a contact that was not given is absent."""
        if friends:
            self._pending.insert_many([_document(friend, now) for friend in friends])

    def delete(self, ids: Collection[ObjectId]) -> None:
        """Forget some."""
        self._pending.delete_many({"_id": {"$in": list(ids)}})

    def delete_own(self, pending: ObjectId, user: ObjectId) -> bool:
        """Forget one whom `user` has added; whether there was one."""
        return self._pending.delete_one({"_id": pending, "addedBy": user}).deleted_count == 1


def _pending(document: dict[str, Any]) -> PendingFriend:
    return PendingFriend(
        document["_id"],
        document["name"],
        document.get("email") or "",
        document.get("phoneNumber") or "",
        document["addedBy"],
    )


def _document(friend: PendingFriend, now: datetime) -> dict[str, Any]:
    contacts = {"email": friend.email, "phoneNumber": friend.phone_number}
    return {
        "_id": friend.id,
        "name": friend.name,
        **{field: value for field, value in contacts.items() if value},
        "addedBy": friend.added_by,
        "createdAt": now,
        "updatedAt": now,
        "__v": 0,
    }
