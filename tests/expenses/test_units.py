"""Minor units are stored beside amounts, and tell what balances add up."""

import math
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from bson import Decimal128, Int64, ObjectId
from pymongo.database import Database

from coinbreakr.expenses import documents
from coinbreakr.expenses.migrations import store_units
from tests.api import Api, Person
from tests.balances import ledger

Db = Database[dict[str, Any]]
THIRD = 10 / 3


def units(db: Db, expense: str) -> list[Any]:
    stored = db["expenses"].find_one({"_id": ObjectId(expense)}) or {}
    return [share.get("units") for share in stored["splitWith"]]


def as_the_node_server_writes(db: Db, expense: str) -> None:
    db["expenses"].update_one({"_id": ObjectId(expense)}, {"$unset": {"splitWith.$[].units": ""}})


def thirds(expense: str, people: list[Person], currency: str = "USD") -> list[int]:
    return ledger.minor_units([(one.id, Decimal(repr(THIRD))) for one in people], currency, expense)


@pytest.fixture
def dora(api: Api, alice: Person) -> Person:
    person = api.register("dora")
    api.befriend(alice, person)
    return person


def test_a_new_expense_has_them(api: Api, alice: Person, bob: Person, dora: Person, db: Db) -> None:
    made = api.expense(alice, 10, dict.fromkeys((alice, bob, dora), THIRD))
    assert units(db, made["_id"]) == thirds(made["_id"], [alice, bob, dora])
    assert "units" not in made["splitWith"][0]


def test_they_follow_a_change(api: Api, alice: Person, bob: Person, dora: Person, db: Db) -> None:
    expense = api.expense(alice, 10, dict.fromkeys((alice, bob, dora), THIRD))["_id"]
    api("PUT", f"/v1/expenses/{expense}", alice, {"currency": "JPY"})
    assert units(db, expense) == thirds(expense, [alice, bob, dora], "JPY")
    split = [{"user": alice.id, "amount": 1.5}, {"user": bob.id, "amount": 8.5}]
    body = {"currency": "USD", "splitWith": split}
    assert api("PUT", f"/v1/expenses/{expense}", alice, body).status == 200
    assert units(db, expense) == [150, 850]


def test_settling_keeps_them(api: Api, alice: Person, bob: Person, db: Db) -> None:
    expense = api.expense(alice, 10, {alice: 2.5, bob: 7.5})["_id"]
    api("PATCH", f"/v1/expenses/{expense}/settle", bob)
    assert units(db, expense) == [250, 750]


def balances(api: Api, alice: Person, bob: Person, group: str) -> list[Any]:
    paths = ("/v1/users/balances", f"/v1/users/friends/{bob.id}/balance")
    return [
        api("GET", path, alice).data for path in (*paths, f"/v1/expenses/group/{group}/balance")
    ]


def test_without_them_balances_are_the_same(
    api: Api, alice: Person, bob: Person, dora: Person, db: Db
) -> None:
    group = api.group(alice, bob, dora)
    expense = ""
    for payer in (alice, bob, dora):
        shares = dict.fromkeys((alice, bob, dora), THIRD)
        expense = api.expense(payer, 10, shares, groupId=group, paidBy=payer.id)["_id"]
        api.expense(payer, 10.01, dict.fromkeys((alice, bob), 5.005), groupId=group)
    before = balances(api, alice, bob, group)
    db["expenses"].update_many({}, {"$unset": {"splitWith.$[].units": ""}})
    assert balances(api, alice, bob, group) == before
    store_units(db, print)
    assert units(db, expense) == thirds(expense, [alice, bob, dora])
    assert balances(api, alice, bob, group) == before


@pytest.mark.parametrize(
    "wrong", [0, 400, 10**12, 333.5, "333", None, True, [333], float("nan")], ids=repr
)
def test_units_that_are_not_of_the_amount_do_not_count(
    wrong: object, api: Api, alice: Person, bob: Person, dora: Person, db: Db
) -> None:
    """As after the Node server has set another currency."""
    expense = api.expense(alice, 10, dict.fromkeys((alice, bob, dora), THIRD))["_id"]
    path = f"/v1/users/friends/{bob.id}/balance"
    before = api("GET", path, alice).data
    change = {"$set": {"splitWith.$[].units": wrong}}
    db["expenses"].update_one({"_id": ObjectId(expense)}, change)
    assert api("GET", path, alice).data == before


