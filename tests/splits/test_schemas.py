from copy import deepcopy
from typing import Any

import bson
import pytest
from bson import ObjectId
from hypothesis import given
from marshmallow import ValidationError

from coinbreakr.errors import ErrorMessage, Invalid
from coinbreakr.http.schema import StrictBody
from coinbreakr.splits import form
from coinbreakr.splits.schemas import SplitField
from tests.splits.worlds import Case, cases

A, B = "0000000000000000000000a1", "0000000000000000000000b2"

EQUAL = {"method": "equal", "among": [A, B]}
EXACT = {"method": "exact", "shares": [{"user": A, "amount": 1.5}, {"user": B, "amount": "1.50"}]}
PERCENT = {
    "method": "percent",
    "shares": [{"user": A, "percent": "99.5"}, {"user": B, "percent": 1}],
}
SHARES = {"method": "shares", "shares": [{"user": A, "shares": 2}, {"user": B, "shares": "0.5000"}]}
ADJUSTMENT = {"method": "adjustment", "shares": [{"user": A, "adjustment": "-1.00"}]}
ITEMIZED: dict[str, Any] = {
    "method": "itemized",
    "items": [
        {"name": "wine", "amount": "9.00", "quantity": "0.75", "among": [A, B]},
        {"name": "bread", "amount": 2, "among": [A]},
    ],
    "extras": [{"name": "tip", "amount": 4}, {"name": "voucher", "amount": "-1.50"}],
}
NO_EXTRAS = {"method": "itemized", "items": [{"name": "wine", "amount": 9, "among": [A]}]}
EMPTY_EXTRAS = {**NO_EXTRAS, "extras": []}
every_form = pytest.mark.parametrize(
    "sent",
    [EQUAL, EXACT, PERCENT, SHARES, ADJUSTMENT, ITEMIZED, NO_EXTRAS, EMPTY_EXTRAS],
    ids=["equal", "exact", "percent", "shares", "adjustment", "itemized", "no extras", "empty"],
)


class Body(StrictBody):
    split = SplitField(required=True)


def refused(split: Any) -> list[tuple[str, str, str]]:
    """Where, the code and the text of each violation."""
    with pytest.raises(Invalid) as refusal:
        Body().load({"split": split})
    found = refusal.value.errors or []
    messages = [one["message"] for one in found]
    assert all(isinstance(message, ErrorMessage) for message in messages)
    return [(one["field"], getattr(one["message"], "code", ""), one["message"]) for one in found]


def changed(sent: dict[str, Any], *path: str | int, to: Any) -> dict[str, Any]:
    result = deepcopy(sent)
    place: Any = result
    for step in path[:-1]:
        place = place[step]
    if to is None:
        del place[path[-1]]
    else:
        place[path[-1]] = to
    return result


@every_form
def test_a_split_is_shown_as_it_was_typed(sent: dict[str, Any]) -> None:
    split = SplitField().deserialize(sent)
    shown = form.written(split, str)
    assert repr(shown) == repr(sent)


@every_form
def test_a_split_is_read_as_it_was_stored(sent: dict[str, Any]) -> None:
    split = SplitField().deserialize(sent)
    stored = bson.decode(bson.encode(form.written(split, lambda user: user)))
    assert form.read(stored) == split
    assert form.written(split, str) == sent


@given(cases)
def test_any_split_is_stored_read_and_shown_without_a_difference(case: Case) -> None:
    split = case[0]
    stored = bson.decode(bson.encode(form.written(split, lambda user: user)))
    assert form.read(stored) == split
    assert SplitField().deserialize(form.written(split, str)) == split


