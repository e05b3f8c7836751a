"""Whatever amount is taken is read as it was sent, up to the bounds of its currency."""

from decimal import Decimal
from typing import Any

import pytest
from bson import ObjectId
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymongo.database import Database

from coinbreakr import money
from tests.api import Answer, Api, Person
from tests.balances import ledger

Db = Database[dict[str, Any]]
BOUNDS = {
    "JPY": "999999999999999",
    "USD": "9999999999999.99",
    "ZZZ": "9999999999999.99",
    "KWD": "999999999999.999",
    "CLF": "99999999999.9999",
}
UNITS = {"JPY": "1", "USD": "0.01", "KWD": "0.001", "CLF": "0.0001"}
amounts = st.one_of(
    st.integers(min_value=100, max_value=10**15 - 1),
    st.integers(min_value=1, max_value=15).map(lambda digits: 10**digits - 1 or 1),
    st.integers(min_value=10**15 - 10**6, max_value=10**15 - 1),
).filter(lambda units: units >= 100)


def record(
    api: Api, payer: Person, amount: object, parts: dict[Person, object], currency: str
) -> Answer:
    split = [{"user": person.id, "amount": part} for person, part in parts.items()]
    body = {"description": "D", "amount": amount, "splitWith": split, "currency": currency}
    return api("POST", "/v1/expenses", payer, body)


@pytest.mark.parametrize("currency", BOUNDS)
def test_the_bounds(currency: str, api: Api, alice: Person, bob: Person) -> None:
    most = Decimal(BOUNDS[currency])
    assert money.largest(currency) == most
    above = str(most + money.unit(currency))
    for sent in (float(above), above, 1e300):
        refused = record(api, alice, sent, {bob: sent}, currency)
        assert refused.status == 400
        assert refused.body["message"] == f"Amount must be at most {most} {currency}"
    expense = record(api, alice, float(most), {bob: float(most)}, currency).data["_id"]
    wider = {"amount": above, "splitWith": [{"user": bob.id, "amount": above}]}
    assert api("PUT", f"/v1/expenses/{expense}", alice, wider).status == 400
    assert _told(api, alice, bob) == {currency: most}


@pytest.mark.parametrize("amount", [9_999_999.99, 10_000_000, 12_345_678.91, 9_999_999_999_999])
def test_the_old_number_of_big_amounts(amount: float, api: Api, alice: Person, bob: Person) -> None:
    record(api, alice, amount, {bob: amount}, "USD")
    shown = api("GET", f"/v1/users/friends/{bob.id}/balance", alice).data
    assert (shown["balance"], shown["byCurrency"]) == (amount, {"USD": amount})


def test_another_currency_has_other_bounds(api: Api, alice: Person, bob: Person) -> None:
    expense = record(api, alice, 10**12, {bob: 10**12}, "USD").data["_id"]
    path = f"/v1/expenses/{expense}"
    assert api("PUT", path, alice, {"currency": "KWD"}).status == 400
    assert api("PUT", path, alice, {"currency": "JPY"}).status == 200


@pytest.mark.parametrize(("currency", "least"), [("JPY", "1"), ("USD", "0.01"), ("KWD", "0.01")])
def test_the_least(currency: str, least: str, api: Api, alice: Person, bob: Person) -> None:
    below = str(Decimal(least) - Decimal("0.001"))
    refused = record(api, alice, below, {bob: below}, currency)
    assert (refused.status, refused.body["message"]) == (400, f"Amount must be at least {least}")
    assert record(api, alice, least, {bob: least}, currency).status == 201


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(units=amounts, other=amounts, currency=st.sampled_from(sorted(UNITS)), text=st.booleans())
def test_what_is_sent_is_stored_listed_and_owed(
    units: int, other: int, currency: str, text: bool, api: Api, alice: Person, bob: Person, db: Db
) -> None:
    db["expenses"].delete_many({})
    first, second = (value * Decimal(UNITS[currency]) for value in (units, other))
    sent = str(first) if text else float(first)
    expense = record(api, alice, sent, {bob: sent}, currency).data["_id"]
    _is_read_as(first, currency, api, alice, bob, db)
    changed = {"amount": float(second), "splitWith": [{"user": bob.id, "amount": float(second)}]}
    assert api("PUT", f"/v1/expenses/{expense}", alice, changed).status == 200
    _is_read_as(second, currency, api, alice, bob, db)


def _is_read_as(
    amount: Decimal, currency: str, api: Api, alice: Person, bob: Person, db: Db
) -> None:
    (stored,) = db["expenses"].find({})
    (listed,) = api("GET", "/v1/expenses", bob).data
    for document in (stored, listed):
        assert Decimal(repr(document["amount"])) == amount
        assert Decimal(repr(document["splitWith"][0]["amount"])) == amount
    assert _told(api, alice, bob) == {currency: amount}
    assert _told(api, bob, alice) == {currency: -amount}


