"""Documents as they are stored, for counting again. Reads only.

The names of fields stand here once more: what checks the other repositories does not use them.
"""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Final

from bson import ObjectId
from pymongo.database import Database

Document = Mapping[str, Any]
_FIELDS: Final = {
    "paidBy": 1,
    "createdBy": 1,
    "group": 1,
    "currency": 1,
    "amount": 1,
    "splitWith.user": 1,
    "splitWith.amount": 1,
    "splitWith.units": 1,
    "splitWith.settled": 1,
}
_PEOPLE: Final = {"createdBy": 1, "members.user": 1}


class StoredDocuments:
    """Expenses and groups, and which of the people and groups in them exist."""

    def __init__(self, db: Database[dict[str, Any]]) -> None:
        self._db = db

    def expenses(self) -> Iterator[Document]:
        """All of them."""
        return self._db["expenses"].find({}, _FIELDS)

    def expenses_in_group(self, group: ObjectId) -> Iterator[Document]:
        """Those of a group."""
        return self._db["expenses"].find({"group": group}, _FIELDS)

    def expenses_of(self, person: ObjectId) -> Iterator[Document]:
        """Those that a person paid or has a share in."""
        either = [{"paidBy": person}, {"splitWith.user": person}]
        return self._db["expenses"].find({"$or": either}, _FIELDS)

    def groups(self) -> Iterator[Document]:
        """All of them, with who is in them."""
        return self._db["groups"].find({}, _PEOPLE)

    def people_missing(self, people: AbstractSet[ObjectId]) -> set[ObjectId]:
        """Those of some people who have no account."""
        return self._missing("users", people)

    def groups_missing(self, groups: AbstractSet[ObjectId]) -> set[ObjectId]:
        """Those of some groups that are not there."""
        return self._missing("groups", groups)

    def _missing(self, collection: str, ids: AbstractSet[ObjectId]) -> set[ObjectId]:
        there = self._db[collection].find({"_id": {"$in": [*ids]}}, {"_id": 1})
        return {*ids} - {one["_id"] for one in there}
