"""One database with the Node server: we understand what mongoose writes."""

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


def _version(db: Db, collection: str, document: str) -> int:
    found = db[collection].find_one({"_id": ObjectId(document)}) or {}
    version: int = found["__v"]
    return version