def _told(api: Api, one: Person, other: Person) -> dict[str, Decimal]:
    data = api("GET", f"/v1/users/friends/{other.id}/balance", one).data
    return {code: Decimal(repr(amount)) for code, amount in data["byCurrency"].items()}


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(units=amounts, currency=st.sampled_from(sorted(UNITS)), count=st.integers(2, 11))
def test_equal_parts_lose_nothing_up_to_the_bounds(
    units: int, currency: str, count: int, db: Db, api: Api, alice: Person, bob: Person
) -> None:
    """The quotients have 16 or 17 digits; their sum is the whole, to the minor unit."""
    db["expenses"].delete_many({})
    amount = float(units * Decimal(UNITS[currency]))
    made = api.expense(alice, amount, {bob: amount}, currency=currency)
    part = {"amount": amount / count, "settled": False}
    parts = [{"_id": ObjectId(), "user": ObjectId(bob.id), **part} for _ in range(count)]
    db["expenses"].update_one({"_id": ObjectId(made["_id"])}, {"$set": {"splitWith": parts}})
    assert _told(api, alice, bob) == {currency: units * Decimal(UNITS[currency])}


@pytest.mark.parametrize("currency", UNITS)
def test_parts_may_differ_from_the_amount_by_a_minor_unit(
    currency: str, api: Api, alice: Person, bob: Person
) -> None:
    unit = Decimal(UNITS[currency])
    near, far = str(100 - unit), str(100 - unit * Decimal("1.5"))
    refused = record(api, alice, "100", {bob: far}, currency)
    assert refused.body["message"] == "Split amounts must equal the total expense amount"
    expense = record(api, alice, "100", {bob: near}, currency).data["_id"]
    path = f"/v1/expenses/{expense}"
    for body, status in (
        ({"splitWith": [{"user": bob.id, "amount": far}]}, 400),
        ({"splitWith": [{"user": bob.id, "amount": near}]}, 200),
        ({"amount": str(100 + unit / 10)}, 400),
        ({"amount": str(100 - unit / 10)}, 200),
    ):
        assert api("PUT", path, alice, body).status == status, body


def test_a_part_below_the_minor_unit_is_refused(
    api: Api, alice: Person, bob: Person, db: Db
) -> None:
    """A hundred of them would be 0.40 in one figure and nothing in the other."""
    small: dict[Person, object] = {alice: 9.996, bob: 0.004}
    refused = record(api, alice, 10, small, "USD")
    message = "Split amount must be 0 or at least 0.01 USD"
    assert (refused.status, refused.body["message"]) == (400, message)
    assert record(api, alice, 10, {alice: 9, bob: 1}, "KWD").status == 201
    expense = record(api, alice, 10, {alice: "0", bob: 10}, "USD").data["_id"]
    path, sent = f"/v1/expenses/{expense}", [{"user": p.id, "amount": a} for p, a in small.items()]
    assert api("PUT", path, alice, {"splitWith": sent}).status == 400
    stored = [
        {"_id": ObjectId(), "user": ObjectId(p.id), "amount": a, "settled": False}
        for p, a in small.items()
    ]
    db["expenses"].update_one({"_id": ObjectId(expense)}, {"$set": {"splitWith": stored}})
    assert api("PUT", path, alice, {"description": "E", "splitWith": sent}).status == 200


def test_currencies_that_make_up_for_one_another_are_listed(
    api: Api, alice: Person, bob: Person
) -> None:
    api.expense(alice, 10, {bob: 10})
    api.expense(bob, 10, {alice: 10}, currency="EUR")
    (entry,) = api("GET", "/v1/users/balances", alice).data
    assert entry["byCurrency"] == {"EUR": -10, "USD": 10}
    assert (entry["balance"], entry["message"]) == (0, "You are settled up")


def test_what_rounds_to_nothing_is_not_listed(api: Api, alice: Person, bob: Person) -> None:
    """A third that was paid back in cents; by the expense's id it may count a cent more."""
    dora = api.register("dora")
    api.befriend(alice, dora)
    thirds = [(one.id, Decimal(repr(10 / 3))) for one in (alice, bob, dora)]
    made = api.expense(alice, 10, {alice: 10 / 3, bob: 10 / 3, dora: 10 / 3})
    units = ledger.minor_units(thirds, "USD", made["_id"])[1]
    api.expense(bob, 3.33, {alice: 3.33})
    between = api("GET", f"/v1/users/friends/{bob.id}/balance", alice).data
    assert between["balance"] == 0
    assert between["byCurrency"] == ({"USD": 0.01} if units == 334 else {})
    listed = api("GET", "/v1/users/balances", alice).data
    assert [entry["friend"]["_id"] for entry in listed] == [dora.id]


def test_the_most_adds_up_to_the_minor_unit(api: Api, alice: Person, bob: Person, db: Db) -> None:
    """Beyond 2**53 minor units, where not every sum of doubles is one."""
    group = api.group(alice, bob)
    made = api.expense(alice, 9999999999999.99, {bob: 9999999999999.99}, groupId=group)
    (kept,) = db["expenses"].find({"_id": ObjectId(made["_id"])})
    db["expenses"].insert_many({**kept, "_id": ObjectId()} for _ in range(10))
    owed = {"USD": 109999999999999.89}
    assert api("GET", f"/v1/users/friends/{bob.id}/balance", alice).data["byCurrency"] == owed
    shared = api("GET", f"/v1/expenses/group/{group}/balance", alice).data["byCurrency"]
    assert shared == {alice.id: owed, bob.id: {"USD": -109999999999999.89}}
