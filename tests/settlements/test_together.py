"""What happens when several people, or one again and again, do the same at the same moment."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

from coinbreakr.parts import Parts
from coinbreakr.settlements.feature import settlement_service
from coinbreakr.settlements.repository import Settlements
from tests.api import Answer, Api, Person
from tests.idempotency.requests import new_key
from tests.interleave import after_first
from tests.settlements.ledger import Pay, nets

Db = Database[dict[str, Any]]


@pytest.fixture
def records(parts: Parts) -> Settlements:
    return parts.get(settlement_service)._settlements


def at_once(*calls: Callable[[], Answer]) -> Counter[int]:
    with ThreadPoolExecutor(16) as pool:
        return Counter(answer.status for answer in pool.map(lambda call: call(), calls))


def test_a_hundred_confirmations_count_once(
    db: Db, alice: Person, confirming: Person, pay: Pay
) -> None:
    made = pay(alice, confirming, 10).data["_id"]
    statuses = at_once(*[lambda: pay.act("confirm", made, confirming)] * 100)
    assert statuses == {200: 1, 409: 99}
    assert nets(db) == {(alice.id, "USD"): 10, (confirming.id, "USD"): -10}
    assert db["activities"].count_documents({"kind": "settlement.confirmed"}) == 1


def test_many_who_void_it_take_it_back_once(
    api: Api, db: Db, alice: Person, bob: Person, pay: Pay
) -> None:
    debt = api.expense(bob, 10, {alice: 10})["_id"]
    made = pay(alice, bob, 10, expenses=[debt]).data["_id"]
    statuses = at_once(*[lambda: pay.act("void", made, alice)] * 20)
    assert statuses == {200: 1, 409: 19}
    assert nets(db) == {(bob.id, "USD"): 10, (alice.id, "USD"): -10}


def test_the_same_shares_are_settled_once(
    api: Api, db: Db, alice: Person, bob: Person, pay: Pay
) -> None:
    """By settlements of both sides, and by the app."""
    debt = api.expense(bob, 10, {alice: 10})["_id"]
    hers = [lambda: pay(alice, bob, 10, expenses=[debt])] * 5
    his = [lambda: pay(bob, bob, 10, expenses=[debt], **{"from": alice.id})] * 5
    apps = [lambda: api("PATCH", f"/v1/expenses/{debt}/settle", alice)] * 5
    statuses = at_once(*[call for calls in zip(hers, his, apps, strict=True) for call in calls])
    assert statuses[400] == 14
    assert statuses[200] + statuses[201] == 1
    assert nets(db) == {}
    assert db["settlements"].count_documents({}) == 1


@pytest.mark.parametrize("first", ["confirm", "reject", "void"])
@pytest.mark.parametrize("then", ["confirm", "reject"])
def test_of_two_decisions_about_a_pending_one_the_first_to_commit_wins(
    first: str, then: str, db: Db, alice: Person, confirming: Person, pay: Pay, records: Settlements
) -> None:
    """The other has read it as pending, and finds out that it is not any more."""
    made = pay(alice, confirming, 10).data["_id"]
    deciding = {"confirm": confirming, "reject": confirming, "void": alice}
    won: list[Answer] = []

    def act() -> None:
        won.append(pay.act(first, made, deciding[first]))

    with after_first(records, "get", act):
        lost = pay.act(then, made, deciding[then])
    assert (won[0].status, lost.status) == (200, 409)
    states = {"confirm": "counted", "reject": "rejected", "void": "void"}
    assert pay.get(made, alice)["status"] == states[first]
    assert bool(nets(db)) == (first == "confirm")


def test_an_edit_at_the_node_server_while_it_is_voided(
    db: Db, alice: Person, bob: Person, pay: Pay, records: Settlements
) -> None:
    made = pay(alice, bob, 10).data["_id"]

    def edit() -> None:
        change = {"amount": 12, "splitWith.0.amount": 12, "splitWith.0.units": 1200}
        db["expenses"].update_one({"_id": ObjectId(made)}, {"$set": change})

    with after_first(records, "get", edit):
        voided = pay.act("void", made, bob)
    assert voided.data["status"] == "void"
    assert nets(db) == {}


def test_shares_that_are_changed_while_they_are_settled(
    api: Api, db: Db, alice: Person, bob: Person, pay: Pay, parts: Parts
) -> None:
    debt = api.expense(bob, 10, {alice: 10})["_id"]
    expenses = parts.get(settlement_service)._expenses

    def edit() -> None:
        change = {"amount": 12, "splitWith.0.amount": 12, "splitWith.0.units": 1200}
        db["expenses"].update_one({"_id": ObjectId(debt)}, {"$set": change})

    with after_first(expenses, "many", edit):
        answer = pay(alice, bob, 10, expenses=[debt])
    assert (answer.status, answer.body["code"]) == (400, "SETTLEMENT_AMOUNT_NOT_OPEN")
    assert "12" in answer.body["message"]
    assert nets(db) == {(bob.id, "USD"): 12, (alice.id, "USD"): -12}


def test_somebody_leaves_while_a_payment_is_recorded(
    api: Api, db: Db, alice: Person, bob: Person, pay: Pay, parts: Parts
) -> None:
    group = api.group(alice, bob)
    groups = parts.get(settlement_service)._groups
    left: list[Answer] = []

    def leave() -> None:
        left.append(api("DELETE", f"/v1/groups/{group}/leave", bob))

    with after_first(groups, "hold", leave):
        made = pay(alice, bob, 5, group=group)
    assert (made.status, left[0].status) == (201, 200)  # one after the other
    assert nets(db) == {(alice.id, "USD"): 5, (bob.id, "USD"): -5}
    former = api("GET", f"/v1/expenses/group/{group}/balance", alice).data
    assert former["balances"][alice.id] == 5


@pytest.mark.parametrize("times", [2, 8])
def test_sent_again_with_its_key_it_is_recorded_once(
    times: int, api: Api, db: Db, alice: Person, bob: Person
) -> None:
    body = {"to": bob.id, "amount": 10, "currency": "USD"}
    key = new_key()
    statuses = at_once(*[lambda: api("POST", "/v1/settlements", alice, body, headers=key)] * times)
    assert statuses.keys() <= {201, 409}
    again = api("POST", "/v1/settlements", alice, body, headers=key)
    assert again.status == 201
    assert db["settlements"].count_documents({}) == db["expenses"].count_documents({}) == 1
    assert nets(db) == {(alice.id, "USD"): 10, (bob.id, "USD"): -10}
