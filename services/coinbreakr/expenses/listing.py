"""Pure: which expenses a list has, and how MongoDB finds and counts them by index."""

from dataclasses import dataclass
from typing import Any, Final

from bson import ObjectId

from coinbreakr.expenses.indexes import OPEN_EXPENSES

Query = dict[str, Any]

OPEN: Final[Query] = OPEN_EXPENSES  # the others have nothing open, see checks.py
_SETTLED: Final[Query] = {"isSettled": {"$nin": OPEN["isSettled"]["$in"]}}


@dataclass(frozen=True, slots=True)
class Listing:
    """Which expenses to list: of a user, perhaps only those with a friend, or of a group."""

    user: ObjectId | None = None
    friend: ObjectId | None = None
    group: ObjectId | None = None
    settled: bool | None = None


def matching(listing: Listing) -> Query:
    """What finds the expenses of a list; some of them more than once by way of `$or`."""
    me, friend, state = listing.user, listing.friend, _state(listing)
    if listing.group is not None:
        return {"group": listing.group, **state}
    ways: list[Query] = [{"createdBy": me}, {"paidBy": me}, {"splitWith.user": me}]
    if friend is not None:
        ways = [
            {role: one, "splitWith.user": other}
            for role in ("paidBy", "createdBy")
            for one, other in ((me, friend), (friend, me))
        ]
    return {"$or": [{**way, **state} for way in ways]}


def disjoint(listing: Listing) -> list[Query]:
    """Queries that together find each expense of a list once, so that indexes can count them.

    The few with one friend are left to `$or`, which sorts out what it finds twice.
    """
    if listing.group is not None or listing.friend is not None:
        return [matching(listing)]
    me, others = listing.user, {"$ne": listing.user}
    ways: list[Query] = [
        {"createdBy": me},
        {"paidBy": me, "createdBy": others},
        {"splitWith.user": me, "createdBy": others, "paidBy": others},
    ]
    return [{**way, **_state(listing)} for way in ways]


def _state(listing: Listing) -> Query:
    return {} if listing.settled is None else _SETTLED if listing.settled else OPEN
