"""Payments: recorded, shown, undone; what they are in the database and in every balance."""

from typing import Any

import pytest
from pymongo.database import Database

from tests.api import Api, Person
from tests.settlements.ledger import Pay, nets, shown, stored

Db = Database[dict[str, Any]]


def test_a_payment_lowers_what_is_owed(
    api: Api, db: Db, alice: Person, bob: Person, pay: Pay
) -> None:
    api.expense(bob, 10, {alice: 10})
    made = pay(alice, bob, "4.50", note="  In cash ", date="2026-05-01")
    assert made.status == 201
    assert made.body["message"] == "Settlement recorded successfully"
    data = made.data
    people = {
        person.id: {
            "_id": person.id,
            "name": person.name,
            "profileImage": data["to"]["profileImage"],
        }
        for person in (alice, bob)
    }
    assert data == {
        "_id": data["_id"],
        "from": people[alice.id],
        "to": people[bob.id],
        "amount": 4.5,
        "currency": "USD",
        "group": None,
        "note": "In cash",
        "date": "2026-05-01T00:00:00.000Z",
        "status": "counted",
        "expenses": [],
        "createdBy": people[alice.id],
        "createdAt": data["createdAt"],
    }
    assert pay.get(data["_id"], bob) == data
    assert shown(api, bob, alice) == {"USD": 5.5}
    assert shown(api, alice, bob) == {"USD": -5.5}
    assert nets(db) == {(alice.id, "USD"): -5.5, (bob.id, "USD"): 5.5}


def test_what_is_stored_is_an_expense_of_who_paid(
    db: Db, api: Api, alice: Person, bob: Person, pay: Pay
) -> None:
    made = pay(bob, bob, 7, **{"from": alice.id}).data
    document = stored(db, "expenses", made["_id"])
    [share] = document["splitWith"]
    assert (str(document["paidBy"]), str(document["createdBy"])) == (alice.id, bob.id)
    assert (str(share["user"]), share["amount"], share["units"]) == (bob.id, 7, 700)
    assert (document["kind"], str(document["settlement"])) == ("payment", made["_id"])
    assert document["description"] == "Payment from Alice to Bob"
    assert (document["category"], document["group"], document["__v"]) == ("other", None, 0)
    listed = api("GET", "/v1/expenses", alice).data
    assert [(one["kind"], one["settlement"]) for one in listed] == [("payment", made["_id"])]


def test_voiding_takes_it_back_and_keeps_why(
    api: Api, db: Db, alice: Person, bob: Person, pay: Pay
) -> None:
    api.expense(bob, 10, {alice: 10})
    before = nets(db)
    made = pay(alice, bob, 10).data["_id"]
    assert nets(db) == {}
    answer = pay.act("void", made, bob, reason="It was returned")
    assert (answer.data["status"], answer.data["reason"]) == ("void", "It was returned")
    assert nets(db) == before
    assert stored(db, "expenses", made) is None
    assert pay.get(made, alice) == answer.data
    again = pay.act("void", made, alice)
    assert (again.status, again.body["code"]) == (409, "SETTLEMENT_NOT_COUNTED")


@pytest.mark.parametrize("amount", [3, 25])
def test_partial_and_over_payments(
    amount: float, api: Api, alice: Person, bob: Person, pay: Pay
) -> None:
    api.expense(bob, 10, {alice: 10})
    pay(alice, bob, amount)
    assert shown(api, bob, alice) == {"USD": 10 - amount}
