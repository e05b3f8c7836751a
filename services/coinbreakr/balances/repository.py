"""Sums over the expenses collection: who owes whom, from one aggregation each.

The truth about debts is the parts that are not settled, of others than the payer. Every part
is read as an exact decimal and counted twice: as it is, for the one figure of the app, and in
minor units of its currency. Minor units are those of the running sum of an expense's parts,
rounded half up, less those of the sum before, so that no split loses or makes a cent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from bson import Decimal128, ObjectId
from pymongo.collection import Collection

from coinbreakr import money
from coinbreakr.mongo import expressions

Stage = Mapping[str, Any]
_ZERO: Final = Decimal128("0")
_HALF: Final = Decimal128("0.5")
_BATCH: Final = 1000  # all rows in one answer, for all but the most sociable
_OPEN: Final = {"$ne": True}


@dataclass(frozen=True, slots=True)
class Sums:
    """What somebody is owed (or owes, below zero): exactly, and in minor units by currency."""

    exact: Decimal
    minor: dict[str, Decimal]


class BalanceQueries:
    """Reads what is owed. Never writes."""

    def __init__(self, expenses: Collection[dict[str, Any]]) -> None:
        self._expenses = expenses

    def between(self, user: ObjectId, friend: ObjectId) -> Sums:
        """What a friend owes a user."""
        either = [_owes(friend, user), _owes(user, friend)]
        return self._of_user(user, either).get(friend, Sums(Decimal(0), {}))

    def with_all(self, user: ObjectId) -> dict[ObjectId, Sums]:
        """What everybody owes a user, by person."""
        owed = {"paidBy": user, "splitWith": {"$elemMatch": {"settled": _OPEN}}}
        owing = {"splitWith": {"$elemMatch": {"user": user, "settled": _OPEN}}}
        return self._of_user(user, [owed, owing])

    def in_group(self, group: ObjectId) -> dict[ObjectId, Sums]:
        """What the others in a group owe each of its people."""
        both = [
            {"user": "$_id.payer", "exact": "$exact", "minor": "$minor"},
            {"user": "$_id.user", **_negated("$exact", "$minor")},
        ]
        stages: list[Stage] = [
            {"$match": {"group": group}},
            *_parts(True),
            *_summed({"payer": "$payer", "user": "$parts.user"}, "$parts.exact", "$parts.minor"),
            {"$project": {"currency": "$_id.currency", "sides": both}},
            {"$unwind": "$sides"},
            *_summed({"who": "$sides.user"}, "$sides.exact", "$sides.minor"),
            *_by_person(),
        ]
        return self._run(stages)

    def count(self, group: ObjectId) -> int:
        """How many expenses a group has."""
        return self._expenses.count_documents({"group": group})

    def _of_user(self, user: ObjectId, either: Sequence[Stage]) -> dict[ObjectId, Sums]:
        paid = {"$eq": ["$payer", user]}
        signed = {
            name: {"$cond": [paid, f"$parts.{name}", {"$subtract": [_ZERO, f"$parts.{name}"]}]}
            for name in ("exact", "minor")
        }
        stages: list[Stage] = [
            {"$match": {"$or": either}},
            *_parts(
                {
                    "$or": [
                        expressions.is_id("$paidBy", user),
                        expressions.is_id("$$this.user", user),
                    ]
                }
            ),
            *_summed(
                {"who": {"$cond": [paid, "$parts.user", "$payer"]}},
                signed["exact"],
                signed["minor"],
            ),
            *_by_person(),
        ]
        return self._run(stages)

    def _run(self, stages: list[Stage]) -> dict[ObjectId, Sums]:
        return {
            row["_id"]: _sums(row) for row in self._expenses.aggregate(stages, batchSize=_BATCH)
        }


def _owes(debtor: ObjectId, payer: ObjectId) -> Stage:
    part = {"user": debtor, "settled": _OPEN}
    return {"paidBy": payer, "splitWith.user": debtor, "splitWith": {"$elemMatch": part}}


def _parts(wanted: object) -> list[Stage]:
    """One document per part that is owed and wanted: payer, currency, parts.{user,exact,minor}."""
    settled = expressions.is_true("$$this.settled")
    own = expressions.same_id("$$this.user", "$paidBy")
    owed = [{"$not": [settled]}, {"$not": [own]}, wanted]
    reduced = {
        "$reduce": {
            "input": expressions.items("$splitWith"),
            "initialValue": {"sum": _ZERO, "parts": []},
            "in": _running({"$and": owed}),
        }
    }
    return [
        {"$set": {"currency": expressions.text("$currency", "USD")}},
        {"$set": {"scale": _scale()}},
        {
            "$project": {
                "payer": expressions.object_id("$paidBy"),
                "currency": 1,
                "reduced": reduced,
            }
        },
        {"$project": {"payer": 1, "currency": 1, "parts": "$reduced.parts"}},
        {"$unwind": "$parts"},
    ]


def _running(condition: object) -> Stage:
    """The sum up to this part, and the parts so far that meet the condition."""
    part = {
        "user": expressions.object_id("$$this.user"),
        "exact": {"$subtract": ["$$sum", "$$value.sum"]},
        "minor": {"$subtract": [_minor("$$sum"), _minor("$$value.sum")]},
    }
    longer = {"$concatArrays": ["$$value.parts", [part]]}
    kept = {"$cond": [condition, longer, "$$value.parts"]}
    return {
        "$let": {
            "vars": {"sum": {"$add": ["$$value.sum", expressions.decimal("$$this.amount")]}},
            "in": {"sum": "$$sum", "parts": kept},
        }
    }


def _summed(key: dict[str, Any], exact: object, minor: object) -> list[Stage]:
    group = {"_id": {**key, "currency": "$currency"}}
    return [{"$group": {**group, "exact": {"$sum": exact}, "minor": {"$sum": minor}}}]


def _by_person() -> list[Stage]:
    figure = {"currency": "$_id.currency", "minor": "$minor"}
    return [
        {
            "$group": {
                "_id": "$_id.who",
                "exact": {"$sum": "$exact"},
                "currencies": {"$push": figure},
            }
        }
    ]


def _minor(amount: str) -> Stage:
    return {"$floor": {"$add": [{"$multiply": [amount, "$scale"]}, _HALF]}}


def _scale() -> Stage:
    """Minor units in a unit of the currency (ISO 4217)."""
    branches = [
        {"case": {"$in": ["$currency", sorted(codes)]}, "then": Decimal128(str(10**places))}
        for places, codes in money.PLACES.items()
    ]
    default = Decimal128(str(10**money.DEFAULT_PLACES))
    return {"$switch": {"branches": branches, "default": default}}


def _negated(exact: str, minor: str) -> dict[str, Any]:
    return {
        "exact": {"$subtract": [_ZERO, exact]},
        "minor": {"$subtract": [_ZERO, minor]},
    }


def _sums(row: dict[str, Any]) -> Sums:
    minor = {each["currency"]: each["minor"].to_decimal() for each in row["currencies"]}
    return Sums(row["exact"].to_decimal(), minor)