LONG = "x" * 201
WRONG: list[tuple[Any, list[tuple[str, str]]]] = [
    (None, [("split", "FIELD_NOT_AN_OBJECT")]),
    ("equal", [("split", "FIELD_NOT_AN_OBJECT")]),
    ([], [("split", "FIELD_NOT_AN_OBJECT")]),
    ({}, [("split.method", "FIELD_REQUIRED")]),
    ({"method": "even"}, [("split.method", "SPLIT_METHOD_INVALID")]),
    ({"method": ["equal"]}, [("split.method", "SPLIT_METHOD_INVALID")]),
    ({"method": "equal"}, [("split.among", "FIELD_REQUIRED")]),
    ({**EQUAL, "among": {A: 1}}, [("split.among", "FIELD_NOT_AN_ARRAY")]),
    ({**EQUAL, "among": [A] * 201}, [("split.among", "FIELD_TOO_MANY_ITEMS")]),
    (
        {**EQUAL, "among": [A, "b2", 7]},
        [("split.among.1", "FIELD_NOT_AN_ID"), ("split.among.2", "FIELD_NOT_AN_ID")],
    ),
    ({**EQUAL, "shares": []}, [("split.shares", "FIELD_NOT_ALLOWED")]),
    (changed(EXACT, "shares", to=None), [("split.shares", "FIELD_REQUIRED")]),
    ({**EXACT, "shares": [A]}, [("split.shares.0", "FIELD_NOT_AN_OBJECT")]),
    ({**EXACT, "shares": [None]}, [("split.shares.0", "FIELD_NOT_AN_OBJECT")]),
    ({**EXACT, "shares": [{"user": A}]}, [("split.shares.0.amount", "FIELD_REQUIRED")]),
    ({**EXACT, "shares": [{"amount": 1}]}, [("split.shares.0.user", "FIELD_REQUIRED")]),
    (
        {**EXACT, "shares": [{"user": A, "amount": 1}] * 201},
        [("split.shares", "FIELD_TOO_MANY_ITEMS")],
    ),
    (
        changed(EXACT, "shares", 1, "amount", to="1e2"),
        [("split.shares.1.amount", "FIELD_NOT_A_DECIMAL")],
    ),
    (
        changed(EXACT, "shares", 1, "amount", to=True),
        [("split.shares.1.amount", "FIELD_NOT_A_DECIMAL")],
    ),
    (
        changed(EXACT, "shares", 1, "percent", to=1),
        [("split.shares.1.percent", "FIELD_NOT_ALLOWED")],
    ),
    (
        changed(PERCENT, "shares", 0, "percent", to="half"),
        [("split.shares.0.percent", "FIELD_NOT_A_DECIMAL")],
    ),
    (
        changed(SHARES, "shares", 0, "shares", to=[]),
        [("split.shares.0.shares", "FIELD_NOT_A_DECIMAL")],
    ),
    (
        changed(ADJUSTMENT, "shares", 0, "adjustment", to=""),
        [("split.shares.0.adjustment", "FIELD_NOT_A_DECIMAL")],
    ),
    (
        {**EXACT, "shares": [{"user": None, "amount": None}]},
        [
            ("split.shares.0.user", "FIELD_NOT_AN_ID"),
            ("split.shares.0.amount", "FIELD_NOT_A_DECIMAL"),
        ],
    ),
    ({**EQUAL, "among": None}, [("split.among", "FIELD_NOT_AN_ARRAY")]),
    (changed(ITEMIZED, "items", to=None), [("split.items", "FIELD_REQUIRED")]),
    (changed(ITEMIZED, "items", to=[1]), [("split.items.0", "FIELD_NOT_AN_OBJECT")]),
    (
        changed(ITEMIZED, "items", to=ITEMIZED["items"] * 101),
        [("split.items", "FIELD_TOO_MANY_ITEMS")],
    ),
    (changed(ITEMIZED, "items", 0, "name", to=None), [("split.items.0.name", "FIELD_REQUIRED")]),
    (changed(ITEMIZED, "items", 0, "name", to=" "), [("split.items.0.name", "FIELD_EMPTY")]),
    (changed(ITEMIZED, "items", 0, "name", to=LONG), [("split.items.0.name", "FIELD_TOO_LONG")]),
    (changed(ITEMIZED, "items", 0, "name", to="a\x00"), [("split.items.0.name", "FIELD_HAS_NUL")]),
    (
        changed(ITEMIZED, "items", 0, "amount", to=None),
        [("split.items.0.amount", "FIELD_REQUIRED")],
    ),
    (changed(ITEMIZED, "items", 0, "among", to=None), [("split.items.0.among", "FIELD_REQUIRED")]),
    (
        changed(ITEMIZED, "items", 0, "quantity", to="two"),
        [("split.items.0.quantity", "FIELD_NOT_A_DECIMAL")],
    ),
    (changed(ITEMIZED, "items", 0, "price", to=2), [("split.items.0.price", "FIELD_NOT_ALLOWED")]),
    (changed(ITEMIZED, "extras", to=[1]), [("split.extras.0", "FIELD_NOT_AN_OBJECT")]),
    (
        changed(ITEMIZED, "extras", to=[{"name": "tip", "amount": 1}] * 51),
        [("split.extras", "FIELD_TOO_MANY_ITEMS")],
    ),
    (changed(ITEMIZED, "extras", 0, "name", to=None), [("split.extras.0.name", "FIELD_REQUIRED")]),
    (
        changed(ITEMIZED, "extras", 0, "amount", to=None),
        [("split.extras.0.amount", "FIELD_REQUIRED")],
    ),
]


