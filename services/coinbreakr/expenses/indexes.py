"""The indexes of expenses: those that the Node server makes, and those that our queries use."""

from typing import Final

from bson import ObjectId
from pymongo import ASCENDING as UP
from pymongo import DESCENDING as DOWN
from pymongo import IndexModel

from coinbreakr.mongo import casting

_NEWEST: Final = [("date", DOWN), ("_id", DOWN)]
# Expenses that are not marked settled. Queries have to say the very same, or MongoDB does not use
# the partial indexes; these stay as small as what is open, however long the history.
OPEN_EXPENSES: Final = {"isSettled": {"$in": [None, *casting.FALSE]}}


# Advances (see payers.py), which lists do not show. A range, so that an index alone can tell them.
ADVANCES: Final = {"advanceFor": {"$gte": ObjectId("0" * 24)}}
_REFUNDS: Final = {"refundOf": {"$exists": True}}


def _advances(*fields: str) -> IndexModel:
    """Of documents that lists do not show: these are counted, and taken from the whole count."""
    name = "_".join(["advances", *fields])
    keys = [(field, UP) for field in fields]
    return IndexModel(keys, name=name, partialFilterExpression=ADVANCES)


def _open(keys: list[tuple[str, int]]) -> IndexModel:
    name = "open_" + "_".join(field for field, _ in keys)
    return IndexModel(keys, name=name, partialFilterExpression=OPEN_EXPENSES)


OF_DELETED: Final = [
    IndexModel([(one, UP), ("deletedAt", DOWN), ("_id", DOWN)])
    for one in ("expense", "documents._id")
]
INDEXES: Final = [
    IndexModel([("createdBy", UP), *_NEWEST]),
    IndexModel([("paidBy", UP), *_NEWEST]),
    IndexModel([("splitWith.user", UP), *_NEWEST]),
    IndexModel([("group", UP), *_NEWEST]),
    IndexModel([("createdBy", UP), ("splitWith.user", UP), *_NEWEST]),
    IndexModel([("paidBy", UP), ("splitWith.user", UP), *_NEWEST]),
    # Counts of a list: what one has created is counted by `createdBy`, and these skip it.
    IndexModel([("paidBy", UP), ("createdBy", UP)]),
    IndexModel([("splitWith.user", UP), ("createdBy", UP), ("paidBy", UP)]),
    _open([("createdBy", UP), *_NEWEST]),
    _open([("paidBy", UP), *_NEWEST]),
    _open([("splitWith.user", UP), *_NEWEST]),
    _open([("group", UP), *_NEWEST]),
    _open([("paidBy", UP), ("splitWith.user", UP)]),
    _advances("advanceFor"),
    _advances("group", "advanceFor", "isSettled"),
    _advances("createdBy", "advanceFor", "isSettled"),
    _advances("paidBy", "createdBy", "advanceFor", "isSettled"),
    _advances("splitWith.user", "createdBy", "paidBy", "advanceFor", "isSettled"),
    IndexModel([("refundOf", UP)], name="refunds", partialFilterExpression=_REFUNDS),
]
