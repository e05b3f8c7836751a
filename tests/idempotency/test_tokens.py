"""Answers with a token, which is not stored: it is signed again when the request is repeated."""

import pytest

from tests.api import Api, Person
from tests.idempotency.requests import new_key

REGISTRATION = {"name": "N", "email": "n@example.com", "password": "secret-1"}
LOGIN = {"email": "n@example.com", "password": "secret-1"}


@pytest.mark.parametrize(
    ("path", "body"), [("/v1/auth/register", REGISTRATION), ("/v1/auth/login", LOGIN)]
)
def test_a_deactivated_account_gets_no_token_again(
    path: str, body: dict[str, str], api: Api
) -> None:
    key = new_key()
    if path == "/v1/auth/login":
        api("POST", "/v1/auth/register", json=REGISTRATION)
    first = api("POST", path, json=body, headers=key)
    again = api("POST", path, json=body, headers=key)
    assert again.data["token"] == first.data["token"]
    user = first.data["user"]
    person = Person(user["id"], user["name"], user["email"], first.data["token"])
    assert api("DELETE", "/v1/users/deactivate-user", person).status == 200
    refused = api("POST", path, json=body, headers=key)
    assert (refused.status, refused.body["code"]) == (401, "ACCOUNT_DEACTIVATED")
    assert refused.body["message"].startswith("Your account has been deactivated.")
    assert "data" not in refused.body
    assert "idempotent-replayed" not in refused.headers
