"""Balances read only what is open, and are the same as if they read everything."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

from coinbreakr.expenses.migrations import mend_marks
from tests.api import Api, Person

Db = Database[dict[str, Any]]
NOW = datetime(2026, 2, 3, tzinfo=UTC)
MARKS: list[Any] = [False, None, "absent", "false", 0, "no", True, "true", 1, "perhaps", {}, []]
Shape = Callable[[ObjectId, ObjectId], list[dict[str, Any]]]
PARTS: dict[str, Shape] = {
    "open": lambda payer, debtor: [part(payer), part(debtor)],
    "settled": lambda payer, debtor: [part(payer), part(debtor, settled=True)],
    "all settled": lambda payer, debtor: [part(p, settled=True) for p in (payer, debtor)],
    "nobody else": lambda payer, _: [part(payer)],
    "settled as text": lambda _, debtor: [part(debtor, settled="true")],
    "no mark": lambda _, debtor: [{"_id": ObjectId(), "user": debtor, "amount": 5}],
    "none": lambda *_: [],
}


def part(user: ObjectId, *, settled: object = False) -> dict[str, Any]:
    return {"_id": ObjectId(), "user": user, "amount": 5, "settled": settled}


def owed(parts: list[dict[str, Any]], debtor: ObjectId) -> int:
    return sum(5 for p in parts if p["user"] == debtor and p.get("settled") in (False, None))


@pytest.mark.parametrize("split", PARTS)
@pytest.mark.parametrize("mark", MARKS, ids=repr)
def test_marks_of_any_kind(
    mark: object, split: str, api: Api, alice: Person, bob: Person, db: Db
) -> None:
    """The Node server may mark wrongly in races, and once did not mark at all."""
    group = api.group(alice, bob)
    payer, debtor = ObjectId(alice.id), ObjectId(bob.id)
    shares = PARTS[split](payer, debtor)
    document = {
        "_id": ObjectId(), "description": "D", "amount": 10, "currency": "USD",
        "createdBy": payer, "paidBy": payer, "splitWith": shares, "category": "other", "date": NOW,
        "group": ObjectId(group), "createdAt": NOW, "updatedAt": NOW, "__v": 0,
        **({} if mark == "absent" else {"isSettled": mark}),
    }  # fmt: skip
    db["expenses"].insert_one(document)
    mend_marks(db, print)
    due = owed(shares, debtor)
    between = api("GET", f"/v1/users/friends/{bob.id}/balance", alice).data
    assert between["balance"] == due
    listed = api("GET", "/v1/users/balances", bob).data
    assert [entry["balance"] for entry in listed] == ([-due] if due else [])
    shared = api("GET", f"/v1/expenses/group/{group}/balance", alice).data
    assert shared["balances"] == {alice.id: due, bob.id: -due}
    still_open, settled = (
        api("GET", f"/v1/expenses?settled={state}", alice).body["pagination"]["total"]
        for state in ("false", "true")
    )
    assert still_open + settled == 1
    assert still_open or not due


@pytest.mark.parametrize("mark", [False, None, "absent", "false", 0, "0", "no"], ids=repr)
def test_what_counts_as_open_needs_no_mending(
    mark: object, api: Api, alice: Person, bob: Person, db: Db
) -> None:
    expense = ObjectId(api.expense(alice, 5, {bob: 5})["_id"])
    change = {"$unset": {"isSettled": 1}} if mark == "absent" else {"$set": {"isSettled": mark}}
    db["expenses"].update_one({"_id": expense}, change)
    for path in (f"/v1/users/friends/{bob.id}/balance",):
        assert api("GET", path, alice).data["balance"] == 5


def test_what_is_right_is_left_alone(api: Api, alice: Person, bob: Person, db: Db) -> None:
    api.expense(alice, 10, {alice: 5, bob: 5})
    settled = api.expense(alice, 10, {alice: 5, bob: 5})["_id"]
    assert api("PATCH", f"/v1/expenses/{settled}/settle", bob).data["isSettled"] is True
    before = list(db["expenses"].find().sort("_id"))
    mend_marks(db, print)
    assert list(db["expenses"].find().sort("_id")) == before


@pytest.mark.parametrize("digit", "012345")
def test_thirds_without_units_in_a_group(
    digit: str, api: Api, alice: Person, bob: Person, charlie: Person, db: Db
) -> None:
    """As the Node server writes them; the odd cent falls on one of the three by the id."""
    people = [alice, bob, charlie]
    group = api.group(*people)
    third = {"amount": 10 / 3, "settled": False}
    shares = [{**third, "_id": ObjectId(), "user": ObjectId(one.id)} for one in people]
    document = {
        "_id": ObjectId(f"65f1a0c2b7e4d9836a1f0c2{digit}"), "description": "D", "amount": 10,
        "currency": "USD", "createdBy": shares[0]["user"], "paidBy": shares[0]["user"],
        "splitWith": shares, "category": "other", "date": NOW, "group": ObjectId(group),
        "isSettled": False, "createdAt": NOW, "updatedAt": NOW, "__v": 0,
    }  # fmt: skip
    db["expenses"].insert_one(document)
    shown = api("GET", f"/v1/expenses/group/{group}/balance", alice).data
    assert [shown["balances"][one.id] for one in people] == [6.67, -3.33, -3.33]
    owed = [shown["byCurrency"][one.id]["USD"] for one in people]
    assert owed in ([6.66, -3.33, -3.33], [6.67, -3.34, -3.33], [6.67, -3.33, -3.34])
