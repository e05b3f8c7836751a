"""What was stored before there were limits is shown cut, and stops nobody."""

from typing import Any

import pytest
from bson import ObjectId

from tests.api import Api, Person
from tests.commands import Commands

LONG = 300_000


@pytest.fixture
def crowd(alice: Person, bob: Person, db: Any) -> list[ObjectId]:
    """People with names, addresses and numbers of 300 kB, some of them friends, some awaited."""
    people: list[dict[str, Any]] = [
        {
            "_id": ObjectId(),
            "name": "n" * LONG,
            "email": f"crowd{index}" + "é" * LONG,
            "phoneNumber": "5" * LONG,
            "friends": [ObjectId(bob.id)],
        }
        for index in range(48)
    ]
    db["users"].insert_many(people)
    waiting = [{**one, "_id": ObjectId(), "addedBy": ObjectId(alice.id)} for one in people[:9]]
    db["pendingfriends"].insert_many(waiting)
    ids = [one["_id"] for one in people]
    db["users"].update_one({"email": alice.email}, {"$push": {"friends": {"$each": ids}}})
    return ids


@pytest.mark.usefixtures("crowd")
def test_searches_and_lists_are_small(api: Api, alice: Person, commands: Commands) -> None:
    for path, most in (("/v1/users?userId=crowd&limit=100", 48), ("/v1/users/friends", 49)):
        with commands.answering() as sizes:
            answer = api("GET", path, alice)
        found = answer.data["friends"] if path.endswith("friends") else answer.data
        assert len(found) == most
        assert len(answer.raw) < 120_000
        assert sum(sizes) < 150_000
        assert found[-1]["email"].startswith("crowd47éé")
        assert len(found[-1]["email"]) == 255


@pytest.mark.usefixtures("crowd")
def test_what_follows_the_cut_is_not_searched(api: Api, alice: Person, bob: Person) -> None:
    assert api("GET", f"/v1/users?userId={bob.email}", alice).data[0]["_id"] == bob.id
    assert api("GET", "/v1/users?userId=" + "n" * 20, alice).status == 200


def test_who_is_sought_or_logs_in_is_read_cut(
    api: Api, alice: Person, bob: Person, db: Any, commands: Commands
) -> None:
    db["users"].update_one({"email": alice.email}, {"$set": {"name": "n" * LONG}})
    login = {"email": alice.email, "password": alice.password}
    entry = {"name": "A", "phoneNumber": "+41 79"}
    db["users"].update_one({"email": bob.email}, {"$set": {"phoneNumber": "+41 79"}})
    db["users"].update_one({"email": bob.email}, {"$set": {"email": "é" * LONG}})
    with commands.answering() as sizes:
        assert api("POST", "/v1/auth/login", json=login).status == 200
        (outcome,) = api("POST", "/v1/users/friends", alice, {"friends": [entry]}).data
    assert outcome["message"] == "User is already your friend"
    assert sum(sizes) < 20_000


def test_they_can_be_in_groups_and_expenses(api: Api, alice: Person, crowd: list[ObjectId]) -> None:
    members = [str(one) for one in crowd]
    group = api("POST", "/v1/groups", alice, {"name": "G", "members": members})
    parts = [{"user": one, "amount": 1} for one in members]
    body = {"description": "D", "amount": 48, "splitWith": parts}
    assert api("POST", "/v1/expenses", alice, body).status == 201
    assert len(group.data["members"]) == 49
    for path in ("/v1/groups", "/v1/expenses", "/v1/users/balances"):
        assert len(api("GET", path, alice).raw) < 120_000
