"""Pure: how MongoDB finds and counts the expenses of a list by index."""

from datetime import datetime
from typing import Any, Final

from coinbreakr.expenses.indexes import ADVANCES, OPEN_EXPENSES
from coinbreakr.expenses.model import ExpenseFilter

Query = dict[str, Any]
_HIDDEN: Final[Query] = {"$set": {"n": {"$multiply": ["$n", -1]}}}
# Lists show an expense once, and none of its advances; which are in partial indexes of their own.
NO_ADVANCES: Final[Query] = {"advanceFor": None}

OPEN: Final[Query] = OPEN_EXPENSES  # the others have nothing open, see checks.py
_SETTLED: Final[Query] = {"isSettled": {"$nin": OPEN["isSettled"]["$in"]}}


def visible(wanted: ExpenseFilter) -> Query:
    """What finds those that a list shows."""
    return matching(wanted, NO_ADVANCES)


def advances(wanted: ExpenseFilter, since: datetime | None = None) -> Query:
    """What finds those that it does not show, perhaps not the older ones."""
    return matching(wanted, ADVANCES if since is None else {**ADVANCES, "date": {"$gte": since}})


def matching(wanted: ExpenseFilter, also: Query | None = None) -> Query:
    """What finds all documents of a list; some of them more than once by way of `$or`."""
    me, friend, state = wanted.user, wanted.friend, {**_state(wanted), **(also or {})}
    if wanted.group is not None:
        return {"group": wanted.group, **state}
    ways: list[Query] = [{"createdBy": me}, {"paidBy": me}, {"splitWith.user": me}]
    if friend is not None:
        ways = [
            {role: one, "splitWith.user": other}
            for role in ("paidBy", "createdBy")
            for one, other in ((me, friend), (friend, me))
        ]
    return {"$or": [{**way, **state} for way in ways]}


def counting(wanted: ExpenseFilter, collection: str) -> list[Query]:
    """The stages that count a list: the `n` of all rows together, each counted in one index."""
    counts = [
        *(_counted(one) for one in disjoint(wanted)),
        *([*_counted(one), _HIDDEN] for one in disjoint(wanted, ADVANCES)),
    ]
    first, *others = counts
    return [*first, *({"$unionWith": {"coll": collection, "pipeline": one}} for one in others)]


def _counted(query: Query) -> list[Query]:
    return [{"$match": query}, {"$count": "n"}]


def disjoint(wanted: ExpenseFilter, also: Query | None = None) -> list[Query]:
    """Queries that together find each document of a list once, so that indexes can count them.

    The few with one friend are left to `$or`, which sorts out what it finds twice.
    """
    if wanted.group is not None or wanted.friend is not None:
        return [matching(wanted, also)]
    me, others = wanted.user, {"$ne": wanted.user}
    ways: list[Query] = [
        {"createdBy": me},
        {"paidBy": me, "createdBy": others},
        {"splitWith.user": me, "createdBy": others, "paidBy": others},
    ]
    return [{**way, **_state(wanted), **(also or {})} for way in ways]


def _state(wanted: ExpenseFilter) -> Query:
    return {} if wanted.settled is None else _SETTLED if wanted.settled else OPEN
