"""Sums over the expenses collection: who owes whom, from one aggregation each.

The truth about debts is the parts that are not settled, of others than the payer. Only expenses
that are not marked settled are read: the others have no such part. Every part is read as an exact
decimal and counted twice: as it is, for the one figure of the app, and in minor units of its
currency. Minor units are those of the running sum of an expense's parts, rounded half up, less
those of the sum before, so that no split loses or makes a cent.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bson import Decimal128, ObjectId
from pymongo.database import Database
from pymongo.errors import OperationFailure

from coinbreakr import money
from coinbreakr.balances.model import Sums
from coinbreakr.expenses.listing import OPEN
from coinbreakr.mongo import casting, decimals, expressions

Stage = Mapping[str, Any]
_HALF: Final = Decimal128("0.5")
_BETWEEN: Final = "open_paidBy_splitWith.user"  # see expenses/indexes.py
_BAD_VALUE: Final = 2
_BATCH: Final = 1000  # all rows in one answer, for all but the most sociable


class BalanceQueries:
    """Reads what is owed. Never writes."""

    def __init__(self, db: Database[dict[str, Any]]) -> None:
        self._expenses = db["expenses"]

    def between(self, user: ObjectId, friend: ObjectId) -> Sums:
        """What a friend owes a user."""
        either = [_owed(paidBy=user, by=friend), _owed(paidBy=friend, by=user)]
        return self._of_user(user, either, hint=_BETWEEN).get(friend, Sums({}, {}))

    def with_all(self, user: ObjectId) -> dict[ObjectId, Sums]:
        """What everybody owes a user, by person."""
        return self._of_user(user, [_owed(paidBy=user), _owed(by=user)])

    def in_group(self, group: ObjectId) -> dict[ObjectId, Sums]:
        """What the others in a group owe each of its people."""
        both = [
            {"user": user, "exact": _times(sign, "$exact"), "minor": _times(sign, "$minor")}
            for user, sign in (("$_id.payer", 1), ("$_id.user", -1))
        ]
        stages: list[Stage] = [
            {"$match": {"group": group, **OPEN}},
            *_parts(True),
            *_summed({"payer": "$payer", "user": "$parts.user"}, "$parts"),
            {"$project": {"currency": "$_id.currency", "sides": both}},
            {"$unwind": "$sides"},
            *_summed({"who": "$sides.user"}, "$sides"),
            *_by_person(),
        ]
        return self._run(stages)

    def count(self, group: ObjectId) -> int:
        """How many expenses a group has."""
        return self._expenses.count_documents({"group": group})

    def _of_user(
        self, user: ObjectId, either: Sequence[Stage], *, hint: str = ""
    ) -> dict[ObjectId, Sums]:
        paid = {"$eq": ["$payer", user]}
        stages: list[Stage] = [
            {"$match": {"$or": either}},
            *_parts({"$or": [{"$eq": ["$payer", user]}, {"$eq": ["$$user", user]}]}),
            *_summed(
                {"who": {"$cond": [paid, "$parts.user", "$payer"]}},
                "$parts",
                {"$cond": [paid, 1, -1]},
            ),
            *_by_person(),
        ]
        return self._run(stages, hint)

    def _run(self, stages: list[Stage], hint: str = "") -> dict[ObjectId, Sums]:
        """With a hint MongoDB does not try one index after the other, which costs more than this.

        It refuses the name of an index that is not built yet.
        """
        named: dict[str, Any] = {"hint": hint} if hint else {}
        try:
            rows = list(self._expenses.aggregate(stages, batchSize=_BATCH, **named))
        except OperationFailure as error:
            if not hint or error.code != _BAD_VALUE:
                raise
            return self._run(stages)
        return {row["_id"]: _sums(row) for row in rows if isinstance(row["_id"], ObjectId)}


def _owed(*, by: ObjectId | None = None, **payer: ObjectId) -> Stage:
    """Open expenses with an open part, perhaps of one person and perhaps paid by one."""
    debtor = {} if by is None else {"user": by}
    indexed = {f"splitWith.{name}": value for name, value in debtor.items()}
    part = {**debtor, "settled": {"$nin": list(casting.TRUE)}}
    return {**payer, **indexed, **OPEN, "splitWith": {"$elemMatch": part}}


def _parts(wanted: object) -> list[Stage]:
    """One document per part that is owed and wanted: payer, currency, parts.{user,exact,minor}."""
    settled = expressions.is_true("$$this.settled")
    reduced = {
        "$reduce": {
            "input": expressions.items("$splitWith"),
            "initialValue": {"sum": decimals.ZERO, "parts": []},
            "in": _running({"$and": [{"$not": [settled]}, {"$ne": ["$$user", "$payer"]}, wanted]}),
        }
    }
    return [
        {
            "$set": {
                "payer": expressions.object_id("$paidBy"),
                "currency": expressions.text("$currency", "USD"),
                "scale": _scale(),
            }
        },
        {"$project": {"payer": 1, "currency": 1, "reduced": reduced}},
        {"$project": {"payer": 1, "currency": 1, "parts": "$reduced.parts"}},
        {"$unwind": "$parts"},
    ]


def _running(condition: object) -> Stage:
    """The sum up to this part, and the parts so far that meet the condition."""
    part = {
        "user": "$$user",
        "exact": "$$exact",
        "minor": {"$subtract": [_minor("$$sum"), _minor("$$value.sum")]},
    }
    longer = {"$concatArrays": ["$$value.parts", [part]]}
    kept = {"$cond": [condition, longer, "$$value.parts"]}
    return decimals.let(
        {"sum": "$$sum", "parts": kept},
        user=expressions.object_id("$$this.user"),
        exact=decimals.decimal("$$this.amount"),
        sum={"$add": ["$$value.sum", "$$exact"]},
    )


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


def _summed(key: dict[str, Any], figures: str, sign: object = 1) -> list[Stage]:
    """The sums of `exact` and `minor` by key and currency."""
    sums = {name: {"$sum": _times(sign, f"{figures}.{name}")} for name in ("exact", "minor")}
    return [{"$group": {"_id": {**key, "currency": "$currency"}, **sums}}]


def _times(sign: object, figure: str) -> object:
    return figure if sign == 1 else {"$multiply": [figure, sign]}


def _by_person() -> list[Stage]:
    figures = {"currency": "$_id.currency", "exact": "$exact", "minor": "$minor"}
    return [{"$group": {"_id": "$_id.who", "currencies": {"$push": figures}}}]


def _sums(row: dict[str, Any]) -> Sums:
    exact, minor = (
        {each["currency"]: each[name].to_decimal() for each in row["currencies"]}
        for name in ("exact", "minor")
    )
    return Sums(exact, minor)