@pytest.mark.parametrize("wrong", [333, -(2**63)])
@pytest.mark.parametrize(
    "amount", [math.nan, Decimal128("NaN"), math.inf, -(2.0**63) / 100], ids=repr
)
def test_units_beside_amounts_that_are_none(
    amount: object, wrong: int, api: Api, alice: Person, bob: Person, db: Db
) -> None:
    group = api.group(alice, bob)
    expense = api.expense(alice, 10, {bob: 10}, groupId=group)["_id"]
    changed = {"splitWith.0.amount": amount, "splitWith.0.units": Int64(wrong)}
    db["expenses"].update_one({"_id": ObjectId(expense)}, {"$set": changed})
    due = amount if amount == -(2.0**63) / 100 else 0
    assert api("GET", f"/v1/users/friends/{bob.id}/balance", alice).data["balance"] == due
    shared = api("GET", f"/v1/expenses/group/{group}/balance", alice).data
    assert shared["balances"] == {alice.id: due, bob.id: -due if due else 0}


def test_the_migration_leaves_what_is_settled_and_what_is_odd(
    api: Api, alice: Person, bob: Person, dora: Person, db: Db
) -> None:
    even = api.expense(alice, 10, {alice: 2.5, bob: 7.5})["_id"]
    settled, uneven, odd = (
        api.expense(alice, 10, dict.fromkeys((alice, bob, dora), THIRD))["_id"] for _ in "123"
    )
    for expense in (even, settled, uneven, odd):
        as_the_node_server_writes(db, expense)
    db["expenses"].update_one({"_id": ObjectId(settled)}, {"$set": {"isSettled": True}})
    change = {"$set": {"splitWith.0.amount": "3.3333333333333335"}}
    db["expenses"].update_one({"_id": ObjectId(odd)}, change)
    before = db["expenses"].find_one({"_id": ObjectId(uneven)}) or {}
    said: list[str] = []
    store_units(db, said.append)
    assert said == ["2 expenses have minor units now"]
    assert units(db, even) == [250, 750]
    after = db["expenses"].find_one({"_id": ObjectId(uneven)}) or {}
    expected = thirds(uneven, [alice, bob, dora])
    shares = zip(before["splitWith"], expected, strict=True)
    assert after == {**before, "splitWith": [{**share, "units": u} for share, u in shares]}
    store_units(db, said.append)
    assert said[1] == "0 expenses have minor units now"


def test_what_is_changed_meanwhile_is_left(
    api: Api, alice: Person, bob: Person, dora: Person, db: Db
) -> None:
    expense = api.expense(alice, 10, dict.fromkeys((alice, bob, dora), THIRD))["_id"]
    as_the_node_server_writes(db, expense)
    read = db["expenses"].find_one({"_id": ObjectId(expense)}) or {}
    update = documents.with_units(read)
    assert update is not None
    api("PATCH", f"/v1/expenses/{expense}/settle", bob)
    assert db["expenses"].update_one(*update).matched_count == 0


def test_the_cent_goes_round(api: Api, alice: Person, bob: Person, dora: Person, db: Db) -> None:
    """Over 300 bills of 10 nobody of three is more than a few cents off."""
    made = {"description": "D", "amount": 10, "currency": "USD", "category": "other"}
    when = datetime(2026, 1, 1, tzinfo=UTC)
    people = [ObjectId(one.id) for one in (alice, bob, dora)]
    group = api.group(alice, bob, dora)
    db["expenses"].insert_many(
        {
            **made,
            "_id": ObjectId(f"{number:08x}{'0' * 16}"),
            "createdBy": people[0],
            "paidBy": ObjectId(),
            "group": ObjectId(group),
            "isSettled": False,
            "date": when,
            "splitWith": [
                {"_id": ObjectId(), "user": one, "amount": THIRD, "settled": False}
                for one in people
            ],
        }
        for number in range(300)
    )
    shown = api("GET", f"/v1/expenses/group/{group}/balance", alice).data["byCurrency"]
    owed = [-shown[str(one)]["USD"] for one in people]
    assert sum(round(amount * 100) for amount in owed) == 300_000
    assert all(abs(amount - 1000) < 0.3 for amount in owed), owed


@pytest.mark.parametrize("amount", [10, 200_000_000.02, 9_000_000_000_000])
def test_stored_units_count_however_large(
    amount: float, api: Api, alice: Person, bob: Person, dora: Person, db: Db
) -> None:
    """Either way to round a share is right; what is stored decides."""
    each = amount / 3 + (0 if amount < 1e9 else 0.003)
    expense = api.expense(alice, amount, dict.fromkeys((alice, bob, dora), each))["_id"]
    path = f"/v1/users/friends/{bob.id}/balance"
    for units in (int(each * 100), int(each * 100) + 1):
        change = {"$set": {"splitWith.1.units": units}}
        db["expenses"].update_one({"_id": ObjectId(expense)}, change)
        assert api("GET", path, alice).data["byCurrency"] == {"USD": units / 100}
