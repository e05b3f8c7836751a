"""Counting again gives out minor units as the application does, though it is written apart."""

from datetime import UTC, datetime
from typing import Any

from bson import Int64, ObjectId
from hypothesis import given
from hypothesis import strategies as st

from coinbreakr.expenses import documents
from coinbreakr.expenses.units import minor_units
from coinbreakr.mongo.reading import Fields
from coinbreakr.recount import domain
from coinbreakr.recount.comparison import by_person, differences
from coinbreakr.recount.model import Sum

NOW = datetime(2026, 3, 4, tzinfo=UTC)
ids = st.binary(min_size=12, max_size=12).map(ObjectId)
numbers = st.one_of(
    st.floats(0, 10_000_000_000_000, allow_nan=False),
    st.integers(0, 10**12),
    st.integers(0, 10**13).map(lambda cents: cents / 100),
    st.integers(1, 10**6).map(lambda amount: amount / 3),
    st.integers(0, 100).map(Int64),
)


def document(expense: ObjectId, shares: dict[ObjectId, float], currency: str) -> dict[str, Any]:
    parts = [
        {"user": user, "amount": amount, "settled": False, "_id": ObjectId()}
        for user, amount in shares.items()
    ]
    payer = next(iter(shares))
    return {"_id": expense, "paidBy": payer, "amount": 1, "currency": currency, "splitWith": parts}


@given(
    expense=ids,
    shares=st.dictionaries(ids, numbers, min_size=1, max_size=6),
    currency=st.sampled_from(["USD", "JPY", "KWD", "CLF", "?"]),
)
def test_units_are_those_of_the_application(
    expense: ObjectId, shares: dict[ObjectId, float], currency: str
) -> None:
    stored = document(expense, shares, currency)
    found = domain.bill(stored)
    assert found is not None
    assert domain.given_out(found) == minor_units(documents.expense(Fields(stored)))


def test_a_sum_of_everybody_is_nothing() -> None:
    a, b, c = (ObjectId(bytes([n]) * 12) for n in (1, 2, 3))
    ledger = domain.ledger([document(ObjectId(), {a: 1.0, b: 10 / 3, c: 10 / 3}, "USD")])
    [pairs] = ledger.groups.values()
    sums = by_person(pairs)
    assert {person: one["USD"].units for person, one in sums.items()}[b] in {-333, -334}
    assert sum(one["USD"].units for one in sums.values()) == 0
    assert sum(one["USD"].rest for one in sums.values()) == 0
    assert ledger.people == {a, b, c}


def test_what_is_nothing_needs_no_balance() -> None:
    somebody = ObjectId()
    assert list(differences({somebody: {"USD": Sum()}}, {})) == []
    assert list(differences({somebody: {"USD": Sum(1)}}, {})) == [f"{somebody} in USD"]
