"""Sums over the expenses collection: who owes whom, from one aggregation each.

The truth about debts is the shares that are not settled, of others than the payer. Only expenses
that are not marked settled are read: the others have no such share. Every share is counted twice:
in minor units of its currency, and with what its amount has beyond them (`rest`), for the one
figure of the app.

MongoDB adds up shares of whole minor units, and those whose units are stored beside an amount that
is none, such as 3.3333333333333335. Expenses that the Node server writes may have neither: the
aggregation hands them over as they are (`odd`), and their units are given out here.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from bson import Decimal128, ObjectId
from pymongo.database import Database
from pymongo.errors import OperationFailure

from coinbreakr import money
from coinbreakr.balances.model import Debt, Sums
from coinbreakr.expenses import documents
from coinbreakr.expenses.listing import OPEN
from coinbreakr.expenses.units import fractions, minor_units
from coinbreakr.mongo import casting, expressions
from coinbreakr.mongo.reading import Fields

Stage = Mapping[str, Any]
Wanted = Callable[[str], Stage | bool]  # of the path of a share's user
Sides = Callable[[ObjectId, ObjectId], Iterable[tuple[ObjectId, int]]]
_BETWEEN: Final = "open_paidBy_splitWith.user"  # see expenses/indexes.py
_DEFAULT_CURRENCY: Final = "USD"  # of the schema
_BAD_VALUE: Final = 2
_BATCH: Final = 1000  # all rows in one answer, for all but the most sociable
# Up to here a double tells what a share has beyond its minor units to a thousandth of one.
_MOST_UNEVEN: Final = 1e12
_MOST_WHOLE: Final = 10.0**15  # minor units; longs of them add up without a loss


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
            {"who": who, "minor": _times(sign, "$minor"), "rest": _times(sign, "$rest")}
            for who, sign in (("$_id.payer", 1), ("$_id.user", -1))
        ]
        odd = [{"odd": "$_id.odd"}]
        sides = {"$cond": [{"$eq": [{"$type": "$_id.odd"}, "missing"]}, both, odd]}
        stages: list[Stage] = [
            {"$match": {"group": group, **OPEN}},
            *_shares(lambda _: True),
            *_summed({"payer": "$payer", "user": "$share.user"}, "$share"),
            {"$project": {"currency": "$_id.currency", "side": sides}},
            {"$unwind": "$side"},
            *_summed({"who": "$side.who"}, "$side"),
        ]
        return _sums(self._run(stages), lambda payer, debtor: [(payer, 1), (debtor, -1)])

    def debts_in_group(self, group: ObjectId) -> dict[str, list[Debt]]:
        """What the people in a group owe each other, by currency; not netted."""
        pairs = {"payer": "$payer", "user": "$share.user"}
        match = {"$match": {"group": group, **OPEN}}
        return _debts(self._run([match, *_shares(lambda _: True), *_summed(pairs, "$share")]))

    def count(self, group: ObjectId) -> int:
        """How many expenses a group has."""
        return self._expenses.count_documents({"group": group})

    def _of_user(
        self, user: ObjectId, either: Sequence[Stage], *, hint: str = ""
    ) -> dict[ObjectId, Sums]:
        paid = {"$eq": ["$payer", user]}
        stages: list[Stage] = [
            {"$match": {"$or": either}},
            *_shares(lambda debtor: {"$or": [paid, {"$eq": [debtor, user]}]}),
            *_summed(
                {"who": {"$cond": [paid, "$share.user", "$payer"]}},
                "$share",
                {"$cond": [paid, 1, -1]},
            ),
        ]

        def sides(payer: ObjectId, debtor: ObjectId) -> list[tuple[ObjectId, int]]:
            if payer == user:
                return [(debtor, 1)]
            return [(payer, -1)] if debtor == user else []

        return _sums(self._run(stages, hint), sides)

    def _run(self, stages: list[Stage], hint: str = "") -> list[dict[str, Any]]:
        """With a hint MongoDB does not try one index after the other, which costs more than this.

        It refuses the name of an index that is not built yet.
        """
        named: dict[str, Any] = {"hint": hint} if hint else {}
        try:
            return list(self._expenses.aggregate(stages, batchSize=_BATCH, **named))
        except OperationFailure as error:
            if not hint or error.code != _BAD_VALUE:
                raise
            return self._run(stages)


def _owed(*, by: ObjectId | None = None, **payer: ObjectId) -> Stage:
    """Open expenses with an open share, perhaps of one person and perhaps paid by one."""
    debtor = {} if by is None else {"user": by}
    indexed = {f"splitWith.{name}": value for name, value in debtor.items()}
    share = {**debtor, "settled": {"$ne": True}}
    return {**payer, **indexed, **OPEN, "splitWith": {"$elemMatch": share}}


def _shares(wanted: Wanted) -> list[Stage]:
    """One document per share that is owed and wanted: payer, currency, share.{user,minor,rest}.

    Of an expense whose minor units are not known there is one, with `share.odd`.
    """
    share = {
        "user": "$$this.user",
        "settled": "$$this.settled",
        "amount": "$$this.amount",
        "minor": _MINOR,
    }
    odd = {name: f"${name}" for name in ("_id", "paidBy", "currency", "splitWith")}
    open_ = {"$not": [expressions.is_true("$$this.settled")]}
    owed = {"$and": [open_, {"$ne": ["$$this.user", "$payer"]}, wanted("$$this.user")]}
    known = {"$filter": {"input": "$shares", "as": "this", "cond": owed}}
    kept = {"payer": 1, "currency": 1, "scale": 1}
    return [
        {
            "$set": {
                "payer": expressions.object_id("$paidBy"),
                "currency": expressions.text("$currency", _DEFAULT_CURRENCY),
                "scale": _scale(expressions.text("$currency", _DEFAULT_CURRENCY)),
                "shares": expressions.items("$splitWith"),
            }
        },
        {"$set": {"shares": {"$map": {"input": "$shares", "as": "this", "in": share}}}},
        {
            "$project": {
                **kept,
                "share": {"$cond": [{"$in": [None, "$shares.minor"]}, [{"odd": odd}], known]},
            }
        },
        {"$unwind": "$share"},
        {"$set": {"share.rest": _REST}},
    ]


def _within(value: object, bound: float) -> list[Stage]:
    """Whether a number is between -bound and bound, and not NaN.

    $abs fails for the least long, and NaN is less than any number.
    """
    return [{"$gt": [value, -bound]}, {"$lt": [value, bound]}]


_SCALED: Final = {"$multiply": ["$$this.amount", "$scale"]}
_ROUNDED: Final = {"$round": [_SCALED, 0]}
_IS_WHOLE: Final = {
    "$and": [
        *_within(_SCALED, _MOST_WHOLE),  # no NaN, no infinity
        {"$eq": [{"$divide": [_ROUNDED, "$scale"]}, "$$this.amount"]},
    ]
}
_ARE_OF_IT: Final = {  # units that were stored with this amount, in this currency
    "$and": [
        {"$in": [{"$type": "$$this.units"}, ["int", "long"]]},
        *_within({"$subtract": [_SCALED, "$$this.units"]}, 1),
        *_within("$$this.units", _MOST_WHOLE),
    ]
}
_MINOR: Final = {
    "$cond": [
        {"$isNumber": "$$this.amount"},
        {
            "$cond": [
                _ARE_OF_IT,
                "$$this.units",
                {"$cond": [_IS_WHOLE, {"$toLong": _ROUNDED}, None]},
            ]
        },
        None,
    ]
}
_REST: Final = {
    "$cond": [
        {"$lt": [{"$abs": "$share.minor"}, _MOST_UNEVEN]},
        {"$subtract": [{"$multiply": ["$share.amount", "$scale"]}, "$share.minor"]},
        0,
    ]
}


def _scale(currency: object) -> Stage:
    """Minor units in a unit of a currency (ISO 4217)."""
    branches = [
        {"case": {"$in": [currency, sorted(codes)]}, "then": float(10**places)}
        for places, codes in money.PLACES.items()
    ]
    return {"$switch": {"branches": branches, "default": float(10**money.DEFAULT_PLACES)}}


def _summed(key: dict[str, Any], figures: str, sign: object = 1) -> list[Stage]:
    """The sums of `minor` and `rest` by key and currency; each odd expense for itself."""
    sums = {name: {"$sum": _times(sign, f"{figures}.{name}")} for name in ("minor", "rest")}
    return [{"$group": {"_id": {**key, "currency": "$currency", "odd": f"{figures}.odd"}, **sums}}]


def _times(sign: object, figure: str) -> object:
    return figure if sign == 1 else {"$multiply": [figure, sign]}


def _sums(rows: Iterable[dict[str, Any]], sides: Sides) -> dict[ObjectId, Sums]:
    """Sums by person. `sides` tells, of payer and debtor, whose sums a debt adds to and how."""
    minor: defaultdict[tuple[ObjectId, str], Decimal] = defaultdict(Decimal)
    rest: defaultdict[tuple[ObjectId, str], Decimal] = defaultdict(Decimal)
    for who, currency, units, beyond in _figures(rows, sides):
        minor[who, currency] += units
        rest[who, currency] += beyond
    found: defaultdict[ObjectId, Sums] = defaultdict(lambda: Sums({}, {}))
    for (who, currency), units in minor.items():
        found[who].minor[currency] = units
        found[who].exact[currency] = money.from_minor(units + rest[who, currency], currency)
    return dict(found)


def _figures(
    rows: Iterable[dict[str, Any]], sides: Sides
) -> Iterator[tuple[ObjectId, str, Decimal, Decimal]]:
    for row in rows:
        key = row["_id"]
        if "odd" in key:
            for payer, debtor, currency, units, beyond in _odd(key["odd"]):
                for who, sign in sides(payer, debtor):
                    yield who, currency, sign * units, sign * beyond
        elif person := casting.object_id(key.get("who")):
            yield person, key["currency"], _decimal(row["minor"]), _decimal(row["rest"])


def _debts(rows: Iterable[dict[str, Any]]) -> dict[str, list[Debt]]:
    """Debts of people who are known, by currency."""
    found: defaultdict[str, list[Debt]] = defaultdict(list)
    for row in rows:
        key = row["_id"]
        if "odd" in key:
            for payer, debtor, currency, units, _ in _odd(key["odd"]):
                found[currency].append(Debt(debtor, payer, int(units)))
        elif pair := _pair(key):
            found[key["currency"]].append(Debt(*pair, int(_decimal(row["minor"]))))
    return dict(found)


def _pair(key: Mapping[str, Any]) -> tuple[ObjectId, ObjectId] | None:
    """Debtor and creditor; None if either is not known."""
    debtor, creditor = casting.object_id(key.get("user")), casting.object_id(key.get("payer"))
    return (debtor, creditor) if debtor and creditor else None


def _decimal(figure: float | Decimal128) -> Decimal:
    return figure.to_decimal() if isinstance(figure, Decimal128) else Decimal(figure)


def _odd(
    document: Mapping[str, Any],
) -> Iterator[tuple[ObjectId, ObjectId, str, Decimal, Decimal]]:
    """Payer, debtor, currency, minor units and what is beyond them, of each share that is owed."""
    expense = documents.expense(Fields(document))
    units = minor_units(expense)
    for share, whole, rest in zip(expense.shares, units, fractions(expense, units), strict=True):
        if not share.settled and share.user != expense.paid_by:
            currency = expense.details.currency
            yield expense.paid_by, share.user, currency, Decimal(whole), rest
