"""What the API document says of the answers about friends."""

from typing import Any

import pytest
from marshmallow import Schema, ValidationError

from coinbreakr.friends.schemas import FriendAddition, PendingFriend

PENDING = {"_id": "a" * 24, "name": "N", "email": "a@x.example", "phoneNumber": "5"}
ADDITION = {
    "name": "N",
    "email": "",
    "phoneNumber": "5",
    "success": True,
    "message": "Friend added successfully",
    "type": "existing_user",
}


@pytest.mark.parametrize(
    ("schema", "whole", "optional"),
    [
        (PendingFriend(), PENDING, {"email", "phoneNumber"}),
        (FriendAddition(), ADDITION, {"type"}),
    ],
)
def test_keys(schema: Schema, whole: dict[str, Any], optional: set[str]) -> None:
    assert schema.load(whole) == whole
    for key in whole:
        rest = {name: value for name, value in whole.items() if name != key}
        assert bool(schema.validate(rest)) == (key not in optional), key
        assert schema.validate({**whole, key: None}), key
    with pytest.raises(ValidationError):
        schema.load({**whole, "more": 1})


@pytest.mark.parametrize("change", [{"message": "Added"}, {"type": "user"}, {"success": "perhaps"}])
def test_values_that_are_no_addition(change: dict[str, Any]) -> None:
    assert FriendAddition().validate({**ADDITION, **change})
