"""Stages of MongoDB that add up what shares of open expenses are worth.

A share is worth the minor units that are stored beside its amount. MongoDB adds them up as they
are where a whole expense has them, which one look at their sum tells, and gives them out where
amounts are whole numbers of them. Other expenses are handed over as they are (`odd`): such as
those in which the Node server has written 3.3333333333333335.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bson import ObjectId

from coinbreakr import money
from coinbreakr.expenses.listing import OPEN
from coinbreakr.mongo import casting, expressions

Stage = Mapping[str, Any]
DEFAULT_CURRENCY: Final = "USD"  # of the schema
_MOST_WHOLE: Final = 10.0**15  # minor units; longs of them add up without a loss


def owed(*, by: ObjectId | None = None, **payer: ObjectId) -> Stage:
    """Open expenses with an open share, perhaps of one person and perhaps paid by one."""
    debtor = {} if by is None else {"user": by}
    indexed = {f"splitWith.{name}": value for name, value in debtor.items()}
    share = {**debtor, "settled": {"$ne": True}}
    return {**payer, **indexed, **OPEN, "splitWith": {"$elemMatch": share}}


def by_pair(found: Sequence[Stage], *, trusting: bool, of: ObjectId | None = None) -> list[Stage]:
    """A row for what one person (`user`) owes another (`payer`) in one currency, of those found.

    `{"_id": {"payer", "user", "currency", "settled", "odd"?}, "minor", "amount"}`: sums of minor
    units and of amounts. Ids and currencies are as they are stored, and payers owe themselves
    their own shares. `trusting` tells whether units that are stored are added up unseen where
    their sum is that of the amounts. `of` a user: only the rows in which that is one of the two.
    """
    checked = _checked_shares()
    stored = "$splitWith" if of is None else _shares_between(of)
    shares = {"$cond": [_UNITS_ADD_UP, stored, checked]} if trusting else checked
    key = {
        "payer": "$paidBy",
        "user": "$share.user",
        "currency": "$currency",
        "settled": "$share.settled",
        "odd": "$share.odd",
    }
    sums = {"minor": {"$sum": "$share.units"}, "amount": {"$sum": "$share.amount"}}
    return [
        *found,
        {"$set": {"share": shares}},
        {"$unwind": "$share"},
        {"$group": {"_id": key, **sums}},
        {"$match": {"_id.settled": {"$nin": list(casting.TRUE)}, **_between(of)}},
    ]


def by_person() -> list[Stage]:
    """The rows of pairs as what each person is owed: `{"who", "currency", "odd"?}`.

    `gross` is what was added up without regard to the sign.
    """
    both = [
        {"who": who, **{name: _times(sign, f"${name}") for name in ("minor", "amount")}}
        for who, sign in (("$_id.payer", 1), ("$_id.user", -1))
    ]
    odd = [{"odd": "$_id.odd"}]
    sides = {"$cond": [{"$eq": [{"$type": "$_id.odd"}, "missing"]}, both, odd]}
    key = {"who": "$side.who", "currency": "$_id.currency", "odd": "$side.odd"}
    sums = {name: {"$sum": f"$side.{name}"} for name in ("minor", "amount")}
    return [
        {"$project": {"side": sides, "minor": 1}},
        {"$unwind": "$side"},
        {"$group": {"_id": key, **sums, "gross": {"$sum": "$minor"}}},
    ]


def _between(user: ObjectId | None) -> Stage:
    """The rows in which a user is one of the two; without one, all."""
    if user is None:
        return {}
    same = {"$in": [user, str(user)]}
    return {"$or": [{"_id.payer": same}, {"_id.user": same}, {"_id.odd": {"$exists": True}}]}


def _shares_between(user: ObjectId) -> Stage:
    """What a user has paid for others, and the user's own shares of the rest.

    Where three share, two of the pairs are of others: fewer rows are added up.
    """
    own = {"$filter": {"input": "$splitWith", "cond": expressions.is_id("$$this.user", user)}}
    return {"$cond": [expressions.is_id("$paidBy", user), "$splitWith", own]}


def _checked_shares() -> Stage:
    """The shares with their minor units; `[{"odd": expense}]` where these are not known."""
    share = {
        "user": "$$this.user",
        "settled": "$$this.settled",
        "amount": "$$this.amount",
        "units": _UNITS,
    }
    odd = {name: f"${name}" for name in ("_id", "paidBy", "currency", "splitWith")}
    shares = {"$map": {"input": expressions.items("$splitWith"), "as": "this", "in": share}}
    known_or_odd = {"$cond": [{"$in": [None, "$$shares.units"]}, [{"odd": odd}], "$$shares"]}
    with_units = {"$let": {"vars": {"shares": shares}, "in": known_or_odd}}
    return {"$let": {"vars": {"scale": _SCALE}, "in": with_units}}


def _scale(currency: object) -> Stage:
    """Minor units in a unit of a currency (ISO 4217)."""
    branches = [
        {"case": {"$in": [currency, sorted(codes)]}, "then": float(10**places)}
        for places, codes in money.PLACES.items()
    ]
    unusual = sorted(set[str]().union(*money.PLACES.values()))
    usual = float(10**money.DEFAULT_PLACES)
    # One look for most, which $switch would take for each number of places.
    return {"$cond": [{"$in": [currency, unusual]}, {"$switch": {"branches": branches}}, usual]}


def _times(sign: int, figure: str) -> object:
    return figure if sign == 1 else {"$multiply": [figure, sign]}


def _within(value: object, bound: float) -> Sequence[Stage]:
    """Whether a number is between -bound and bound, and not NaN.

    $abs fails for the least long, and NaN is less than any number.
    """
    return [{"$gt": [value, -bound]}, {"$lt": [value, bound]}]


_SCALE: Final = _scale("$currency")  # what is no string is of the default
_SCALED: Final = {"$multiply": ["$$this.amount", "$$scale"]}
_ROUNDED: Final = {"$round": [_SCALED, 0]}
_IS_WHOLE: Final = {
    "$and": [
        *_within(_SCALED, _MOST_WHOLE),  # no NaN, no infinity
        {"$eq": [{"$divide": [_ROUNDED, "$$scale"]}, "$$this.amount"]},
    ]
}
_ARE_OF_IT: Final = {  # units that were stored with this amount, in this currency
    "$and": [
        {"$in": [{"$type": "$$this.units"}, ["int", "long"]]},
        *_within({"$subtract": [_SCALED, "$$this.units"]}, 1),
        *_within("$$this.units", _MOST_WHOLE),
    ]
}
_UNITS: Final = {
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
# The Node server drops the units when it replaces shares. It leaves them where they are when it
# changes the currency, perhaps to one with another minor unit.
_UNITS_ADD_UP: Final = {
    "$cond": [
        {"$isArray": ["$splitWith"]},
        {
            "$and": [
                {"$eq": [{"$size": "$splitWith.units"}, {"$size": "$splitWith"}]},
                *_within(
                    {
                        "$subtract": [
                            {"$multiply": [{"$sum": "$splitWith.amount"}, _SCALE]},
                            {"$sum": "$splitWith.units"},
                        ]
                    },
                    1,
                ),
            ]
        },
        False,
    ]
}
