"""Logins: what is refused in which order, and what is kept."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

from coinbreakr.auth import schemas
from tests.api import Answer, Api, Person
from tests.exact import assert_exact

Db = Database[dict[str, Any]]
Login = Callable[..., Answer]
DEACTIVATED = (
    "Your account has been deactivated. Please contact support to reactivate your account."
)


@pytest.fixture
def login(api: Api, alice: Person) -> Login:
    good = {"email": alice.email, "password": alice.password}
    return lambda **changes: api("POST", "/v1/auth/login", json={**good, **changes})


def test_the_answer_has_a_token_of_the_account(login: Login, api: Api, alice: Person) -> None:
    answer = login()
    assert (answer.status, answer.body["message"]) == (200, "Login successfully")
    assert_exact(schemas.Login(), answer.data)
    assert_exact(schemas.LoggedInUser(), answer.data["user"])
    shown = answer.data["user"]
    last = shown.pop("lastLogin")
    assert shown == {
        "id": alice.id,
        "name": alice.name,
        "email": alice.email,
        "role": "user",
        "isActive": True,
    }
    person = Person(alice.id, alice.name, alice.email, answer.data["token"])
    profile = api("GET", "/v1/users/profile", person).data
    assert profile["lastLogin"] == profile["updatedAt"] == last


def test_the_moment_is_kept(login: Login, alice: Person, db: Db) -> None:
    login()
    (kept,) = db["users"].find({"_id": ObjectId(alice.id)})
    assert kept["lastLogin"] == kept["updatedAt"]
    assert timedelta() <= datetime.now(UTC) - kept["lastLogin"] < timedelta(minutes=1)
    assert kept["createdAt"] <= kept["lastLogin"]


@pytest.mark.parametrize("spelling", [str.upper, lambda email: f"  {email}\n"])
def test_an_address_is_compared_trimmed_and_in_lower_case(
    spelling: Callable[[str], str], login: Login, alice: Person
) -> None:
    assert login(email=spelling(alice.email)).status == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"password": "Some-secret-1"},
        {"password": " some-secret-1"},
        {"password": "x"},
        {"email": "nobody@example.com"},
        {"email": "no address"},
    ],
    ids=str,
)
def test_wrong_credentials(changes: dict[str, str], login: Login, alice: Person, db: Db) -> None:
    answer = login(**changes)
    assert answer.status == 401
    assert answer.body == {
        "success": False,
        "message": "Invalid credentials",
        "code": "CREDENTIALS_INVALID",
    }
    assert "lastLogin" not in db["users"].find_one({"_id": ObjectId(alice.id)})  # type: ignore[operator]


@pytest.mark.parametrize("field", ["email", "password"])
@pytest.mark.parametrize("missing", [None, "", 0, False])
def test_what_is_falsy_is_missing(field: str, missing: object, login: Login) -> None:
    answer = login(**{field: missing})
    assert (answer.status, answer.body["code"]) == (400, "LOGIN_INCOMPLETE")
    assert answer.body["message"] == "Please provide email and password"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"email": {"$gt": ""}}, "FIELD_NOT_A_STRING"),
        ({"password": {"$gt": ""}}, "FIELD_NOT_A_STRING"),
        ({"email": "a\0b"}, "FIELD_HAS_NUL"),
        ({"email": "x" * 255}, "EMAIL_TOO_LONG"),
        ({"password": "x" * 4097}, "FIELD_TOO_LONG"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_values_that_are_no_credentials(changes: dict[str, Any], code: str, login: Login) -> None:
    answer = login(**changes)
    assert (answer.status, answer.body["code"]) == (400, code)


@pytest.mark.parametrize("password", [Person.password, "wrong-password"])
def test_a_deactivated_account_is_told_whatever_the_password(
    password: str, login: Login, api: Api, alice: Person
) -> None:
    assert api("DELETE", "/v1/users/deactivate-user", alice).status == 200
    answer = login(password=password)
    assert answer.status == 401
    assert answer.body == {
        "success": False,
        "message": DEACTIVATED,
        "code": "ACCOUNT_DEACTIVATED",
    }
