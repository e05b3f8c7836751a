"""What the API document says of balances."""

from typing import Any

import pytest
from marshmallow import Schema

from coinbreakr.balances.schemas import FriendBalance, GroupBalance

ID = "a" * 24
FRIEND = {
    "friend": {"_id": ID, "name": "N", "profileImage": ""},
    "balance": -1.5,
    "message": "You owe $1.50",
    "byCurrency": {"USD": -1.5},
}
GROUP = {
    "group": {"_id": ID, "name": "N", "members": []},
    "balances": {ID: 0},
    "byCurrency": {ID: {"USD": 1}},
    "totalExpenses": 3,
}


@pytest.mark.parametrize(("schema", "whole"), [(FriendBalance(), FRIEND), (GroupBalance(), GROUP)])
def test_keys(schema: Schema, whole: dict[str, Any]) -> None:
    assert schema.validate(whole) == {}
    for key, value in whole.items():
        rest = {name: kept for name, kept in whole.items() if name != key}
        assert schema.validate(rest), key
        assert schema.validate({**whole, key: None}), key
        if key in {"friend", "group"}:
            for inner in value:
                less = {name: kept for name, kept in value.items() if name != inner}
                assert schema.validate({**whole, key: less}), inner
    assert schema.validate({**whole, "more": 1})


@pytest.mark.parametrize(
    "change",
    [
        {"balances": {"x": 0}},
        {"balances": {ID: "much"}},
        {"byCurrency": {"x": {}}},
        {"byCurrency": {ID: 5}},
        {"totalExpenses": 1.5},
    ],
)
def test_values_that_are_no_balances_of_a_group(change: dict[str, Any]) -> None:
    assert GroupBalance().validate({**GROUP, **change})
