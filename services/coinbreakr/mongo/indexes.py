"""The indexes: those that the Node server makes, and those that our queries use.

`coinbreakr migrate` builds what is missing, after the migrations.
"""

from typing import Final

from pymongo import ASCENDING as UP
from pymongo import DESCENDING as DOWN
from pymongo import IndexModel

_NEWEST: Final = [("date", DOWN), ("_id", DOWN)]

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
    ],
    # A day after the request a key is forgotten, and may be used for another one.
    "idempotencykeys": [IndexModel([("createdAt", UP)], expireAfterSeconds=24 * 60 * 60)],
    "contacts": [
        IndexModel([("email", UP)]),
        IndexModel([("subject", UP)]),
        IndexModel([("status", UP)]),
        IndexModel([("createdAt", DOWN)]),
    ],
}
