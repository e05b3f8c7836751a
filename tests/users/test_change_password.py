"""Changes of the own password."""

from datetime import UTC, datetime
from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

from coinbreakr.parts import Parts
from coinbreakr.users.feature import user_service
from tests.api import Answer, Api, Person
from tests.interleave import after_first

Db = Database[dict[str, Any]]
INCOMPLETE = "Current password and new password are required"


def change(api: Api, who: Person, **body: Any) -> Answer:
    given = {"currentPassword": who.password, "newPassword": "new-secret-1", **body}
    return api("PATCH", "/v1/users/change-password", who, given)


def login(api: Api, who: Person, password: str) -> int:
    return api("POST", "/v1/auth/login", json={"email": who.email, "password": password}).status


def test_the_new_password_counts_and_tokens_stay_valid(api: Api, alice: Person, db: Db) -> None:
    before = db["users"].find_one({"_id": ObjectId(alice.id)}) or {}
    began = datetime.now(UTC)
    answer = change(api, alice)
    assert answer.status == 200
    assert answer.body == {"success": True, "message": "Password changed successfully"}
    after = db["users"].find_one({"_id": ObjectId(alice.id)}) or {}
    assert after["password"] != before["password"]
    assert after == {**before, "password": after["password"], "updatedAt": after["updatedAt"]}
    assert (after["updatedAt"] - began).total_seconds() > -0.001
    assert login(api, alice, "new-secret-1") == 200
    assert login(api, alice, alice.password) == 401
    assert api("GET", "/v1/users/profile", alice).status == 200


def test_it_may_be_the_old_one(api: Api, alice: Person) -> None:
    assert change(api, alice, newPassword=alice.password).status == 200


@pytest.mark.parametrize("new", ["sixsix", "😀😀😀", "      ", "x" * 4096])
def test_new_passwords_that_just_fit(new: str, api: Api, alice: Person) -> None:
    assert change(api, alice, newPassword=new).status == 200
    assert login(api, alice, new) == 200


@pytest.mark.parametrize(
    ("body", "message", "code"),
    [
        ({"currentPassword": ""}, INCOMPLETE, "PASSWORDS_MISSING"),
        ({"newPassword": None}, INCOMPLETE, "PASSWORDS_MISSING"),
        ({"newPassword": 1234567}, "newPassword must be a string", "FIELD_NOT_A_STRING"),
        ({"currentPassword": ["x"]}, "currentPassword must be a string", "FIELD_NOT_A_STRING"),
        (
            {"newPassword": "x" * 4097},
            "newPassword cannot be more than 4096 characters",
            "FIELD_TOO_LONG",
        ),
        (
            {"newPassword": "fives", "currentPassword": "wrong"},
            "New password must be at least 6 characters long",
            "PASSWORD_TOO_SHORT",
        ),
        ({"currentPassword": "wrong"}, "Current password is incorrect", "PASSWORD_WRONG"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_refusals(body: dict[str, Any], message: str, code: str, api: Api, alice: Person) -> None:
    answer = change(api, alice, **body)
    assert answer.status == 400
    assert answer.body == {"success": False, "message": message, "code": code}
    assert login(api, alice, alice.password) == 200


def test_of_two_changes_with_one_old_password_one_wins(
    api: Api, alice: Person, parts: Parts
) -> None:
    first: list[Answer] = []
    users = parts.get(user_service)._users

    def other() -> None:
        first.append(change(api, alice, newPassword="first-secret"))

    with after_first(users, "account_by_id", other):
        second = change(api, alice, newPassword="second-secret")
    assert first[0].status == 200
    assert (second.status, second.body["code"]) == (400, "PASSWORD_WRONG")
    assert login(api, alice, "first-secret") == 200
    assert login(api, alice, "second-secret") == 401
