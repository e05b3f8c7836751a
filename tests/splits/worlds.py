"""Splits as hypothesis imagines them, all of which can be divided."""

from decimal import Decimal
from itertools import pairwise

from bson import ObjectId
from hypothesis import strategies as st

from coinbreakr import money
from coinbreakr.splits.model import (
    Adjusted,
    Entry,
    Equal,
    Exact,
    Extra,
    Item,
    Itemized,
    Percent,
    Split,
    Weighted,
)
from coinbreakr.typed import TypedDecimal

Case = tuple[Split, Decimal, str]  # the split, the amount that it splits, its currency

ids = st.binary(min_size=12, max_size=12).map(ObjectId)
currencies = st.sampled_from(["USD", "JPY", "KWD"])


def people(least: int = 1) -> st.SearchStrategy[list[ObjectId]]:
    return st.lists(ids, min_size=least, max_size=7, unique=True)


def decimal(units: int, places: int) -> TypedDecimal:
    return TypedDecimal(f"{Decimal(units).scaleb(-places):f}")


def amount(units: int, currency: str) -> TypedDecimal:
    return decimal(units, money.places(currency))


def entries(users: list[ObjectId], values: list[TypedDecimal]) -> tuple[Entry, ...]:
    return tuple(Entry(user, value) for user, value in zip(users, values, strict=True))


@st.composite
def equal(draw: st.DrawFn) -> Case:
    currency = draw(currencies)
    return Equal(tuple(draw(people()))), amount(draw(st.integers(1, 10**9)), currency), currency


@st.composite
def exact(draw: st.DrawFn) -> Case:
    currency, users = draw(currencies), draw(people())
    units = draw(st.lists(st.integers(0, 10**6), min_size=len(users), max_size=len(users)))
    units[0] += 1
    shares = entries(users, [amount(part, currency) for part in units])
    return Exact(shares), amount(sum(units), currency), currency


@st.composite
def percent(draw: st.DrawFn) -> Case:
    currency, users = draw(currencies), draw(people())
    cuts = [draw(st.integers(0, 1_000_000)) for _ in users[1:]]
    bounds = [0, *sorted(cuts), 1_000_000]
    parts = [after - before for before, after in pairwise(bounds)]
    split = Percent(entries(users, [decimal(part, 4) for part in parts]))
    return split, amount(draw(st.integers(1, 10**9)), currency), currency


@st.composite
def weighted(draw: st.DrawFn) -> Case:
    currency, users = draw(currencies), draw(people())
    split = Weighted(entries(users, [decimal(draw(st.integers(1, 10**6)), 4) for _ in users]))
    return split, amount(draw(st.integers(1, 10**9)), currency), currency


@st.composite
def adjusted(draw: st.DrawFn) -> Case:
    currency, users = draw(currencies), draw(people())
    units = [draw(st.integers(-1000, 1000)) for _ in users]
    whole = draw(st.integers(1, 10**6)) + sum(units) - len(units) * min(units)
    split = Adjusted(entries(users, [amount(part, currency) for part in units]))
    return split, amount(whole, currency), currency


@st.composite
def itemized(draw: st.DrawFn) -> Case:
    currency, users = draw(currencies), draw(people())
    items = [
        Item(
            "item",
            amount(draw(st.integers(0, 10**5)), currency),
            tuple(draw(st.lists(st.sampled_from(users), min_size=1, unique=True))),
        )
        for _ in range(draw(st.integers(0, 4)))
    ]
    items.append(Item("last", amount(draw(st.integers(1, 10**5)), currency), tuple(users)))
    total = sum(money.to_minor(item.amount, currency) or 0 for item in items)
    extras = draw(st.lists(st.integers(-10, 1000), max_size=3))
    extras = extras if sum(extras) > -total else []
    split = Itemized(tuple(items), tuple(Extra("tip", amount(part, currency)) for part in extras))
    return split, amount(total + sum(extras), currency), currency


cases = st.one_of(equal(), exact(), percent(), weighted(), adjusted(), itemized())
