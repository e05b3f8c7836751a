"""The token in the header, and the user whom it names."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jwt
import pytest
from bson import ObjectId
from falcon.testing import create_environ
from pymongo.database import Database

from coinbreakr.app import create_app
from coinbreakr.auth import messages
from coinbreakr.auth.feature import authenticator
from coinbreakr.auth.middleware import Authentication
from coinbreakr.http.context import Request
from coinbreakr.parts import Parts
from tests.api import Answer, Api, Person

Db = Database[dict[str, Any]]
PATH = "/v1/users/balances"


@pytest.fixture
def send(api: Api) -> Callable[[str], Answer]:
    return lambda header: api("GET", PATH, headers={"Authorization": header})


@pytest.fixture
def token_for(parts: Parts) -> Callable[..., str]:
    def sign(**claims: Any) -> str:
        return parts.get(authenticator)._tokens.sign(claims)

    return sign


@pytest.mark.parametrize(
    "header",
    ["", "{}", "Basic {}", "bearer {}", "BEARER {}", "Bearer", "Bearer ", "Bearer{}", "\tBearer "],
)
def test_without_a_bearer_token_it_is_missing(
    header: str, alice: Person, send: Callable[[str], Answer]
) -> None:
    answer = send(header.format(alice.token))
    assert (answer.status, answer.body["code"]) == (401, "TOKEN_MISSING")
    assert answer.body["message"] == "No token provided"


@pytest.mark.parametrize("header", ["Bearer  {}", "Bearer {}x", "Bearer Bearer {}", "Bearer x{}"])
def test_another_token_is_invalid(
    header: str, alice: Person, send: Callable[[str], Answer]
) -> None:
    answer = send(header.format(alice.token))
    assert (answer.status, answer.body["code"]) == (401, "TOKEN_INVALID")


@pytest.mark.parametrize(
    "claims",
    [{}, *({"id": id_} for id_ in (None, "", "x", 7, {"$ne": 1}, "6" * 23, "6" * 25, "6" * 24))],
    ids=str,
)
def test_a_token_that_names_no_user(
    claims: dict[str, Any], api: Api, alice: Person, token_for: Callable[..., str]
) -> None:
    answer = api("GET", PATH, replace(alice, token=token_for(**claims)))
    assert (answer.status, answer.body["code"]) == (401, "TOKEN_USER_NOT_FOUND")
    assert answer.body["message"] == "Invalid token - user not found"


def test_an_id_is_taken_in_either_case(
    api: Api, alice: Person, token_for: Callable[..., str]
) -> None:
    token = token_for(id=alice.id.upper())
    assert api("GET", "/v1/users/profile", replace(alice, token=token)).data["_id"] == alice.id


def test_a_deactivated_user_is_refused(api: Api, alice: Person, db: Db) -> None:
    db["users"].update_one({"_id": ObjectId(alice.id)}, {"$set": {"isActive": False}})
    answer = api("GET", "/v1/users/profile", alice)
    assert (answer.status, answer.body["code"]) == (401, "ACCOUNT_DEACTIVATED")
    assert answer.body["message"] == "User account is deactivated"


def test_public_routes_read_no_token(api: Api) -> None:
    assert api("GET", "/v1/livez", headers={"Authorization": "Bearer x"}).status == 200


def test_a_method_that_a_path_lacks_is_unknown_to_anybody(api: Api) -> None:
    assert api("DELETE", PATH).status == 404
    assert api("HEAD", PATH).status == 401


@pytest.mark.parametrize("path", [PATH, "/v1/users/profile", "/v1/groups", "/v1/none"])
def test_a_token_is_verified_once(
    path: str, api: Api, alice: Person, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In production the rate limits ask for the person before the authentication does."""
    del api  # the database is emptied
    verified: list[str] = []
    real = jwt.decode

    def decode(token: str, *args: Any, **options: Any) -> Any:
        verified.append(token)
        return real(token, *args, **options)

    monkeypatch.setattr(jwt, "decode", decode)
    production = replace(parts.settings, environment="production")
    Api(create_app(replace(parts, settings=production)))("GET", path, alice)
    assert verified == [alice.token]


@pytest.mark.parametrize(("exp", "valid"), [(2**40, True), (0, False)])
def test_the_person_is_whose_valid_token_it_is(
    exp: int, valid: bool, parts: Parts, token_for: Callable[..., str]
) -> None:
    user = str(ObjectId())
    headers = {"Authorization": f"Bearer {token_for(id=user, exp=exp)}"}
    found = Authentication(parts.get(authenticator)).person(
        Request(create_environ(headers=headers))
    )
    assert found == (user if valid else None)


def test_identifying_asks_no_database(parts: Parts, token_for: Callable[..., str]) -> None:
    user = ObjectId()
    identify = parts.get(authenticator).identify
    assert identify(token_for(id=str(user))) == user
    assert identify(token_for(id=str(user), exp=0)) is messages.TOKEN_EXPIRED
    assert identify("") is messages.NO_TOKEN
    assert identify("x") is messages.INVALID_TOKEN
    assert identify(token_for()) is messages.UNKNOWN_USER
