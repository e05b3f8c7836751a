"""The schemas of answers about people: which keys there are, and which may be absent."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from bson import ObjectId
from marshmallow import Schema

from coinbreakr.http.links import Link
from coinbreakr.users import model, schemas
from tests.exact import assert_exact

ID, ONE, TWO = (ObjectId(f"65f1a0c2b7e4d9836a1f0c2{digit}") for digit in "abc")
CREATED, UPDATED, LOGIN = (datetime(2024, month, 1, tzinfo=UTC) for month in (1, 2, 3))
PERSON = model.Person(ID, "Ada", "ada@example.com", "an image", phone_number="+1")
PROFILE = model.Profile(
    id=ID,
    name="Ada",
    email="ada@example.com",
    profile_image="an image",
    phone_number="+1",
    role="user",
    is_active=True,
    last_login=LOGIN,
    friends=[ONE],
    pending_friends=[TWO],
    created_at=CREATED,
    updated_at=UPDATED,
    version=3,
)
SHOWN: dict[str, Any] = {
    "_id": str(ID),
    "name": "Ada",
    "email": "ada@example.com",
    "profileImage": "an image",
    "phoneNumber": "+1",
    "role": "user",
    "isActive": True,
    "friends": [str(ONE)],
    "pendingFriends": [str(TWO)],
    "createdAt": "2024-01-01T00:00:00.000Z",
    "updatedAt": "2024-02-01T00:00:00.000Z",
    "lastLogin": "2024-03-01T00:00:00.000Z",
    "__v": 3,
}


def test_what_is_shown() -> None:
    assert schemas.profile(PROFILE) == SHOWN
    never = schemas.profile(replace(PROFILE, last_login=None))
    assert never == {key: value for key, value in SHOWN.items() if key != "lastLogin"}
    assert schemas.brief(PERSON) == {key: SHOWN[key] for key in ("_id", "name", "email")}
    assert schemas.person(PERSON) == {**schemas.brief(PERSON), "profileImage": "an image"}
    photo = replace(PERSON, photo="version")
    assert schemas.person(photo)["profileImage"] == Link(f"/v1/photos/{ID}/version")


@pytest.mark.parametrize(
    ("schema", "keys"),
    [
        (schemas.PersonName(), 3),
        (schemas.Person(), 4),
        (schemas.Contact(), 5),
        (schemas.Profile(), 13),
    ],
    ids=lambda value: type(value).__name__,
)
def test_schemas_have_exactly_these_keys(schema: Schema, keys: int) -> None:
    assert_exact(schema, {key: SHOWN[key] for key in list(SHOWN)[:keys]}, optional=["lastLogin"])


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("_id", "x" * 24),
        ("friends", ["x"]),
        ("pendingFriends", ["x"]),
        ("createdAt", "2024-01-01"),
        ("updatedAt", "2024-01-01T00:00:00Z"),
        ("lastLogin", None),
        ("__v", "x"),
    ],
)
def test_values_that_are_no_answer(key: str, value: object) -> None:
    assert schemas.Profile().validate({**SHOWN, key: value}).keys() == {key}
