"""One database with the Node server: what we write is what mongoose writes."""

from datetime import UTC, datetime
from typing import Any

import bcrypt
import pytest
from bson import ObjectId
from pymongo.database import Database

from tests.api import Api, Person

Db = Database[dict[str, Any]]
NOW = datetime(2025, 3, 4, 5, 6, 7, 890_000, tzinfo=UTC)
INT32, DOUBLE, STRING, ARRAY, OBJECT_ID, BOOL, DATE, NULL = (
    "int", "double", "string", "array", "objectId", "bool", "date", "null",
)  # fmt: skip


def types_of(db: Db, collection: str, document: str) -> dict[str, str]:
    """BSON type by field, told by the server."""
    stages: list[dict[str, Any]] = [
        {"$match": {"_id": ObjectId(document)}},
        {"$project": {"pairs": {"$objectToArray": "$$ROOT"}}},
        {"$unwind": "$pairs"},
        {"$project": {"_id": 0, "name": "$pairs.k", "type": {"$type": "$pairs.v"}}},
    ]
    return {row["name"]: row["type"] for row in db[collection].aggregate(stages)}


def test_a_user(api: Api, db: Db, alice: Person) -> None:
    assert types_of(db, "users", alice.id) == {
        "_id": OBJECT_ID,
        "name": STRING,
        "email": STRING,
        "password": STRING,
        "profileImage": STRING,
        "phoneNumber": STRING,
        "role": STRING,
        "isActive": BOOL,
        "friends": ARRAY,
        "pendingFriends": ARRAY,
        "createdAt": DATE,
        "updatedAt": DATE,
        "__v": INT32,
    }
    api("POST", "/v1/auth/login", json={"email": alice.email, "password": alice.password})
    assert types_of(db, "users", alice.id)["lastLogin"] == DATE


def test_a_password_hash_is_one_of_the_node_server(db: Db, alice: Person) -> None:
    stored = db["users"].find_one({"_id": ObjectId(alice.id)}) or {}
    assert stored["password"].startswith("$2a$")
    assert bcrypt.checkpw(alice.password.encode(), stored["password"].encode())


def test_a_pending_friend(api: Api, db: Db, alice: Person) -> None:
    friends = [{"name": " Dora ", "email": " DORA@Example.com "}, {"name": "E", "phoneNumber": "1"}]
    api("POST", "/v1/users/friends", alice, {"friends": friends})
    dora, other = db["pendingfriends"].find().sort("_id", 1)
    assert (dora["name"], dora["email"]) == ("Dora", "dora@example.com")
    assert "phoneNumber" not in dora
    assert "email" not in other
    assert types_of(db, "pendingfriends", str(dora["_id"])) == {
        "_id": OBJECT_ID,
        "name": STRING,
        "email": STRING,
        "addedBy": OBJECT_ID,
        "createdAt": DATE,
        "updatedAt": DATE,
        "__v": INT32,
    }
    user = db["users"].find_one({"_id": ObjectId(alice.id)}) or {}
    assert user["pendingFriends"] == [dora["_id"], other["_id"]]


def test_a_group(api: Api, db: Db, alice: Person, bob: Person) -> None:
    group = api.group(alice, bob)
    assert types_of(db, "groups", group) == {
        "_id": OBJECT_ID,
        "name": STRING,
        "description": STRING,
        "members": ARRAY,
        "createdBy": OBJECT_ID,
        "isActive": BOOL,
        "createdAt": DATE,
        "updatedAt": DATE,
        "__v": INT32,
    }
    stored = db["groups"].find_one({"_id": ObjectId(group)}) or {}
    assert [member["role"] for member in stored["members"]] == ["admin", "member"]
    assert set(stored["members"][0]) == {"user", "role", "joinedAt", "_id"}


