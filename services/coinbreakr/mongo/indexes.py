"""The indexes: those that the Node server makes, and those that our queries use.

`coinbreakr migrate` builds what is missing, after the migrations.
"""

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


INDEXES: Final[dict[str, list[IndexModel]]] = {
    "users": [
        IndexModel([("email", UP)], unique=True),
        IndexModel([("phoneNumber", UP)]),
        # Covers a search for a part of a name or address in the order of creation.
        IndexModel([("_id", UP), ("name", UP), ("email", UP)]),
    ],
    "pendingfriends": [
        IndexModel([("addedBy", UP), ("email", UP)], sparse=True),
        IndexModel([("addedBy", UP), ("phoneNumber", UP)], sparse=True),
        IndexModel([("email", UP)]),
        IndexModel([("phoneNumber", UP)]),
    ],
    "groups": [IndexModel([("members.user", UP), ("_id", UP)])],
    "expenses": [
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
    ],
    # A day after the request a key is forgotten, and may be used for another one.
    "idempotencykeys": [IndexModel([("createdAt", UP)], expireAfterSeconds=24 * 60 * 60)],
    # Rate limits, which end themselves, and wrong passwords, which a day without one ends.
    "ratelimits": [IndexModel([("until", UP)], expireAfterSeconds=0)],
    "loginfailures": [IndexModel([("last", UP)], expireAfterSeconds=24 * 60 * 60)],
    "contacts": [
        IndexModel([("email", UP)]),
        IndexModel([("subject", UP)]),
        IndexModel([("status", UP)]),
        IndexModel([("createdAt", DOWN)]),
    ],
}
