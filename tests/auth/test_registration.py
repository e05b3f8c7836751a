"""New accounts: what is checked in which order, what is kept, who wins a race."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

from coinbreakr.auth import schemas
from coinbreakr.auth.feature import registration_service
from coinbreakr.errors import Invalid
from coinbreakr.friends.feature import pending_friend_service
from coinbreakr.parts import Parts
from tests.api import Answer, Api, Person
from tests.exact import assert_exact
from tests.interleave import after_first

Db = Database[dict[str, Any]]
GOOD = {"name": "Dora", "email": "dora@example.com", "password": "secret"}
NAME = "Please provide a name"
LONG = "Name cannot be more than 50 characters"
EMAIL = "Please provide a valid email"
SHORT = "Password must be at least 6 characters"
INCOMPLETE = "Please provide name, email, and password"
Register = Callable[..., Answer]


@pytest.fixture
def register(api: Api) -> Register:
    return lambda **changes: api("POST", "/v1/auth/register", json={**GOOD, **changes})


def test_an_account_is_kept_with_its_defaults(register: Register, db: Db) -> None:
    began = datetime.now(UTC)
    data = register(name="  Dora \n", email=" Dora@Example.COM ").data
    (kept,) = db["users"].find()
    hashed, created = kept.pop("password"), kept["createdAt"]
    assert kept == {
        "_id": ObjectId(data["user"]["id"]),
        "name": "Dora",
        "email": "dora@example.com",
        "profileImage": "https://via.placeholder.com/150",
        "phoneNumber": "",
        "role": "user",
        "isActive": True,
        "friends": [],
        "pendingFriends": [],
        "createdAt": created,
        "updatedAt": created,
        "__v": 0,
    }
    assert hashed.startswith("$2a$04$")
    assert 0 <= (created - began).total_seconds() + 0.001 < 60
    assert data["user"] == {
        "id": str(kept["_id"]),
        "name": "Dora",
        "email": "dora@example.com",
        "role": "user",
        "isActive": True,
        "createdAt": created.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }


def test_the_answer_has_a_token_of_the_account(register: Register, api: Api) -> None:
    answer = register()
    assert (answer.status, answer.body["message"]) == (201, "User created successfully")
    assert_exact(schemas.Registered(), answer.data)
    assert_exact(schemas.NewUser(), answer.data["user"])
    user = answer.data["user"]
    person = Person(user["id"], user["name"], user["email"], answer.data["token"])
    assert api("GET", "/v1/users/profile", person).data["_id"] == user["id"]


@pytest.mark.parametrize("field", GOOD)
@pytest.mark.parametrize("missing", [None, "", 0, False])
def test_what_is_falsy_is_missing(field: str, missing: object, register: Register) -> None:
    answer = register(**{field: missing})
    assert (answer.status, answer.body["code"]) == (400, "REGISTRATION_INCOMPLETE")
    assert answer.body["message"] == INCOMPLETE


def test_something_missing_is_told_before_something_wrong(register: Register) -> None:
    assert register(name=["x"], email="").body["message"] == INCOMPLETE


@pytest.mark.parametrize(
    ("changes", "message", "code"),
    [
        ({"name": ["x"]}, "name must be a string", "FIELD_NOT_A_STRING"),
        ({"email": {"$gt": "x"}}, "email must be a string", "FIELD_NOT_A_STRING"),
        ({"password": 123456}, "password must be a string", "FIELD_NOT_A_STRING"),
        ({"name": "a\0"}, "name must not contain a NUL character", "FIELD_HAS_NUL"),
        ({"email": "a\0@example.com"}, "email must not contain a NUL character", "FIELD_HAS_NUL"),
        (
            {"email": "a" * 243 + "@example.com"},
            "Email cannot be more than 254 characters",
            "EMAIL_TOO_LONG",
        ),
        (
            {"password": "x" * 4097},
            "password cannot be more than 4096 characters",
            "FIELD_TOO_LONG",
        ),
        ({"name": " \n"}, NAME, "NAME_MISSING"),
        ({"name": "x" * 51}, LONG, "NAME_TOO_LONG"),
        ({"email": "dora"}, EMAIL, "EMAIL_INVALID"),
        ({"email": "dora@example"}, EMAIL, "EMAIL_INVALID"),
        ({"email": "do..ra@example.com"}, EMAIL, "EMAIL_INVALID"),
        ({"password": "x" * 5}, SHORT, "PASSWORD_TOO_SHORT"),
        ({"password": "😀😀x"}, SHORT, "PASSWORD_TOO_SHORT"),
        ({"name": " ", "email": "x"}, f"{NAME}. {EMAIL}", "REGISTRATION_INVALID"),
        ({"email": "x", "password": "x"}, f"{EMAIL}. {SHORT}", "REGISTRATION_INVALID"),
        (
            {"name": "x" * 51, "email": "x", "password": "x"},
            f"{LONG}. {EMAIL}. {SHORT}",
            "REGISTRATION_INVALID",
        ),
    ],
)
def test_refusals(
    changes: dict[str, Any], message: str, code: str, register: Register, db: Db
) -> None:
    answer = register(**changes)
    assert answer.status == 400
    assert answer.body == {"success": False, "message": message, "code": code}
    assert db["users"].count_documents({}) == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "x" * 50},
        {"name": " " * 9 + "😀" * 25 + " " * 9},
        {"password": "😀😀😀"},
        {"password": "x" * 4096},
        {"password": "      "},
        {"password": "sec\0ret"},
        {"email": "a" * 242 + "@example.com"},
        {"unknown": ["x"]},
    ],
)
def test_what_just_fits(changes: dict[str, Any], register: Register) -> None:
    assert register(**changes).status == 201


def test_a_taken_address_is_told_before_anything_else(register: Register) -> None:
    assert register().status == 201
    answer = register(name=" ", email=" DORA@example.com", password="x")
    assert (answer.status, answer.body["code"]) == (400, "EMAIL_TAKEN")
    assert answer.body["message"] == "User already exists with this email"


def test_of_two_registrations_at_the_same_moment_one_wins(
    register: Register, parts: Parts, db: Db
) -> None:
    first: list[Answer] = []
    users = parts.get(registration_service)._users
    with after_first(users, "email_exists", lambda: first.append(register())):
        second = register()
    assert first[0].status == 201
    assert (second.status, second.body["code"]) == (400, "EMAIL_TAKEN")
    assert db["users"].count_documents({}) == 1


def test_whoever_waits_for_the_address_is_a_friend_from_the_start(
    register: Register, api: Api, alice: Person
) -> None:
    entry = {"name": "D", "email": "DORA@example.com"}
    assert api("POST", "/v1/users/friends", alice, {"friends": [entry]}).status == 200
    data = register().data
    friends = api("GET", "/v1/users/friends", alice).data
    assert [friend["_id"] for friend in friends["friends"]] == [data["user"]["id"]]
    assert friends["pendingFriends"] == []


def test_whoever_begins_to_wait_during_the_registration_is_found_by_the_second_look(
    register: Register, api: Api, alice: Person, parts: Parts
) -> None:
    """The registration's transaction does not see a friend who is added meanwhile."""
    entry = {"name": "D", "email": "dora@example.com"}

    def wait() -> None:
        (outcome,) = api("POST", "/v1/users/friends", alice, {"friends": [entry]}).data
        assert outcome["type"] == "pending_friend"

    service = parts.get(pending_friend_service)
    with after_first(service._pending, "reachable", wait):
        assert register().status == 201
    friends = api("GET", "/v1/users/friends", alice).data
    assert [friend["email"] for friend in friends["friends"]] == ["dora@example.com"]
    assert friends["pendingFriends"] == []


def test_a_body_that_is_no_object_is_incomplete() -> None:
    for body in ([], [1], ["name"]):
        with pytest.raises(Invalid) as caught:
            schemas.RegistrationForm().load(body)  # type: ignore[arg-type]
        assert caught.value.message.code == "REGISTRATION_INCOMPLETE"
