"""The indexes of expenses: those that the Node server makes, and those that our queries use."""

from typing import Final

from pymongo import ASCENDING as UP
from pymongo import DESCENDING as DOWN
from pymongo import IndexModel

from coinbreakr.mongo import casting

_NEWEST: Final = [("date", DOWN), ("_id", DOWN)]
# Expenses that are not marked settled. Queries have to say the very same, or MongoDB does not use
# the partial indexes; these stay as small as what is open, however long the history.
OPEN_EXPENSES: Final = {"isSettled": {"$in": [None, *casting.FALSE]}}


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
]
