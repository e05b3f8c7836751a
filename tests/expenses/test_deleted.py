"""Deleted expenses are kept as they were, and can be restored."""

from datetime import UTC, datetime
from typing import Any

import pytest
from bson import DatetimeMS, ObjectId
from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient
from pymongo.database import Database

from coinbreakr.expenses.feature import expense_service
from coinbreakr.expenses.repository import Expenses
from coinbreakr.mongo.documents import RAW
from coinbreakr.parts import Parts
from tests.api import Api, Person
from tests.interleave import after_first

Db = Database[dict[str, Any]]


@pytest.fixture
def expenses(parts: Parts) -> Expenses:
    return parts.get(expense_service)._expenses


@pytest.fixture
def made(api: Api, alice: Person, bob: Person) -> str:
    return f"/v1/expenses/{api.expense(alice, 10, {alice: 5, bob: 5}, paidBy=bob.id)['_id']}"


def balance(api: Api, one: Person, other: Person) -> Any:
    return api("GET", f"/v1/users/friends/{other.id}/balance", one).data["balance"]


def test_it_comes_back_with_its_id_and_its_debts(
    api: Api, alice: Person, bob: Person, made: str
) -> None:
    before = api("GET", made, alice).data
    owed = balance(api, alice, bob)
    api("DELETE", made, alice)
    assert (api("GET", made, alice).status, balance(api, alice, bob)) == (404, 0)
    answer = api("POST", f"{made}/restore", bob)
    assert answer.status == 200
    changed = {"updatedAt": answer.data["updatedAt"]}
    assert answer.data == api("GET", made, alice).data == {**before, **changed}
    assert balance(api, alice, bob) == owed != 0
    assert api("PATCH", f"{made}/settle", alice).status == 200


def test_only_who_may_delete_it_may_restore_it(
    api: Api, alice: Person, bob: Person, charlie: Person
) -> None:
    path = f"/v1/expenses/{api.expense(alice, 10, {alice: 5, bob: 5})['_id']}"
    api("DELETE", path, alice)
    for who in (bob, charlie):
        assert api("POST", f"{path}/restore", who).status == 403
    assert api("POST", f"{path}/restore", alice).status == 200


def test_what_is_not_deleted_is_not_restored(api: Api, alice: Person, made: str) -> None:
    answer = api("POST", f"{made}/restore", alice)
    assert (answer.status, answer.body["code"]) == (409, "EXPENSE_NOT_DELETED")
    assert api("POST", f"/v1/expenses/{ObjectId()}/restore", alice).status == 404


def test_restored_twice_at_the_same_moment_it_is_there_once(
    api: Api, alice: Person, bob: Person, made: str, expenses: Expenses, db: Db
) -> None:
    api("DELETE", made, alice)
    statuses: list[int] = []

    def again() -> None:
        statuses.append(api("POST", f"{made}/restore", bob).status)

    with after_first(expenses, "get", again):
        statuses.append(api("POST", f"{made}/restore", alice).status)
    assert sorted(statuses) == [200, 409]
    assert db["expenses"].count_documents({}) == 1
    assert db["deletedexpenses"].count_documents({}) == 0
    assert db["activities"].count_documents({"kind": "expense.restored"}) == 1


def test_deleted_twice_at_the_same_moment_it_is_kept_once(
    api: Api, alice: Person, bob: Person, made: str, expenses: Expenses, db: Db
) -> None:
    statuses: list[int] = []

    def again() -> None:
        statuses.append(api("DELETE", made, bob).status)

    with after_first(expenses, "get", again):
        statuses.append(api("DELETE", made, alice).status)
    assert sorted(statuses) == [200, 404]
    assert db["deletedexpenses"].count_documents({}) == 1
    assert db["activities"].count_documents({"kind": "expense.deleted"}) == 1


def test_what_is_settled_while_it_is_deleted_is_kept_settled(
    api: Api, alice: Person, made: str, expenses: Expenses
) -> None:
    with after_first(expenses, "get", lambda: api("PATCH", f"{made}/settle", alice)):
        assert api("DELETE", made, alice).status == 200
    assert api("POST", f"{made}/restore", alice).data["isSettled"] is True


def test_where_its_id_is_used_again_it_stays_deleted(api: Api, alice: Person, bob: Person) -> None:
    body = {"id": str(ObjectId()), "description": "One", "amount": 1}
    body |= {"splitWith": [{"user": bob.id, "amount": 1}]}
    path = f"/v1/expenses/{body['id']}"
    api("POST", "/v1/expenses", alice, body)
    api("DELETE", path, alice)
    api("POST", "/v1/expenses", alice, {**body, "description": "Two"})
    assert api("POST", f"{path}/restore", alice).status == 409
    api("DELETE", path, alice)
    assert api("POST", f"{path}/restore", alice).data["description"] == "Two"
    api("DELETE", path, alice)
    assert api("POST", f"{path}/restore", alice).data["description"] == "Two", "the newest"


