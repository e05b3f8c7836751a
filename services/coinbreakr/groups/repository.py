"""The groups collection. Nobody else knows its field names."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from bson import ObjectId
from pymongo import ReturnDocument
from pymongo.collection import Collection

from coinbreakr.mongo.revision import Revision

ADMIN: Final = "admin"
MEMBER: Final = "member"
_HOLDS: Final = "holds"  # counts `hold`; nothing reads it
_NOT_DELETED: Final = {"isActive": {"$ne": False}}


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a group."""

    id: ObjectId
    user: ObjectId
    role: str
    joined_at: datetime


@dataclass(frozen=True, slots=True)
class Group:
    """People who share expenses."""

    id: ObjectId
    name: str
    description: str
    members: Sequence[Member]
    created_by: ObjectId
    is_active: bool
    created_at: datetime
    updated_at: datetime
    version: int
    revision: Revision | None = field(default=None, compare=False, repr=False)

    def member(self, user: ObjectId) -> Member | None:
        """The membership of a user."""
        return next((member for member in self.members if member.user == user), None)


class Groups:
    """Groups; a deleted one is only hidden, and found by nothing but `hold`."""

    def __init__(self, collection: Collection[dict[str, Any]]) -> None:
        self._groups = collection

    def insert(self, group: Group) -> None:
        """Keep a new group."""
        self._groups.insert_one(
            {
                "_id": group.id,
                "name": group.name,
                "description": group.description,
                "members": [_member_document(member) for member in group.members],
                "createdBy": group.created_by,
                "isActive": group.is_active,
                "createdAt": group.created_at,
                "updatedAt": group.updated_at,
                "__v": group.version,
            }
        )

    def of(self, user: ObjectId) -> list[Group]:
        """The groups of a user, oldest first."""
        found = self._groups.find({"members.user": user, "isActive": True}).sort("_id", 1)
        return [_group(document) for document in found]

    def get(self, group: ObjectId) -> Group | None:
        """A group that is not deleted."""
        found = self._groups.find_one({"_id": group, **_NOT_DELETED})
        return None if found is None else _group(found)

    def hold(self, group: ObjectId) -> Group | None:
        """A group, deleted or not, that nobody changes until the transaction ends.

        It is written to, so that this transaction and one that changes the group conflict, and
        one of them starts again.
        """
        found = self._groups.find_one_and_update(
            {"_id": group}, {"$inc": {_HOLDS: 1}}, return_document=ReturnDocument.AFTER
        )
        return None if found is None else _group(found)

    def change(
        self, group: ObjectId, *, name: str | None, description: str | None, now: datetime
    ) -> None:
        """Set what is given; `updatedAt` moves even if that is nothing, as it always has."""
        given = {"name": name, "description": description}
        changes = {field: value for field, value in given.items() if value is not None}
        self._groups.update_one({"_id": group}, {"$set": {**changes, "updatedAt": now}})

    def hide(self, group: ObjectId, now: datetime) -> None:
        """Delete a group; its expenses stay."""
        self._groups.update_one({"_id": group}, {"$set": {"isActive": False, "updatedAt": now}})

    def add_member(self, group: ObjectId, member: Member, now: datetime) -> None:
        """Append a member. Positions change, so does `__v`: the Node server relies on it."""
        self._groups.update_one(
            {"_id": group, "members.user": {"$ne": member.user}},
            {
                "$push": {"members": _member_document(member)},
                "$inc": {"__v": 1},
                "$set": {"updatedAt": now},
            },
        )

    def remove_member(self, group: ObjectId, user: ObjectId, now: datetime) -> None:
        """Take a member out."""
        self._groups.update_one(
            {"_id": group},
            {
                "$pull": {"members": {"user": user}},
                "$inc": {"__v": 1},
                "$set": {"updatedAt": now},
            },
        )


def _member_document(member: Member) -> dict[str, Any]:
    return {
        "user": member.user,
        "role": member.role,
        "_id": member.id,
        "joinedAt": member.joined_at,
    }


def _group(document: dict[str, Any]) -> Group:
    created = document["createdAt"]
    return Group(
        id=document["_id"],
        name=document["name"],
        description=document.get("description", ""),
        members=[
            Member(m["_id"], m["user"], m.get("role", MEMBER), m.get("joinedAt", created))
            for m in document.get("members", [])
        ],
        created_by=document["createdBy"],
        is_active=document.get("isActive", True),
        created_at=created,
        updated_at=document["updatedAt"],
        version=document.get("__v", 0),
        revision=Revision({name: document[name] for name in document if name != _HOLDS}),
    )
