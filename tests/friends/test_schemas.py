"""The body of a request to add friends: what is read of it, and what is refused first."""

from typing import Any

import pytest

from coinbreakr.errors import Invalid
from coinbreakr.friends.model import FriendInput, Removal
from coinbreakr.friends.schemas import FriendQuery, NewFriends

NOBODY = "Friends array is required and cannot be empty"
INCOMPLETE = "Each friend must have a name and either email or phone number"
GOOD: dict[str, Any] = {"name": "N", "phoneNumber": "5"}


def load(body: Any) -> list[FriendInput]:
    people: list[FriendInput] = NewFriends().load(body)
    return people


def refusal(body: Any) -> tuple[str, str]:
    with pytest.raises(Invalid) as refused:
        load(body)
    return refused.value.message.code, refused.value.message


def test_what_is_read() -> None:
    entries = [
        {"name": " Ada ", "email": " Ada@example.com"},
        {"name": "Ben", "phoneNumber": "5", "email": None, "userId": 5, "type": ["x"]},
        {"name": "Cyd", "email": "c", "phoneNumber": 0},
    ]
    assert load({"friends": entries, "more": 1}) == [
        FriendInput(" Ada ", " Ada@example.com", ""),
        FriendInput("Ben", "", "5"),
        FriendInput("Cyd", "c", ""),
    ]


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        [GOOD],
        None,
        {"friends": None},
        {"friends": []},
        {"friends": {}},
        {"friends": {"0": GOOD}},
        {"friends": "x"},
        {"friends": 5},
        {"friends": True},
        {"friends": ""},
    ],
)
def test_without_an_array_nobody_is_given(body: Any) -> None:
    assert refusal(body) == ("FRIENDS_MISSING", NOBODY)


def test_a_thousand_at_once_at_most() -> None:
    assert len(load({"friends": [GOOD] * 1000})) == 1000
    message = "At most 1000 friends can be added at once"
    assert refusal({"friends": [None] * 1001}) == ("FRIENDS_TOO_MANY_AT_ONCE", message)


@pytest.mark.parametrize(
    "entry",
    [
        None,
        5,
        "x",
        [],
        [GOOD],
        {},
        {"name": "N"},
        {"phoneNumber": "5"},
        {"email": "a@example.com"},
        {"name": "", "phoneNumber": "5"},
        {"name": 0, "phoneNumber": "5"},
        {"name": "N", "phoneNumber": "", "email": False},
    ],
)
def test_a_name_and_a_contact_are_required_of_each(entry: Any) -> None:
    assert refusal({"friends": [GOOD, entry]}) == ("FRIEND_INCOMPLETE", INCOMPLETE)
    # Before anything else that is wrong with anybody.
    assert refusal({"friends": [{**GOOD, "email": 5}, entry]})[1] == INCOMPLETE


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"name": 5}, "name must be a string"),
        ({"name": []}, "name must be a string"),
        ({"email": {}}, "email must be a string"),
        ({"phoneNumber": ["5"]}, "phoneNumber must be a string"),
        ({"name": "n" * 255}, "name cannot be more than 254 characters"),
        ({"email": "e" * 255}, "Email cannot be more than 254 characters"),
        ({"phoneNumber": "5" * 65}, "phoneNumber cannot be more than 64 characters"),
        ({"name": "a\0b"}, "name must not contain a NUL character"),
        ({"email": "a\0b"}, "email must not contain a NUL character"),
        ({"phoneNumber": "\0"}, "phoneNumber must not contain a NUL character"),
        ({"phoneNumber": 5, "name": 5}, "name must be a string"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_a_field_cannot_be(changes: Any, problem: str) -> None:
    body = {"friends": [GOOD, {**GOOD, **changes}]}
    assert refusal(body) == ("FRIEND_INVALID", f"A friend's {problem}")


def test_the_first_who_is_wrong_is_told() -> None:
    body = {"friends": [{**GOOD, "phoneNumber": []}, {**GOOD, "name": 5}]}
    assert refusal(body)[1] == "A friend's phoneNumber must be a string"


def test_lengths_are_those_of_trimmed_texts() -> None:
    long = {"name": " " + "n" * 254 + " ", "email": "e" * 254 + "\n", "phoneNumber": "5" * 64}
    assert len(load({"friends": [long]})) == 1


@pytest.mark.parametrize(
    ("query", "pending"),
    [
        ({"type": "pending"}, True),
        ({"type": "Pending"}, False),
        ({"type": ""}, False),
        ({"type": ["pending", "pending"]}, False),
        ({"type": {"": "pending"}}, False),
        ({"kind": "pending"}, False),
        ({}, False),
    ],
)
def test_only_the_word_itself_means_pending_friends(query: Any, pending: bool) -> None:
    assert FriendQuery().load(query) == Removal(pending=pending)
