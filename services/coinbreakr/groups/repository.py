"""The groups collection. Nobody else knows its field names."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from bson import ObjectId
from pymongo import ReturnDocument
from pymongo.database import Database

from coinbreakr.findings import Finding
from coinbreakr.groups.model import MEMBER, Group, GroupUpdate, Member
from coinbreakr.mongo import expressions
from coinbreakr.mongo.documents import Documents
from coinbreakr.mongo.reading import Fields

# Members in one list: anybody can add anybody to any number of groups.
MOST_LISTED: Final = 10_000
_HOLDS: Final = "holds"  # counts `hold`; nothing reads it


class Groups:
    """Groups; a deleted one is only hidden, and found by nothing but `hold`."""

    def __init__(self, db: Database[dict[str, Any]]) -> None:
        self._groups = db["groups"]
        self._documents = Documents(self._groups)

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
        """The groups of a user, oldest first, until they have `MOST_LISTED` members together."""
        listed: list[Group] = []
        members = 0
        with self._groups.find({"members.user": user, "isActive": True}).sort("_id", 1) as found:
            for document in found:
                group = self._documents.read(document, _group)
                listed.append(group)
                members += len(group.members)
                if members >= MOST_LISTED:
                    break
        return listed

    def get(self, group: ObjectId) -> Group | None:
        """A group that is not deleted."""
        stored = self._groups.find_one({"_id": group})
        found = None if stored is None else self._documents.read(stored, _group)
        return found if found is not None and found.is_active else None

    def name(self, group: ObjectId) -> str:
        """What a group is called, deleted or not; "" if there is none."""
        found = self._groups.find_one({"_id": group}, {"name": 1})
        return "" if found is None else self._documents.read(found, _name)

    def hold(self, group: ObjectId) -> Group | None:
        """A group, deleted or not, that nobody changes until the transaction ends.

        It is written to, so that this transaction and one that changes the group conflict, and
        one of them starts again.
        """
        found = self._groups.find_one_and_update(
            {"_id": group}, {"$inc": {_HOLDS: 1}}, return_document=ReturnDocument.AFTER
        )
        return None if found is None else self._documents.read(found, _group)

    def change(self, group: ObjectId, update: GroupUpdate, now: datetime) -> Group:
        """Set what is given; `updatedAt` moves even if that is nothing, as it always has."""
        given = {"name": update.name, "description": update.description}
        changes = {field: value for field, value in given.items() if value is not None}
        return self._update(group, {"$set": {**changes, "updatedAt": now}})

    def hide(self, group: ObjectId, now: datetime) -> None:
        """Delete a group; its expenses stay."""
        self._update(group, {"$set": {"isActive": False, "updatedAt": now}})

    def add_member(self, group: ObjectId, member: Member, now: datetime) -> Group:
        """Append a member."""
        members = expressions.with_all("$members", [_member_document(member)])
        return self._set_members(group, members, now)

    def remove_member(self, group: ObjectId, user: ObjectId, now: datetime) -> Group:
        """Take a member out."""
        gone = expressions.is_id("$$this.user", user)
        return self._set_members(group, expressions.without("$members", gone), now)

    def odd(self) -> Iterator[Finding]:
        """What is not as the schema has it."""
        return self._documents.odd(_group)

    def _set_members(self, group: ObjectId, members: dict[str, Any], now: datetime) -> Group:
        """Positions change, so does `__v`: the Node server relies on it."""
        version = {"$add": [expressions.integer("$__v"), 1]}
        fields = {"members": members, "__v": version, "updatedAt": now}
        return self._update(group, [{"$set": fields}])

    def _update(self, group: ObjectId, change: Mapping[str, Any] | list[Any]) -> Group:
        """A group that the transaction has read, as it is after a change."""
        found = self._groups.find_one_and_update(
            {"_id": group}, change, return_document=ReturnDocument.AFTER
        )
        assert found is not None
        return self._documents.read(found, _group)


def _member_document(member: Member) -> dict[str, Any]:
    return {
        "user": member.user,
        "role": member.role,
        "_id": member.id,
        "joinedAt": member.joined_at,
    }


def _group(fields: Fields) -> Group:
    created = fields.created("createdAt")
    return Group(
        id=fields.id("_id"),
        name=fields.text("name"),
        description=fields.text("description", ""),
        members=[_member(member, created) for member in fields.items("members")],
        created_by=fields.id("createdBy"),
        is_active=fields.flag("isActive", default=True),
        created_at=created,
        updated_at=fields.date("updatedAt", created),
        version=fields.count("__v"),
        revision=fields.revision(but=_HOLDS),
    )


def _name(fields: Fields) -> str:
    return fields.text("name")


def _member(fields: Fields, created: datetime) -> Member:
    return Member(
        id=fields.id("_id", own=True),
        user=fields.id("user"),
        role=fields.text("role", MEMBER),
        joined_at=fields.date("joinedAt", created),
    )
