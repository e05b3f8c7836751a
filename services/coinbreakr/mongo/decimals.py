"""Aggregation expressions for stored amounts as exact decimals."""

import sys
from typing import Any, Final

from bson import Decimal128

Expression = dict[str, Any]

ZERO: Final = Decimal128("0")
_MOST: Final = sys.float_info.max


def decimal(value: str) -> Expression:
    """The decimal that a stored value was written as; 0 for what is no finite number.

    Of a double that is the shortest decimal that reads as it (as JSON has it), of a string its
    number. `value` is a path or a variable. MongoDB's own conversion keeps 15 digits of a double:
    nearly always that are all.
    """
    plain = {"$and": [*_finite(value), _reads_as("$$short", value)]}
    return let({"$cond": [plain, "$$short", _other(value)]}, short=_converted(value))


def let(found: Expression, **variables: object) -> Expression:
    """An expression with variables, each of which may use those before it."""
    for name, given in reversed(variables.items()):
        found = {"$let": {"vars": {name: given}, "in": found}}
    return found


def _other(value: str) -> Expression:
    kind = {"$type": value}
    text = let(_if_finite("$$number", "$$number"), number=_converted({"$trim": {"input": value}}))
    branches = [
        ("double", _if_finite(value, _long(value))),
        ("decimal", _if_finite(value, value)),
        ("long", "$$short"),
        ("string", text),
        ("bool", {"$cond": [value, Decimal128("1"), ZERO]}),
    ]
    cases = [{"case": {"$eq": [kind, name]}, "then": then} for name, then in branches]
    return {"$switch": {"branches": cases, "default": ZERO}}


def _long(double: str) -> Expression:
    """16 digits if they read as the same double, else 17.

    Just below a power of ten the logarithm may be rounded up: one digit less then is enough, as
    doubles are further apart there.
    """
    places = {"$subtract": [15, {"$floor": {"$log10": {"$abs": double}}}]}
    longer = {"$round": ["$$exact", {"$add": ["$$places", 1]}]}
    return let(
        {"$cond": [_reads_as("$$shorter", double), "$$shorter", longer]},
        exact={"$add": [ZERO, double]},  # with a decimal added, all digits of a double count
        places=places,
        shorter={"$round": ["$$exact", "$$places"]},
    )


def _reads_as(decimal: str, double: str) -> Expression:
    read = {"$convert": {"input": decimal, "to": "double", "onError": None}}
    return {"$eq": [read, double]}


def _if_finite(number: str, then: object) -> Expression:
    return {"$cond": [{"$and": _finite(number)}, then, ZERO]}


def _finite(number: str) -> list[Expression]:
    return [{"$gte": [number, -_MOST]}, {"$lte": [number, _MOST]}]


def _converted(value: object) -> Expression:
    return {"$convert": {"input": value, "to": "decimal", "onError": ZERO, "onNull": ZERO}}
