"""What is done to an expense is an event for all whom it concerns."""

from typing import Any

import pytest
from pymongo.database import Database

from tests.activity.events import kinds, listed
from tests.api import Api, Person
from tests.conftest import FailPoint

Db = Database[dict[str, Any]]
OVER = {"errorCode": 251, "errorLabels": ["TransientTransactionError"]}


@pytest.fixture
def made(api: Api, alice: Person, bob: Person) -> str:
    return f"/v1/expenses/{api.expense(alice, 10, {alice: 5, bob: 5})['_id']}"


def newest(api: Api, who: Person) -> Any:
    return listed(api, who)["data"][0]


def test_recording(api: Api, alice: Person, bob: Person) -> None:
    group = api.group(alice, bob, name="Lisbon")
    made = api.expense(alice, 10, {alice: 5, bob: 5}, currency="EUR", paidBy=bob.id, groupId=group)
    event = newest(api, bob)
    assert (event["kind"], event["subject"]) == ("expense.created", made["_id"])
    assert (event["actor"]["name"], event["group"]["name"]) == ("Alice", "Lisbon")
    shown = event["snapshot"]
    assert (shown["description"], shown["amount"], shown["currency"]) == ("Dinner", 10, "EUR")
    assert (shown["paidBy"]["_id"], shown["participants"]) == (bob.id, 2)
    assert "changes" not in event
    assert newest(api, alice) == {**event, "read": True}


def test_changing(api: Api, alice: Person, bob: Person, made: str) -> None:
    parts = [{"user": alice.id, "amount": 8}, {"user": bob.id, "amount": 4}]
    api("PUT", made, alice, {"amount": 12, "description": "Lunch", "splitWith": parts})
    event = newest(api, bob)
    assert (event["kind"], event["snapshot"]["amount"]) == ("expense.changed", 12)
    changes = {(c["field"], c.get("user", {}).get("name")): c for c in event["changes"]}
    assert changes.keys() == {
        ("description", None), ("amount", None), ("splitWith", "Alice"), ("splitWith", "Bob"),
    }  # fmt: skip
    assert (changes["amount", None]["old"], changes["amount", None]["new"]) == (10, 12)
    bobs = changes["splitWith", "Bob"]
    assert bobs["old"] == {"amount": 5, "settled": False}
    assert bobs["new"] == {"amount": 4, "settled": False}


def test_who_is_taken_out_is_told(api: Api, alice: Person, bob: Person, made: str) -> None:
    api("PUT", made, alice, {"splitWith": [{"user": alice.id, "amount": 10}]})
    event = newest(api, bob)
    assert [change["new"] for change in event["changes"]] == [
        {"amount": 10, "settled": False}, None,
    ]  # fmt: skip
    api("PUT", made, alice, {"description": "Not Bob's business any more"})
    assert newest(api, bob) == {**event}


def test_settling(api: Api, bob: Person, alice: Person, made: str) -> None:
    api("PATCH", f"{made}/settle", bob)
    event = newest(api, alice)
    assert (event["kind"], event["actor"]["name"]) == ("expense.settled", "Bob")
    [change] = event["changes"]
    assert (change["field"], change["user"]["name"]) == ("splitWith", "Bob")
    assert (change["old"]["settled"], change["new"]["settled"]) == (False, True)


def test_deleting_and_restoring(api: Api, alice: Person, bob: Person, made: str) -> None:
    api("DELETE", made, alice)
    api("POST", f"{made}/restore", alice)
    assert kinds(api, bob)[:3] == ["expense.restored", "expense.deleted", "expense.created"]


def test_what_is_refused_or_changes_nothing_is_no_event(
    api: Api, alice: Person, bob: Person, charlie: Person, made: str, db: Db
) -> None:
    before = db["activities"].count_documents({})
    for method, path, who, body in (
        ("PUT", made, bob, {"description": "X"}),
        ("PUT", made, alice, {"amount": 11}),
        ("PUT", made, alice, {"description": "Dinner", "category": "other"}),
        ("DELETE", made, bob, None),
        ("PATCH", f"{made}/settle", charlie, None),
        ("POST", f"{made}/restore", alice, None),
    ):
        api(method, path, who, body)
    assert db["activities"].count_documents({}) == before


def test_the_same_request_again_is_one_event(api: Api, alice: Person, bob: Person, db: Db) -> None:
    body = {
        "id": "65f1a0c2b7e4d9836a1f0c2e", "description": "D", "amount": 1,
        "splitWith": [{"user": bob.id, "amount": 1}],
    }  # fmt: skip
    statuses = [api("POST", "/v1/expenses", alice, body).status for _ in range(2)]
    assert statuses == [201, 200]
    assert db["activities"].count_documents({"kind": "expense.created"}) == 1


@pytest.mark.parametrize("command", ["insert", "commitTransaction"])
def test_a_transaction_that_starts_again_leaves_one_expense_and_one_event(
    command: str, api: Api, alice: Person, bob: Person, db: Db, fail_point: FailPoint
) -> None:
    fail_point({"times": 1}, failCommands=[command], **OVER)
    api.expense(alice, 10, {alice: 5, bob: 5})
    assert db["expenses"].count_documents({}) == 1
    assert db["activities"].count_documents({"kind": "expense.created"}) == 1


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/v1/expenses", "NEW"),
        ("PUT", "MADE", {"description": "Lunch"}),
        ("PATCH", "MADE/settle", None),
        ("DELETE", "MADE", None),
    ],
)
def test_without_the_event_nothing_is_changed(
    method: str,
    path: str,
    body: Any,
    api: Api,
    alice: Person,
    made: str,
    db: Db,
    fail_point: FailPoint,
) -> None:
    """The event cannot be stored: neither is the change, and the answer says that it may go on."""
    stored = list(db["expenses"].find())
    new = {"description": "D", "amount": 1, "splitWith": [{"user": alice.id, "amount": 1}]}
    namespace = {"namespace": f"{db.name}.activities"}
    fail_point("alwaysOn", failCommands=["insert"], errorCode=8, **namespace)
    answer = api(method, path.replace("MADE", made), alice, new if body == "NEW" else body)
    fail_point("off")
    assert answer.status >= 500
    assert list(db["expenses"].find()) == stored
    assert db["deletedexpenses"].count_documents({}) == 0
