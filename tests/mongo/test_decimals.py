"""In the database an amount counts as the number that was sent."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from bson import Decimal128, Int64, ObjectId
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymongo.database import Database

from coinbreakr.mongo import decimals

Db = Database[dict[str, Any]]
cents = st.integers(min_value=1, max_value=10**15).map(lambda units: units / 100)
quotients = st.tuples(cents, st.integers(min_value=1, max_value=1000)).map(lambda v: v[0] / v[1])
near_powers = st.integers(min_value=-6, max_value=15).flatmap(
    lambda power: st.floats(10.0**power * (1 - 1e-15), 10.0**power * (1 + 1e-15))
)
doubles = st.one_of(cents, quotients, near_powers, st.floats(1e-6, 1e18), st.floats(-1e15, -1e-6))


def read(db: Db, values: list[Any]) -> list[Decimal]:
    db["decimals"].drop()
    db["decimals"].insert_many([{"_id": n, "value": value} for n, value in enumerate(values)])
    stages: list[dict[str, Any]] = [
        {"$sort": {"_id": 1}},
        {"$project": {"read": decimals.decimal("$value")}},
    ]
    return [row["read"].to_decimal() for row in db["decimals"].aggregate(stages)]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(values=st.lists(doubles, min_size=1, max_size=100))
def test_a_double_is_the_shortest_decimal_that_reads_as_it(values: list[float], db: Db) -> None:
    assert read(db, values) == [Decimal(repr(value)) for value in values]


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (12345678901234.56, "12345678901234.56"),
        (33.333333333333336, "33.333333333333336"),
        (1.005, "1.005"),
        (999.9999999999999, "999.9999999999999"),
        (7, "7"),
        (Int64(2**62 + 1), str(2**62 + 1)),
        (Decimal128("0.1"), "0.1"),
        (Decimal128("12345678901234567.123456789"), "12345678901234567.123456789"),
        ("12.5", "12.5"),
        (" 12.50\n", "12.50"),
        ("1e3", "1000"),
        (True, "1"),
        (False, "0"),
        (0.0, "0"),
        ("ten", "0"),
        ("", "0"),
        ("NaN", "0"),
        ("Infinity", "0"),
        (float("nan"), "0"),
        (float("inf"), "0"),
        (float("-inf"), "0"),
        (Decimal128("NaN"), "0"),
        (Decimal128("Infinity"), "0"),
        (Decimal128("1E+6000"), "0"),
        (Decimal128("1E-6000"), "1E-6000"),
        (None, "0"),
        ([], "0"),
        ([5], "0"),
        ({"amount": 5}, "0"),
        (ObjectId(), "0"),
        (datetime(2026, 1, 1, tzinfo=UTC), "0"),
    ],
)
def test_what_else_may_be_stored(db: Db, value: object, number: str) -> None:
    assert read(db, [value]) == [Decimal(number)]
