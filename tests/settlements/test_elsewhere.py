"""Payments that are edited as expenses: by the Node server, or by the app through this one."""

from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

from coinbreakr import bootstrap
from coinbreakr.parts import Parts
from tests.api import Api, Person
from tests.settlements.ledger import Pay, nets, shown, stored

Db = Database[dict[str, Any]]


@pytest.fixture
def made(alice: Person, bob: Person, pay: Pay) -> str:
    """Alice has paid Bob 10."""
    settlement: str = pay(alice, bob, 10, note="Cash").data["_id"]
    return settlement


def node_edits(db: Db, made: str, amount: float, **more: Any) -> None:
    """As `findByIdAndUpdate` there: the shares are replaced, with what it knows of them."""
    [share] = stored(db, "expenses", made)["splitWith"]
    known = {"user": share["user"], "amount": amount, "settled": False, "_id": ObjectId()}
    change = {"amount": amount, "splitWith": [known], **more}
    db["expenses"].update_one({"_id": ObjectId(made)}, {"$set": change})


def test_the_amount_is_that_of_the_expense(
    api: Api, db: Db, alice: Person, bob: Person, made: str, pay: Pay
) -> None:
    node_edits(db, made, 12.5, currency="EUR", description="Rent")
    read = pay.get(made, bob)
    assert (read["amount"], read["currency"], read["note"]) == (12.5, "EUR", "Cash")
    assert read["status"] == "counted"
    [listed] = api("GET", "/v1/settlements", alice).data
    assert listed == read
    assert shown(api, alice, bob) == {"EUR": 12.5}
    voided = pay.act("void", made, alice).data
    assert (voided["amount"], voided["currency"], voided["status"]) == (12.5, "EUR", "void")
    assert nets(db) == {}
    assert pay.get(made, alice) == voided  # as it was last


def test_an_edit_of_the_app_by_this_server_keeps_what_it_is(
    api: Api, db: Db, alice: Person, bob: Person, made: str, pay: Pay
) -> None:
    part = {"user": bob.id, "amount": 8, "settled": False}
    body = {"description": "Less", "amount": 8, "splitWith": [part], "date": "2026-04-04"}
    changed = api("PUT", f"/v1/expenses/{made}", alice, body)
    assert (changed.data["kind"], changed.data["settlement"]) == ("payment", made)
    read = pay.get(made, bob)
    assert (read["amount"], read["date"]) == (8, "2026-04-04T00:00:00.000Z")
    assert stored(db, "expenses", made)["splitWith"][0]["units"] == 800
    assert shown(api, alice, bob) == {"USD": 8}


@pytest.mark.parametrize("by", ["Node", "the app"])
def test_deleted_as_an_expense_it_is_void(
    by: str, api: Api, db: Db, alice: Person, made: str, pay: Pay
) -> None:
    if by == "Node":
        db["expenses"].delete_one({"_id": ObjectId(made)})
    else:
        assert api("DELETE", f"/v1/expenses/{made}", alice).status == 200
    read = pay.get(made, alice)
    assert (read["status"], read["amount"]) == ("void", 10)
    assert pay.act("void", made, alice).body["code"] == "SETTLEMENT_NOT_COUNTED"
    assert nets(db) == {}


def test_settled_at_the_node_server_it_is_void(
    api: Api, db: Db, alice: Person, bob: Person, made: str, pay: Pay
) -> None:
    """There nobody can tell a payment from a debt: both servers count what is open."""
    closed = {"splitWith.0.settled": True, "isSettled": True}
    db["expenses"].update_one({"_id": ObjectId(made)}, {"$set": closed})
    assert nets(db) == {}
    assert shown(api, alice, bob) == {}
    assert pay.get(made, bob)["status"] == "void"
    opened = {"splitWith.0.settled": False, "isSettled": False}
    db["expenses"].update_one({"_id": ObjectId(made)}, {"$set": opened})
    assert pay.get(made, bob)["status"] == "counted"


def test_only_what_is_between_the_two_is_the_amount(
    db: Db, bob: Person, cat: Person, made: str, pay: Pay
) -> None:
    """Whoever makes an ordinary expense of it, of which others bear a part."""
    [share] = stored(db, "expenses", made)["splitWith"]
    shares = [
        {**share, "amount": 4},
        {**share, "_id": ObjectId(), "user": ObjectId(cat.id), "amount": 6},
    ]
    db["expenses"].update_one({"_id": ObjectId(made)}, {"$set": {"splitWith": shares}})
    assert pay.get(made, bob)["amount"] == 4
    assert pay.act("void", made, bob).status == 200
    assert nets(db) == {}


def test_verify_tells_of_payments_whose_settlement_does_not_count(
    db: Db, alice: Person, bob: Person, made: str, pay: Pay, parts: Parts
) -> None:
    lost = pay(alice, bob, 2).data["_id"]
    pay.act("void", pay(alice, bob, 3).data["_id"], bob)
    check = bootstrap.checks(parts)["Payments without a settlement"]
    assert list(check()) == []
    db["settlements"].delete_one({"_id": ObjectId(lost)})
    db["settlements"].update_one({"_id": ObjectId(made)}, {"$set": {"status": "rejected"}})
    assert [str(finding.id) for finding in check()] == [made, lost]


def test_verify_finds_nothing_odd_in_what_is_written(
    api: Api, db: Db, alice: Person, bob: Person, made: str, parts: Parts
) -> None:
    api("PATCH", f"/v1/expenses/{api.expense(bob, 4, {alice: 4})['_id']}/settle", alice)
    api("POST", f"/v1/settlements/{made}/void", bob, {"reason": "Twice"})
    for name, check in bootstrap.checks(parts).items():
        assert list(check()) == [], name
    assert db["settlements"].count_documents({}) == 2