def test_positions_in_members_raise_the_version(api: Api, db: Db, alice: Person) -> None:
    group, dora = api.group(alice), api.register("dora")
    body = {"memberEmail": dora.email}
    api("POST", f"/v1/groups/{group}/members", alice, body)
    assert _version(db, "groups", group) == 1
    api("DELETE", f"/v1/groups/{group}/members/{dora.id}", alice)
    assert _version(db, "groups", group) == 2
    api("PUT", f"/v1/groups/{group}", alice, {"name": "Renamed"})
    assert _version(db, "groups", group) == 2


def test_an_expense(api: Api, db: Db, alice: Person, bob: Person) -> None:
    expense = api.expense(alice, 10, {alice: 2.5, bob: 7.5})["_id"]
    assert types_of(db, "expenses", expense) == {
        "_id": OBJECT_ID,
        "description": STRING,
        "amount": INT32,
        "currency": STRING,
        "createdBy": OBJECT_ID,
        "paidBy": OBJECT_ID,
        "splitWith": ARRAY,
        "category": STRING,
        "date": DATE,
        "group": NULL,
        "isSettled": BOOL,
        "createdAt": DATE,
        "updatedAt": DATE,
        "__v": INT32,
    }
    stored = db["expenses"].find_one({"_id": ObjectId(expense)}) or {}
    assert set(stored["splitWith"][0]) == {"user", "amount", "units", "settled", "_id"}
    assert isinstance(stored["splitWith"][0]["amount"], float)


@pytest.mark.parametrize(
    ("amount", "kind"), [(10, INT32), (10.0, INT32), (10.5, DOUBLE), (3_000_000_000, DOUBLE)]
)
def test_amounts_are_int32_or_double(
    api: Api, db: Db, alice: Person, amount: float, kind: str
) -> None:
    expense = api.expense(alice, amount, {alice: amount})["_id"]
    assert types_of(db, "expenses", expense)["amount"] == kind


def test_replacing_parts_raises_the_version_and_settling_does_not(
    api: Api, db: Db, alice: Person, bob: Person
) -> None:
    expense = api.expense(alice, 10, {alice: 5, bob: 5})["_id"]
    api("PATCH", f"/v1/expenses/{expense}/settle", bob)
    assert _version(db, "expenses", expense) == 0
    parts = [{"user": bob.id, "amount": 10}, {"user": alice.id, "amount": 0}]
    again = api.expense(alice, 10, {alice: 5, bob: 5})["_id"]
    assert api("PUT", f"/v1/expenses/{again}", alice, {"splitWith": parts}).status == 200
    assert _version(db, "expenses", again) == 1


def test_a_contact(api: Api, db: Db) -> None:
    body = {
        "firstName": "A",
        "lastName": "B",
        "email": "A@Example.com",
        "subject": "bug",
        "message": "M",
    }
    made = api("POST", "/v1/contact", json=body).data["id"]
    kinds = types_of(db, "contacts", made)
    assert kinds.pop("__v") == INT32
    assert {kinds.pop("createdAt"), kinds.pop("updatedAt")} == {DATE}
    assert kinds.pop("_id") == OBJECT_ID
    assert set(kinds.values()) == {STRING}
    stored = db["contacts"].find_one() or {}
    assert (stored["email"], stored["priority"]) == ("a@example.com", "high")
    assert stored["ipAddress"] == "127.0.0.1"


def test_the_indexes_of_the_node_server_are_there(db: Db) -> None:
    expected = {
        "users": {"email_1"},
        "pendingfriends": {"addedBy_1_email_1", "addedBy_1_phoneNumber_1"},
        "contacts": {"email_1", "subject_1", "status_1", "createdAt_-1"},
    }
    for collection, names in expected.items():
        found = db[collection].index_information()
        assert names <= found.keys()
    assert db["users"].index_information()["email_1"]["unique"] is True
    assert db["pendingfriends"].index_information()["addedBy_1_email_1"]["sparse"] is True


def _version(db: Db, collection: str, document: str) -> int:
    found = db[collection].find_one({"_id": ObjectId(document)}) or {}
    version: int = found["__v"]
    return version
