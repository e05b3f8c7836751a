"""Stages of MongoDB that find expenses as they stood at a moment.

An expense counts from its date on (one without a date from when it was recorded), and a share is
open until it is settled. Of a share that is settled without a moment the expense's tells; where
that is not known either, it counts as settled all along.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bson import ObjectId

from coinbreakr.balances.aggregation import Stage
from coinbreakr.mongo import expressions


def between(*, by: ObjectId | None = None, **payer: ObjectId) -> Stage:
    """Expenses with a share, perhaps of one person and perhaps paid by one."""
    return {**payer, **({} if by is None else {"splitWith.user": by})}


def until(match: Stage, at: datetime) -> list[Stage]:
    """The expenses of that time. The first condition is for the index, and lets odd dates pass."""
    return [
        {"$match": {"$and": [match, {"date": {"$not": {"$gt": at}}}]}},
        {"$match": {"$expr": {"$lte": [_DATE, at]}}},
    ]


def reopened(match: Stage, at: datetime) -> Sequence[Stage]:
    """The same, with what was settled later as open."""
    later = {"$gt": [_SETTLED_AT, at]}
    opened = {"$mergeObjects": ["$$this", {"settled": False}]}
    share = {"$cond": [{"$and": [_IS_SETTLED, later]}, opened, "$$this"]}
    shares = {"$map": {"input": expressions.items("$splitWith"), "as": "this", "in": share}}
    return [*until(match, at), {"$set": {"splitWith": shares}}]


_DATE: Final = {
    "$ifNull": [
        expressions.date("$date"),
        expressions.date("$createdAt"),
        expressions.date("$_id"),
    ]
}
_IS_SETTLED: Final = expressions.is_true("$$this.settled")
_SETTLED_AT: Final = {
    "$ifNull": [expressions.date("$$this.settledAt"), expressions.date("$settledAt"), None]
}
