"""Aggregation expressions that read odd values as `casting` does."""

from typing import Any

from bson import ObjectId

from coinbreakr.mongo import casting

Expression = dict[str, Any]


def items(value: object) -> Expression:
    """A list; any other value is the only one in it, and null is none."""
    there = {"$ifNull": [value, []]}
    return {"$cond": [{"$isArray": [there]}, there, [there]]}


def is_true(value: object) -> Expression:
    """Whether a value counts as true."""
    return {"$in": [value, list(casting.TRUE)]}


def is_id(value: object, wanted: ObjectId) -> Expression:
    """Whether a value is an id, or its digits."""
    return {"$in": [value, [wanted, str(wanted)]]}


def same_id(one: object, other: object) -> Expression:
    """Whether two values are the same id, one or both perhaps as digits."""
    return {"$eq": [object_id(one), object_id(other)]}


def object_id(value: object) -> Expression:
    """An id, also of its digits, or null."""
    return {"$convert": {"input": value, "to": "objectId", "onError": None, "onNull": None}}


def date(value: object) -> Expression:
    """A moment, also of an id, a string or a number, or null."""
    return {"$convert": {"input": value, "to": "date", "onError": None, "onNull": None}}


def text(value: object, default: str) -> Expression:
    """A string, or the default."""
    return {"$cond": [{"$eq": [{"$type": value}, "string"]}, value, default]}


def cut(value: object, most: int) -> Expression:
    """A string of at most `most` characters; another value as it is."""
    is_text = {"$eq": [{"$type": value}, "string"]}
    return {"$cond": [is_text, {"$substrCP": [value, 0, most]}, value]}


def integer(value: object) -> Expression:
    """A number without its fraction, or 0."""
    return {"$convert": {"input": value, "to": "int", "onError": 0, "onNull": 0}}


def with_all(values: object, added: list[Any]) -> Expression:
    """A list and, at its end, those of `added` that are not in it."""
    new = {"$filter": {"input": added, "cond": {"$not": [{"$in": ["$$this", items(values)]}]}}}
    return {"$concatArrays": [items(values), new]}


def without(values: object, condition: Expression) -> Expression:
    """A list without the elements (`$$this`) that meet a condition."""
    return {"$filter": {"input": items(values), "cond": {"$not": [condition]}}}
