"""The pendingfriends collection. Nobody else knows its field names."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, Final

from bson import ObjectId
from pymongo.database import Database

from coinbreakr.findings import Finding
from coinbreakr.friends.model import PendingFriend
from coinbreakr.mongo.documents import Documents
from coinbreakr.mongo.reading import Fields
from coinbreakr.users import projections

_SHOWN: Final = {**projections.CUT, "addedBy": 1}


class PendingFriends:
    """Those who are waited for."""

    def __init__(self, db: Database[dict[str, Any]]) -> None:
        self._pending = db["pendingfriends"]
        self._documents = Documents(self._pending)

    def added_by(self, user: ObjectId) -> list[PendingFriend]:
        """Whom a user waits for, in the order in which they were added."""
        return self._find({"addedBy": user})

    def reachable(self, *, email: str, phone_number: str) -> list[PendingFriend]:
        """Those, of anybody, with an address or a phone number; "" is nobody's."""
        given = {"email": email, "phoneNumber": phone_number}
        either = [{field: value} for field, value in given.items() if value]
        return self._find({"$or": either}) if either else []

    def insert(self, friends: Sequence[PendingFriend], now: datetime) -> None:
        """Keep new ones; a contact that was not given is absent."""
        if friends:
            self._pending.insert_many([_document(friend, now) for friend in friends])

    def delete(self, ids: Collection[ObjectId]) -> None:
        """Forget some."""
        self._pending.delete_many({"_id": {"$in": list(ids)}})

    def delete_own(self, pending: ObjectId, user: ObjectId) -> PendingFriend | None:
        """Forget one whom `user` has added; None if there is none."""
        found = self._pending.find_one_and_delete({"_id": pending, "addedBy": user}, _SHOWN)
        return None if found is None else self._documents.read(found, _pending)

    def odd(self) -> Iterator[Finding]:
        """What is not as the schema has it."""
        return self._documents.odd(_pending)

    def existing(self, ids: Collection[ObjectId]) -> set[ObjectId]:
        """Those of `ids` that are there."""
        return {
            found["_id"] for found in self._pending.find({"_id": {"$in": list(ids)}}, {"_id": 1})
        }

    def batches(self, size: int) -> Iterator[list[PendingFriend]]:
        """All, of everybody, in lists of at most `size`."""
        cursor = self._pending.find().sort("_id", 1)
        while batch := [self._documents.read(one, _pending) for one in islice(cursor, size)]:
            yield batch

    def _find(self, query: dict[str, Any]) -> list[PendingFriend]:
        found = self._pending.find(query, _SHOWN).sort("_id", 1)
        return [self._documents.read(document, _pending) for document in found]


def _pending(fields: Fields) -> PendingFriend:
    return PendingFriend(
        id=fields.id("_id"),
        name=fields.text("name"),
        email=fields.optional_text("email"),
        phone_number=fields.optional_text("phoneNumber"),
        added_by=fields.id("addedBy"),
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
