"""When a token ends: a number of seconds, or never."""

import json
from dataclasses import replace
from typing import Any

import jwt
import pytest

from tests.api import Api, Person

FUTURE, PAST = 4_000_000_000.5, 1_000_000_000.5


@pytest.mark.parametrize(
    ("claims", "message"),
    [
        ({}, None),
        ({"exp": int(FUTURE)}, None),
        ({"exp": FUTURE}, None),
        ({"exp": 1e300}, None),
        ({"exp": int(PAST)}, "Token expired"),
        ({"exp": PAST}, "Token expired"),
        ({"exp": 0}, "Token expired"),
        ({"exp": float("nan")}, "Token expired"),
        ({"exp": str(int(FUTURE))}, "Invalid token"),
        ({"exp": str(int(PAST))}, "Invalid token"),
        ({"exp": True}, "Invalid token"),
        ({"exp": None}, "Invalid token"),
        ({"exp": [int(FUTURE)]}, "Invalid token"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_the_claim(
    claims: dict[str, Any], message: str | None, api: Api, alice: Person, parts: Any
) -> None:
    # Signed by hand, for PyJWT would refuse some of these.
    token = jwt.api_jws.encode(
        _json({"id": alice.id, **claims}), parts.settings.jwt_secret.encode(), "HS256"
    )
    answer = api("GET", "/v1/users/profile", replace(alice, token=token))
    assert (answer.status, answer.body.get("message")) == (401 if message else 200, message)


def _json(claims: dict[str, Any]) -> bytes:
    return json.dumps(claims).encode()
