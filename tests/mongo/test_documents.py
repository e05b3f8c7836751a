"""One database with the Node server: what we write is what mongoose writes, and the reverse."""

from datetime import UTC, datetime
from typing import Any

import bcrypt
import pytest
from bson import Int64, ObjectId
from bson.datetime_ms import DatetimeMS
from pymongo.database import Database

from tests.api import Api, Person
from tests.conftest import SECRET
from tests.contract import tokens

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
    assert set(stored["splitWith"][0]) == {"user", "amount", "settled", "_id"}
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


class TestWrittenByMongoose:
    """Documents as mongoose leaves them, the sparse ones of older versions too."""

    @pytest.fixture
    def mia(self, db: Db) -> Person:
        user = ObjectId()
        password = bcrypt.hashpw(b"mia-secret", bcrypt.gensalt(4, prefix=b"2b")).decode()
        db["users"].insert_one(
            {
                "_id": user,
                "name": "Mia",
                "email": "mia@example.com",
                "password": password,
                "role": "user",
                "createdAt": NOW,
                "updatedAt": NOW,
                "__v": 3,
            }
        )
        claims = {"id": str(user), "iat": 1}
        token = tokens.forge(claims, SECRET, "HS256")
        return Person(str(user), "Mia", "mia@example.com", token, "mia-secret")

    def test_absent_fields_have_their_defaults(self, api: Api, mia: Person) -> None:
        assert api("GET", "/v1/users/profile", mia).data == {
            "_id": mia.id,
            "name": "Mia",
            "email": "mia@example.com",
            "profileImage": "https://via.placeholder.com/150",
            "phoneNumber": "",
            "role": "user",
            "isActive": True,
            "friends": [],
            "pendingFriends": [],
            "createdAt": "2025-03-04T05:06:07.890Z",
            "updatedAt": "2025-03-04T05:06:07.890Z",
            "__v": 3,
        }
        friends: dict[str, list[Any]] = {"friends": [], "pendingFriends": []}
        assert api("GET", "/v1/users/friends", mia).data == friends

    def test_a_login(self, api: Api, mia: Person) -> None:
        body = {"email": "Mia@Example.com ", "password": mia.password}
        assert api("POST", "/v1/auth/login", json=body).status == 200

    def test_a_name_that_locked_people_out(self, api: Api, db: Db, mia: Person) -> None:
        db["users"].update_one({}, {"$set": {"name": "x" * 60}})
        body = {"email": mia.email, "password": mia.password}
        assert api("POST", "/v1/auth/login", json=body).status == 200
        change = {"currentPassword": mia.password, "newPassword": "another-1"}
        assert api("PATCH", "/v1/users/change-password", mia, change).status == 200

    def test_a_group_without_a_state_is_read_but_not_listed(
        self, api: Api, db: Db, mia: Person
    ) -> None:
        member = {"_id": ObjectId(), "user": ObjectId(mia.id), "role": "admin", "joinedAt": NOW}
        group = {
            "name": "Old",
            "description": "",
            "members": [member],
            "createdBy": ObjectId(mia.id),
            "createdAt": NOW,
            "updatedAt": NOW,
            "__v": 0,
        }
        made = db["groups"].insert_one(group).inserted_id
        assert api("GET", f"/v1/groups/{made}", mia).data["isActive"] is True
        assert api("GET", "/v1/groups", mia).data == []

    @pytest.mark.parametrize(
        ("stored", "shown"), [(12, 12), (Int64(12), 12), (12.0, 12), (33.333333333333336,) * 2]
    )
    def test_amounts_of_any_number_type(
        self, api: Api, db: Db, mia: Person, stored: float, shown: float
    ) -> None:
        made = self._expense(db, mia, stored)
        data = api("GET", f"/v1/expenses/{made}", mia).data
        assert (data["amount"], data["splitWith"][0]["amount"]) == (shown, shown)

    @pytest.mark.parametrize("amount", [float("inf"), float("-inf"), float("nan")])
    def test_amounts_that_should_never_have_been_stored(
        self, api: Api, db: Db, mia: Person, amount: float
    ) -> None:
        made = self._expense(db, mia, amount)
        assert api("GET", f"/v1/expenses/{made}", mia).status == 200
        assert api("GET", "/v1/users/balances", mia).data == []
        assert api("PUT", f"/v1/expenses/{made}", mia, {"description": "x"}).status == 200
        assert api("PATCH", f"/v1/expenses/{made}/settle", mia).status == 200

    def test_people_who_are_gone_are_null(self, api: Api, db: Db, mia: Person) -> None:
        made = self._expense(db, mia, 5, payer=ObjectId())
        assert api("GET", f"/v1/expenses/{made}", mia).data["paidBy"] is None

    def test_dates_beyond_our_years(self, api: Api, db: Db, mia: Person) -> None:
        made = self._expense(db, mia, 5)
        last_of_ecmascript = DatetimeMS(8_640_000_000_000_000)
        db["expenses"].update_one({"_id": made}, {"$set": {"date": last_of_ecmascript}})
        assert api("GET", f"/v1/expenses/{made}", mia).status == 200

    @staticmethod
    def _expense(db: Db, who: Person, amount: float, payer: ObjectId | None = None) -> ObjectId:
        me = ObjectId(who.id)
        part = {"user": me, "amount": amount, "settled": False, "_id": ObjectId()}
        document = {
            "description": "Old",
            "amount": amount,
            "currency": "USD",
            "createdBy": me,
            "paidBy": payer or me,
            "splitWith": [part],
            "category": "other",
            "date": NOW,
            "group": None,
            "isSettled": False,
            "createdAt": NOW,
            "updatedAt": NOW,
            "__v": 0,
        }
        made: ObjectId = db["expenses"].insert_one(document).inserted_id
        return made


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
