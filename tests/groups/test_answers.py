"""What the API document says of the answers about groups."""

from typing import Any

import pytest
from marshmallow import Schema

from coinbreakr.groups.schemas import Group, Member

ID, MOMENT = "a" * 24, "2024-01-31T12:00:00.000Z"
NAMED = {"_id": ID, "name": "N", "email": "a@x.example"}
MEMBER = {"_id": ID, "user": {**NAMED, "profileImage": ""}, "role": "admin", "joinedAt": MOMENT}
GROUP = {
    "_id": ID,
    "name": "N",
    "description": "",
    "members": [MEMBER],
    "createdBy": NAMED,
    "isActive": True,
    "createdAt": MOMENT,
    "updatedAt": MOMENT,
    "__v": 0,
}


@pytest.mark.parametrize(
    ("schema", "whole", "nullable"), [(Member(), MEMBER, "user"), (Group(), GROUP, "createdBy")]
)
def test_keys(schema: Schema, whole: dict[str, Any], nullable: str) -> None:
    assert schema.validate(whole) == {}
    for key in whole:
        rest = {name: value for name, value in whole.items() if name != key}
        assert schema.validate(rest), key
        assert bool(schema.validate({**whole, key: None})) == (key != nullable), key
    assert schema.validate({**whole, "more": 1})
