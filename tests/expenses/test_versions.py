"""Versions of an expense: what was done here, and what must have been done elsewhere."""

from datetime import UTC, datetime
from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

from tests.api import Api, Person
from tests.commands import Commands

Db = Database[dict[str, Any]]
LATER = datetime(2099, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def made(api: Api, alice: Person, bob: Person) -> str:
    return f"/v1/expenses/{api.expense(alice, 10, {alice: 5, bob: 5})['_id']}"


def versions(api: Api, who: Person, path: str, query: str = "") -> list[Any]:
    found: list[Any] = api("GET", f"{path}/versions{query}", who).data
    return found


def kinds(api: Api, who: Person, path: str) -> list[str]:
    return [version["kind"] for version in versions(api, who, path)]


def by_node(db: Db, path: str, update: dict[str, Any]) -> None:
    """As the Node server writes, with its own date."""
    stamped = {"$set": {"updatedAt": LATER, **update.pop("$set", {})}, **update}
    db["expenses"].update_one({"_id": ObjectId(path.rpartition("/")[2])}, stamped)


def said(changes: list[Any]) -> dict[str, tuple[Any, Any]]:
    return {change["field"]: (change["old"], change["new"]) for change in changes}


def test_who_did_what_and_when(api: Api, alice: Person, bob: Person, made: str) -> None:
    api("PUT", made, alice, {"description": "Lunch", "category": "food"})
    api("PATCH", f"{made}/settle", bob)
    settled, changed, created = versions(api, bob, made)
    assert [one["kind"] for one in (settled, changed, created)] == ["settled", "changed", "created"]
    assert [one["by"]["name"] for one in (settled, changed, created)] == ["Bob", "Alice", "Alice"]
    assert said(changed["changes"]) == {
        "description": ("Dinner", "Lunch"), "category": ("other", "food"),
    }  # fmt: skip
    begun = said(created["changes"])
    assert (begun["amount"], begun["description"]) == ((None, 10), (None, "Dinner"))
    assert begun["paidBy"][1]["_id"] == alice.id
    assert created["at"] <= changed["at"] <= settled["at"]


def test_the_method_of_a_split_is_told(api: Api, alice: Person, bob: Person, made: str) -> None:
    shares = [{"user": alice.id, "percent": 10}, {"user": bob.id, "percent": 90}]
    api("PUT", made, alice, {"split": {"method": "percent", "shares": shares}})
    changes = versions(api, alice, made)[0]["changes"]
    assert said(changes)["split"] == (None, "percent")
    assert {change["user"]["name"] for change in changes if "user" in change} == {"Alice", "Bob"}


def test_of_a_deleted_one(api: Api, alice: Person, bob: Person, made: str) -> None:
    api("DELETE", made, alice)
    answer = api("GET", f"{made}/versions", bob)
    assert [version["kind"] for version in answer.data] == ["deleted", "created"]
    assert answer.body["deletedAt"] >= answer.data[1]["at"]
    api("POST", f"{made}/restore", alice)
    answer = api("GET", f"{made}/versions", bob)
    assert [version["kind"] for version in answer.data] == ["restored", "deleted", "created"]
    assert "deletedAt" not in answer.body


def test_only_those_whom_it_concerns_see_them(
    api: Api, alice: Person, bob: Person, charlie: Person, made: str, db: Db
) -> None:
    path = f"{made}/versions"
    assert api("GET", path, charlie).status == 403
    api("DELETE", made, alice)
    assert api("GET", path, charlie).status == 403
    db["deletedexpenses"].delete_many({})
    assert (api("GET", path, charlie).status, api("GET", path, bob).status) == (403, 200)
    assert api("GET", f"/v1/expenses/{ObjectId()}/versions", alice).status == 404


def test_what_the_node_server_changes_is_changed_elsewhere(
    api: Api, alice: Person, made: str, db: Db
) -> None:
    by_node(db, made, {"$set": {"amount": 12, "splitWith.1.amount": 7}})
    elsewhere, created = versions(api, alice, made)
    assert (elsewhere["kind"], elsewhere["by"], elsewhere["_id"]) == (
        "changed elsewhere", None, None,
    )  # fmt: skip
    assert elsewhere["at"] == "2099-01-02T03:04:05.000Z"
    fields = [change["field"] for change in elsewhere["changes"]]
    assert fields == ["amount", "splitWith"]
    assert elsewhere["changes"][1]["user"]["name"] == "Bob"
    assert created["kind"] == "created"


def test_it_stays_so_when_it_is_changed_here_later(
    api: Api, alice: Person, bob: Person, made: str, db: Db
) -> None:
    by_node(db, made, {"$set": {"description": "Lunch"}})
    api("PUT", made, alice, {"description": "Brunch", "category": "food"})
    api("PATCH", f"{made}/settle", bob)
    by_node(db, made, {"$set": {"category": "other"}})
    found = versions(api, alice, made)
    assert [version["kind"] for version in found] == [
        "changed elsewhere", "settled", "changed", "changed elsewhere", "created",
    ]  # fmt: skip
    assert said(found[0]["changes"]) == {"category": ("food", "other")}
    assert said(found[2]["changes"])["description"] == ("Lunch", "Brunch")
    assert said(found[3]["changes"]) == {"description": ("Dinner", "Lunch")}
    assert found[3]["at"] == found[2]["at"], "when it was seen"


def test_what_the_node_server_settles_is_seen_too(
    api: Api, alice: Person, made: str, db: Db
) -> None:
    by_node(db, made, {"$set": {"splitWith.1.settled": True, "splitWith.1.settledAt": LATER}})
    [change] = versions(api, alice, made)[0]["changes"]
    assert (change["user"]["name"], change["new"]["settled"]) == ("Bob", True)


def test_rewriting_the_same_is_no_version(api: Api, alice: Person, made: str, db: Db) -> None:
    """The Node server replaces shares as a whole: new ids, no minor units, doubles."""
    [stored] = db["expenses"].find()
    shares = [
        {"user": share["user"], "amount": float(share["amount"]), "settled": False}
        for share in stored["splitWith"]
    ]
    by_node(db, made, {"$set": {"splitWith": shares, "amount": 10.0}})
    assert kinds(api, alice, made) == ["created"]


def test_what_the_node_server_deletes_is_deleted_elsewhere(
    api: Api, alice: Person, bob: Person, made: str, db: Db
) -> None:
    db["expenses"].delete_many({})
    assert kinds(api, bob, made) == ["deleted elsewhere", "created"]
    assert api("POST", f"{made}/restore", alice).status == 404


def test_an_old_expense_has_a_beginning(api: Api, alice: Person, made: str, db: Db) -> None:
    db["activities"].delete_many({})
    [beginning] = versions(api, alice, made)
    assert (beginning["kind"], beginning["by"]["name"]) == ("created", "Alice")
    assert (beginning["_id"], beginning["changes"]) == (None, [])
    api("PUT", made, alice, {"description": "Lunch"})
    assert kinds(api, alice, made) == ["changed", "created"]
    api("DELETE", made, alice)
    assert kinds(api, alice, made) == ["deleted", "changed", "created"]


def test_an_id_that_is_used_again(api: Api, alice: Person, bob: Person, db: Db) -> None:
    body = {"id": str(ObjectId()), "description": "One", "amount": 1}
    body |= {"splitWith": [{"user": bob.id, "amount": 1}]}
    path = f"/v1/expenses/{body['id']}"
    api("POST", "/v1/expenses", alice, body)
    api("DELETE", path, alice)
    api("POST", "/v1/expenses", alice, {**body, "description": "Two"})
    db["expenses"].delete_many({})
    api("POST", "/v1/expenses", alice, {**body, "description": "Three"})
    assert kinds(api, alice, path) == [
        "created", "deleted elsewhere", "created", "deleted", "created",
    ]  # fmt: skip


def test_what_is_put_back_by_hand_is_created_elsewhere(
    api: Api, alice: Person, made: str, db: Db
) -> None:
    [stored] = db["expenses"].find()
    api("DELETE", made, alice)
    db["expenses"].insert_one(stored)
    assert kinds(api, alice, made) == ["created elsewhere", "deleted", "created"]
    api("PUT", made, alice, {"description": "Lunch"})
    found = versions(api, alice, made)
    assert [version["kind"] for version in found][:3] == ["changed", "created elsewhere", "deleted"]
    assert said(found[1]["changes"])["description"] == (None, "Dinner")


def test_two_shares_of_one_person_are_told_apart(
    api: Api, alice: Person, bob: Person, made: str, db: Db
) -> None:
    extra = {"user": ObjectId(bob.id), "amount": 3, "settled": False, "_id": ObjectId()}
    by_node(db, made, {"$push": {"splitWith": extra}})
    [change] = versions(api, alice, made)[0]["changes"]
    assert (change["user"]["name"], change["nth"], change["old"]) == ("Bob", 1, None)
    assert change["new"] == {"amount": 3, "settled": False}


def test_pages_have_every_version_once(
    api: Api, alice: Person, made: str, db: Db, commands: Commands
) -> None:
    for number in range(5):
        api("PUT", made, alice, {"description": f"Number {number}"})
        by_node(db, made, {"$set": {"category": ["food", "travel"][number % 2]}})
    whole = versions(api, alice, made)
    assert len(whole) == 11
    found: list[Any] = []
    cursor = ""
    while True:
        answer = api("GET", f"{made}/versions?limit=2{cursor}", alice)
        found += answer.data
        after = answer.body["page"]["next"]
        if after is None:
            break
        cursor = f"&cursor={after}"
    assert found == whole
    with commands.recording() as seen:
        versions(api, alice, made, "?limit=2")
    finds = [command for name, command in seen if command.get(name) == "activities"]
    assert [find["limit"] for find in finds[:1]] == [1]
    assert [find["batchSize"] for find in finds[1:]] == [21]
    assert versions(api, alice, made, f"?cursor={'0' * 24}") == []


def test_a_page_with_very_many_differences_ends_before(
    api: Api, alice: Person, made: str, db: Db
) -> None:
    expense = ObjectId(made.rpartition("/")[2])
    share = {"user": ObjectId(alice.id), "amount": 1, "settled": False}
    change = {"field": "splitWith", "user": ObjectId(alice.id), "old": None, "new": 1}
    [created] = db["activities"].find({"subject": expense})
    for number in range(1, 6):
        state = {"splitWith": [share] * 500}
        many = {"kind": "expense.changed", "changes": [change] * 1000, "state": state}
        later = ObjectId(bytes([255, number]) + bytes(10))
        db["activities"].insert_one({**created, **many, "_id": later})
    answer = api("GET", f"{made}/versions", alice)
    here = [version for version in answer.data if version["_id"]]
    assert len(here) == 2
    assert answer.body["page"]["next"] == "ff03" + "00" * 10
    rest = api("GET", f"{made}/versions?cursor={answer.body['page']['next']}", alice)
    assert rest.data[0]["_id"] == answer.body["page"]["next"]


def test_two_who_change_different_things_are_two_versions(
    api: Api, alice: Person, bob: Person, made: str, db: Db
) -> None:
    del bob, db
    api("PUT", made, alice, {"description": "Lunch"})
    api("PUT", made, alice, {"currency": "EUR"})
    changed = versions(api, alice, made)[:2]
    assert [said(version["changes"]).keys() for version in changed] == [
        {"currency"}, {"description"},
    ]  # fmt: skip