@pytest.mark.parametrize(("sent", "expected"), WRONG)
def test_what_is_no_split_is_refused_with_its_place(
    sent: Any, expected: list[tuple[str, str]]
) -> None:
    assert [(field, code) for field, code, _ in refused(sent)] == expected


def test_texts_name_the_place() -> None:
    assert refused(changed(EXACT, "shares", 1, "amount", to="x"))[0][2] == (
        '"split.shares[1].amount" must be a number, or a string such as "12.50"'
    )
    assert refused({"method": "even"})[0][2] == (
        '"split.method" must be one of equal, exact, percent, shares, adjustment, itemized'
    )
    assert refused({**EQUAL, "among": [1]})[0][2] == (
        '"split.among[0]" must be an id of 24 hexadecimal digits'
    )
    assert refused({**EXACT, "shares": [1]})[0][2] == '"split.shares[0]" must be an object'


def test_a_body_without_a_split_is_refused() -> None:
    with pytest.raises(Invalid) as refusal:
        Body().load({})
    assert refusal.value.errors == [
        {"field": "split", "message": '"split" is required', "code": "FIELD_REQUIRED"}
    ]


def test_the_most_that_is_allowed_is_taken() -> None:
    people = [f"{n:024x}" for n in range(200)]
    name = "x" * 200
    for sent in (
        {"method": "equal", "among": people},
        {"method": "exact", "shares": [{"user": user, "amount": 1} for user in people]},
        {
            "method": "itemized",
            "items": [{"name": name, "amount": 1, "among": people}] * 200,
            "extras": [{"name": name, "amount": 1}] * 50,
        },
    ):
        assert form.written(SplitField().deserialize(sent), str) == sent


def test_names_are_trimmed_and_ids_are_in_lower_case() -> None:
    sent = {"method": "itemized", "items": [{"name": " a ", "amount": 1, "among": [A.upper()]}]}
    shown = form.written(SplitField().deserialize(sent), str)
    assert shown["items"] == [{"name": "a", "amount": 1, "among": [A]}]


def test_null_is_no_quantity_and_no_extras() -> None:
    item = {"name": "wine", "amount": 9, "among": [A]}
    sent = {"method": "itemized", "items": [{**item, "quantity": None}], "extras": None}
    assert form.written(SplitField().deserialize(sent), str) == {
        "method": "itemized",
        "items": [item],
    }


def test_every_method_has_a_schema_that_takes_no_other() -> None:
    assert set(SplitField.schemas) == {
        "equal", "exact", "percent", "shares", "adjustment", "itemized",
    }  # fmt: skip
    for method, schema in SplitField.schemas.items():
        with pytest.raises(ValidationError) as refusal:
            schema.load({"method": f"not {method}"})
        assert "method" in refusal.value.messages_dict


STORED = {"method": "equal", "among": [ObjectId(A)]}
ITEM = {"name": "wine", "amount": 9, "among": [ObjectId(A)]}


@pytest.mark.parametrize(
    "document",
    [
        None, [], "equal", 7, {}, {"method": "even"}, {"method": []}, {"method": "equal"},
        {**STORED, "among": None}, {**STORED, "among": [A]}, {**STORED, "among": 7},
        {"method": "exact", "shares": [{"user": ObjectId(A)}]},
        {"method": "exact", "shares": [{"user": A, "amount": 1}]},
        {"method": "exact", "shares": [{"user": ObjectId(A), "amount": "x"}]},
        {"method": "exact", "shares": [7]},
        {"method": "itemized", "items": [{**ITEM, "name": 7}]},
        {"method": "itemized", "items": [{**ITEM, "amount": None}]},
        {"method": "itemized", "items": [{**ITEM, "quantity": "x"}]},
        {"method": "itemized", "items": ["wine"]},
        {"method": "itemized", "items": [ITEM], "extras": [{"name": "tip"}]},
        {"method": "itemized", "items": [ITEM], "extras": 7},
    ],
)  # fmt: skip
def test_a_stored_split_that_was_not_written_here_is_none(document: Any) -> None:
    assert form.read(document) is None
