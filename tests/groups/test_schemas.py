"""Bodies of requests about groups: what is read, and every text of what is refused."""

from typing import Any

import pytest
from bson import ObjectId
from marshmallow import Schema

from coinbreakr.errors import Invalid
from coinbreakr.groups.model import GroupInput, GroupUpdate, MemberInput
from coinbreakr.groups.schemas import GroupChanges, NewGroup, NewMember

ONE, TWO = "65c0f0a1b2c3d4e5f6071829", "65C0F0A1B2C3D4E5F607182A"
LONG_NAME = "Group name cannot be more than 100 characters"
LONG_DESCRIPTION = "Description cannot be more than 500 characters"


def violations(schema: Schema, body: Any) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refused:
        schema.load(body)
    assert refused.value.message == "Validation failed"
    return [(one["field"], one["message"]) for one in refused.value.errors or ()]


def test_a_new_group() -> None:
    assert NewGroup().load({"name": "\u00a0 Lisbon\n"}) == GroupInput("Lisbon", "", [])
    body = {"name": "Lisbon", "description": " In May ", "members": [ONE, TWO, ONE]}
    ids = [ObjectId(ONE), ObjectId(TWO), ObjectId(ONE)]
    assert NewGroup().load(body) == GroupInput("Lisbon", "In May", ids)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"name": None}, [("name", '"name" must be a string')]),
        ({"name": 5}, [("name", '"name" must be a string')]),
        ({"name": ""}, [("name", "Group name is required")]),
        ({"name": "\u2003"}, [("name", "Group name is required")]),
        ({"name": "n" * 101}, [("name", LONG_NAME)]),
        ({"name": "a\0"}, [("name", '"name" must not contain a NUL character')]),
        ({"description": None}, [("description", '"description" must be a string')]),
        ({"description": []}, [("description", '"description" must be a string')]),
        ({"description": " "}, [("description", '"description" is not allowed to be empty')]),
        ({"description": "d" * 501}, [("description", LONG_DESCRIPTION)]),
        (
            {"description": "\0"},
            [("description", '"description" must not contain a NUL character')],
        ),
        ({"members": None}, [("members", '"members" must be an array')]),
        ({"members": ONE}, [("members", '"members" must be an array')]),
        ({"members": {ONE: 1}}, [("members", '"members" must be an array')]),
        (
            {"members": [ONE, None, "", 5]},
            [
                ("members.1", '"members[1]" must be a string'),
                ("members.2", '"members[2]" is not allowed to be empty'),
                ("members.3", '"members[3]" must be a string'),
            ],
        ),
        (
            {"members": [None] * 201},
            [("members", '"members" must contain less than or equal to 200 items')],
        ),
        ({"colour": 1, "size": 2}, [(k, f'"{k}" is not allowed') for k in ("colour", "size")]),
    ],
    ids=lambda value: str(value)[:50],
)
def test_what_a_new_group_cannot_be(changes: Any, expected: list[tuple[str, str]]) -> None:
    assert violations(NewGroup(), {"name": "N", **changes}) == expected


def test_all_violations_are_told_in_the_order_of_the_fields() -> None:
    body = {"x": 1, "members": 5, "description": 5}
    assert violations(NewGroup(), body) == [
        ("name", '"name" is required'),
        ("description", '"description" must be a string'),
        ("members", '"members" must be an array'),
        ("x", '"x" is not allowed'),
    ]
    assert violations(NewGroup(), []) == [("", '"value" must be of type object')]


def test_lengths_up_to_the_limits() -> None:
    made = NewGroup().load({"name": "😀" * 50, "description": "d" * 500, "members": [ONE] * 200})
    assert (len(made.name), len(made.description), len(made.members)) == (50, 500, 200)
    assert violations(NewGroup(), {"name": "😀" * 50 + "x"}) == [("name", LONG_NAME)]


@pytest.mark.parametrize("member", ["x", " ", f" {ONE}", ONE[1:]])
def test_members_are_ids(member: str) -> None:
    with pytest.raises(Invalid) as refused:
        NewGroup().load({"name": "N", "members": [ONE, member]})
    assert refused.value.message == "Invalid member ID format"
    assert refused.value.errors is None


def test_changes_of_a_group() -> None:
    assert GroupChanges().load({}) == GroupUpdate(None, None)
    assert GroupChanges().load({"name": " N "}) == GroupUpdate("N", None)
    assert GroupChanges().load({"description": " D "}) == GroupUpdate(None, "D")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"name": " "}, [("name", "Group name cannot be empty")]),
        ({"name": None}, [("name", '"name" must be a string')]),
        ({"name": "n" * 101}, [("name", LONG_NAME)]),
        ({"description": ""}, [("description", '"description" is not allowed to be empty')]),
        ({"members": []}, [("members", '"members" is not allowed')]),
    ],
)
def test_what_cannot_be_changed(body: Any, expected: list[tuple[str, str]]) -> None:
    assert violations(GroupChanges(), body) == expected


def test_a_new_member() -> None:
    body = {"memberEmail": " Ada@Example.com\n"}
    assert NewMember().load(body) == MemberInput("Ada@Example.com", "member")
    for role in ("member", "admin"):
        assert NewMember().load({**body, "role": role}).role == role


@pytest.mark.parametrize(
    ("body", "messages"),
    [
        ({}, ['"memberEmail" is required']),
        ({"memberEmail": None}, ['"memberEmail" must be a string']),
        ({"memberEmail": 5}, ['"memberEmail" must be a string']),
        ({"memberEmail": " "}, ['"memberEmail" is not allowed to be empty']),
        ({"memberEmail": "ada"}, ["Please provide a valid email address"]),
        ({"memberEmail": "a\0@x.example"}, ['"memberEmail" must not contain a NUL character']),
        (
            {"memberEmail": "a" * 243 + "@example.com"},
            ["Email cannot be more than 254 characters"],
        ),
        ({"memberEmail": "a" * 242 + "@example.com"}, ["Please provide a valid email address"]),
    ],
    ids=lambda value: str(value)[:50],
)
def test_what_is_no_address(body: Any, messages: list[str]) -> None:
    expected = [("memberEmail", message) for message in messages]
    assert violations(NewMember(), body) == expected


@pytest.mark.parametrize(
    ("role", "more"),
    [
        ("owner", []),
        ("Admin", []),
        (" admin", []),
        ("", ['"role" is not allowed to be empty']),
        (None, ['"role" must be a string']),
        (5, ['"role" must be a string']),
        (["admin"], ['"role" must be a string']),
    ],
)
def test_what_is_no_role(role: Any, more: list[str]) -> None:
    expected = [("role", one) for one in ("Role must be either member or admin", *more)]
    assert violations(NewMember(), {"memberEmail": "a@example.com", "role": role}) == expected
