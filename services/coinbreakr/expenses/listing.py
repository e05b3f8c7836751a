"""Pure: how MongoDB finds and counts the expenses of a list by index."""

from typing import Any, Final

from coinbreakr.expenses.indexes import OPEN_EXPENSES
from coinbreakr.expenses.model import ExpenseFilter

Query = dict[str, Any]

OPEN: Final[Query] = OPEN_EXPENSES  # the others have nothing open, see checks.py
_SETTLED: Final[Query] = {"isSettled": {"$nin": OPEN["isSettled"]["$in"]}}


def matching(wanted: ExpenseFilter) -> Query:
    """What finds the expenses of a list; some of them more than once by way of `$or`."""
    me, friend, state = wanted.user, wanted.friend, _state(wanted)
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


def disjoint(wanted: ExpenseFilter) -> list[Query]:
    """Queries that together find each expense of a list once, so that indexes can count them.

    The few with one friend are left to `$or`, which sorts out what it finds twice.
    """
    if wanted.group is not None or wanted.friend is not None:
        return [matching(wanted)]
    me, others = wanted.user, {"$ne": wanted.user}
    ways: list[Query] = [
        {"createdBy": me},
        {"paidBy": me, "createdBy": others},
        {"splitWith.user": me, "createdBy": others, "paidBy": others},
    ]
    return [{**way, **_state(wanted)} for way in ways]


def _state(wanted: ExpenseFilter) -> Query:
    return {} if wanted.settled is None else _SETTLED if wanted.settled else OPEN
