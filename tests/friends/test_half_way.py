"""A request that dies between its writes leaves nothing behind."""

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from tests.api import Api, Person

Client = MongoClient[dict[str, Any]]


@pytest.fixture
def failing_update(client: Client) -> Iterator[Any]:
    """Makes the server refuse the update after `passed` others (its own fail point)."""

    def arm(passed: int) -> None:
        data = {"failCommands": ["update"], "errorCode": 8000, "appName": "coinbreakr"}
        client.admin.command("configureFailPoint", "failCommand", mode={"skip": passed}, data=data)

    yield arm
    client.admin.command("configureFailPoint", "failCommand", mode="off")


@pytest.mark.parametrize("passed", [0, 1])
def test_adding_a_friend(
    passed: int, api: Api, alice: Person, charlie: Person, failing_update: Any, client: Client
) -> None:
    failing_update(passed)
    entry = {"friends": [{"name": "C", "email": charlie.email}]}
    answer = api("POST", "/v1/users/friends", alice, entry)
    client.admin.command("configureFailPoint", "failCommand", mode="off")
    assert (answer.status, answer.body) == (
        503,
        {"success": False, "message": "Service unavailable", "code": "UNAVAILABLE"},
    )
    assert _friends(api, alice) == _friends(api, charlie) == []
    assert api("POST", "/v1/users/friends", alice, entry).status == 200
    assert _friends(api, alice) == [charlie.id]


def test_removing_a_friend(
    api: Api, alice: Person, bob: Person, failing_update: Any, client: Client
) -> None:
    failing_update(1)
    assert api("DELETE", f"/v1/users/friends/{bob.id}", alice).status == 503
    client.admin.command("configureFailPoint", "failCommand", mode="off")
    assert (_friends(api, alice), _friends(api, bob)) == ([bob.id], [alice.id])


def test_adding_a_member(
    api: Api, alice: Person, charlie: Person, failing_update: Any, client: Client
) -> None:
    group = api.group(alice)
    failing_update(1)
    body = {"memberEmail": charlie.email}
    assert api("POST", f"/v1/groups/{group}/members", alice, body).status == 503
    client.admin.command("configureFailPoint", "failCommand", mode="off")
    assert len(api("GET", f"/v1/groups/{group}", alice).data["members"]) == 1
    assert _friends(api, charlie) == []


def test_registering_while_somebody_waits(
    api: Api,
    alice: Person,
    failing_update: Any,
    client: Client,
    db: Database[dict[str, Any]],
) -> None:
    entry = {"friends": [{"name": "Dora", "email": "dora@example.com"}]}
    api("POST", "/v1/users/friends", alice, entry)
    failing_update(1)
    body = {"name": "Dora", "email": "dora@example.com", "password": "secret-1"}
    assert api("POST", "/v1/auth/register", json=body).status == 503
    client.admin.command("configureFailPoint", "failCommand", mode="off")
    assert db["users"].count_documents({"email": "dora@example.com"}) == 0
    assert db["pendingfriends"].count_documents({}) == 1
    assert api("POST", "/v1/auth/register", json=body).status == 201
    assert len(_friends(api, alice)) == 1


def _friends(api: Api, who: Person) -> list[str]:
    data = api("GET", "/v1/users/friends", who).data
    return [friend["_id"] for friend in data["friends"]]