def test_whoever_has_left_and_whatever_is_gone(
    api: Api, alice: Person, bob: Person, db: Db
) -> None:
    """To restore undoes the deletion: it is as if that had not been."""
    group = api.group(alice, bob)
    shared = {"groupId": group}
    path = f"/v1/expenses/{api.expense(alice, 10, {alice: 5, bob: 5}, **shared)['_id']}"
    owed = balance(api, alice, bob)
    api("DELETE", path, alice)
    api("DELETE", f"/v1/groups/{group}/leave", bob)
    assert api("POST", f"{path}/restore", alice).data["group"] == group
    shown = api("GET", f"/v1/expenses/group/{group}/balance", alice).data
    assert [one["user"]["_id"] for one in shown["formerMembers"]] == [bob.id]
    api("DELETE", path, alice)
    api("DELETE", f"/v1/groups/{group}", alice)
    assert api("POST", f"{path}/restore", alice).status == 200
    api("DELETE", path, alice)
    db["groups"].delete_many({})
    assert api("POST", f"{path}/restore", alice).status == 200
    assert balance(api, alice, bob) == owed


def test_what_no_type_of_python_holds_comes_back(
    api: Api, alice: Person, made: str, db: Db, client: MongoClient[dict[str, Any]]
) -> None:
    """A date after the year 9999, and a field that we do not know."""
    odd = {"date": DatetimeMS(10**15), "more": {"a": [1, 2.5, None]}}
    db["expenses"].update_one({}, {"$set": odd})
    raw = client.get_database(db.name, codec_options=RAW)["expenses"]
    [before] = raw.find()
    assert api("DELETE", made, alice).status == 200
    assert api("POST", f"{made}/restore", alice).status == 200
    [after] = raw.find()
    changed = {"updatedAt"}
    assert [field for field in before if before[field] != after[field]] == [*changed]
    assert list(before) == list(after)


def test_several_documents_leave_and_come_back_together(
    parts: Parts, expenses: Expenses, db: Db
) -> None:
    ids = [ObjectId(), ObjectId()]
    stored = [{"_id": one, "description": str(one)} for one in ids]
    db["expenses"].insert_many(stored)
    now = datetime(2026, 1, 1, tzinfo=UTC)
    taken = parts.transactions.run(lambda: expenses.take(ids))
    assert all(isinstance(one, RawBSONDocument) for one in taken)
    assert db["expenses"].count_documents({}) == 0
    parts.transactions.run(lambda: expenses.put_back(taken, now))
    first, second = db["expenses"].find().sort("_id", 1)
    assert (first, second) == ({**stored[0], "updatedAt": now}, stored[1])


def test_the_id_of_a_deleted_expense_is_free_for_who_may_restore_it_only(
    api: Api, alice: Person, bob: Person, charlie: Person, made: str
) -> None:
    api("DELETE", made, alice)
    own = {"id": made.rsplit("/", 1)[-1], "description": "Mine", "amount": 1, "currency": "EUR"}

    def again(who: Person) -> Any:
        split = {"method": "equal", "among": [who.id]}
        return api("POST", "/v1/expenses", who, {**own, "split": split})

    refused = again(charlie)
    assert (refused.status, refused.body["code"]) == (409, "EXPENSE_ID_TAKEN")
    assert api("POST", f"{made}/restore", alice).status == 200
    api("DELETE", made, alice)
    assert again(bob).status == 201


def test_who_takes_an_id_again_sees_nothing_of_what_it_was_before(
    api: Api, db: Db, alice: Person, charlie: Person, made: str
) -> None:
    db["expenses"].delete_many({})  # as the Node server does
    split = {"method": "equal", "among": [charlie.id]}
    own = {"id": made.rsplit("/", 1)[-1], "description": "Mine", "amount": 1, "split": split}
    assert api("POST", "/v1/expenses", charlie, own).status == 201
    [created] = api("GET", f"{made}/versions", charlie).data
    assert created["by"]["name"] == "Charlie"
    assert api("GET", f"{made}/versions", alice).status == 403


@pytest.mark.parametrize("odd", [None, 1, "x", [], [1], [None], [{}], [{"_id": 1}], [[]]])
def test_what_was_kept_and_cannot_be_read_is_not_there(
    api: Api, db: Db, alice: Person, made: str, odd: Any
) -> None:
    api("DELETE", made, alice)
    db["deletedexpenses"].update_one({}, {"$set": {"documents": odd, "deletedAt": "x"}})
    assert api("GET", f"{made}/versions", alice).status == 200
    assert api("POST", f"{made}/restore", alice).status == 404


def test_it_stays_deleted_while_one_of_its_ids_is_used_again(
    api: Api, db: Db, alice: Person, bob: Person, made: str
) -> None:
    document = db["expenses"].find_one()
    assert document is not None
    api("DELETE", made, alice)
    other = {**document, "_id": ObjectId()}
    db["deletedexpenses"].update_one({}, {"$push": {"documents": other}})
    db["expenses"].insert_one(other)
    answer = api("POST", f"{made}/restore", bob)
    assert (answer.status, answer.body["code"]) == (409, "EXPENSE_ID_TAKEN")
    assert db["expenses"].count_documents({}) == 1
