"""Balances as the app sees them."""

from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

from tests.api import Api, Person

Db = Database[dict[str, Any]]
IMAGE = "https://via.placeholder.com/150"


def between(api: Api, one: Person, other: Person) -> Any:
    return api("GET", f"/v1/users/friends/{other.id}/balance", one).data


def owed(api: Api, one: Person, other: Person) -> float:
    balance: float = between(api, one, other)["balance"]
    return balance


def test_between_friends(api: Api, alice: Person, bob: Person) -> None:
    api.expense(alice, 20, {alice: 7.5, bob: 12.5})
    friend = {"_id": bob.id, "name": bob.name, "profileImage": IMAGE}
    shown = {
        "friend": friend,
        "balance": 12.5,
        "message": "You are owed $12.50",
        "byCurrency": {"USD": 12.5},
    }
    answer = api("GET", f"/v1/users/friends/{bob.id}/balance", alice)
    assert answer.body == {"success": True, "data": shown}
    assert api("GET", "/v1/users/balances", alice).body == {"success": True, "data": [shown]}
    other_way = between(api, bob, alice)
    assert other_way["balance"] == -12.5
    assert other_way["message"] == "You owe $12.50"
    assert other_way["byCurrency"] == {"USD": -12.5}


@pytest.mark.parametrize("who", ["stranger", "oneself", "nobody", "malformed"])
def test_only_friends_have_a_balance(
    who: str, api: Api, alice: Person, bob: Person, charlie: Person
) -> None:
    del bob
    friend = {
        "stranger": charlie.id,
        "oneself": alice.id,
        "nobody": str(ObjectId()),
        "malformed": "x",
    }[who]
    answer = api("GET", f"/v1/users/friends/{friend}/balance", alice)
    assert (answer.status, answer.body) == (
        400,
        {"success": False, "message": "User is not your friend", "code": "NOT_A_FRIEND"},
    )


def test_a_friend_whose_account_is_lost_has_none(
    api: Api, alice: Person, bob: Person, db: Db
) -> None:
    api.expense(alice, 10, {bob: 10})
    db["users"].delete_one({"_id": ObjectId(bob.id)})
    assert api("GET", f"/v1/users/friends/{bob.id}/balance", alice).status == 400
    assert api("GET", "/v1/users/balances", alice).data == []


def test_what_counts(api: Api, alice: Person, bob: Person, charlie: Person) -> None:
    api.befriend(alice, charlie)
    api.befriend(bob, charlie)
    api.expense(alice, 30, {alice: 10, bob: 10, charlie: 10})
    assert (owed(api, alice, bob), owed(api, bob, alice)) == (10, -10)
    # Neither parts of a third person nor what a third person paid.
    api.expense(charlie, 20, {alice: 10, bob: 10})
    assert (owed(api, alice, bob), owed(api, alice, charlie)) == (10, 0)
    # Who recorded it does not matter, nor whether it belongs to a group.
    group = api.group(alice, bob)
    api.expense(alice, 4, {alice: 4}, groupId=group, paidBy=bob.id)
    assert owed(api, alice, bob) == 6
    settled = api.expense(bob, 6, {alice: 6})["_id"]
    assert owed(api, alice, bob) == 0
    api("PATCH", f"/v1/expenses/{settled}/settle", alice)
    assert owed(api, alice, bob) == 6
    api("DELETE", f"/v1/expenses/{settled}", bob)
    assert owed(api, alice, bob) == 6


def test_the_list_has_open_balances_in_the_order_of_friends(
    api: Api, alice: Person, bob: Person, charlie: Person
) -> None:
    dora = api.register("dora")
    api.befriend(alice, charlie, dora)
    api.expense(alice, 10, {dora: 10})
    api.expense(bob, 10, {alice: 10})
    listed = api("GET", "/v1/users/balances", alice).data
    assert [(one["friend"]["_id"], one["balance"]) for one in listed] == [
        (bob.id, -10),
        (dora.id, 10),
    ]
    api("DELETE", f"/v1/users/friends/{dora.id}", alice)
    assert len(api("GET", "/v1/users/balances", alice).data) == 1


def test_in_a_group(api: Api, alice: Person, bob: Person, charlie: Person, db: Db) -> None:
    group = api.group(alice, bob, charlie)
    api.expense(alice, 10, {alice: 3.33, bob: 3.33, charlie: 3.33}, groupId=group)
    api.expense(bob, 500, {charlie: 500}, groupId=group, currency="JPY")
    api.expense(alice, 7, {bob: 7})  # in no group
    answer = api("GET", f"/v1/expenses/group/{group}/balance", charlie)
    shown = api("GET", f"/v1/groups/{group}", alice).data
    assert answer.body == {
        "success": True,
        "data": {
            "group": {"_id": group, "name": "Club", "members": shown["members"]},
            "balances": {alice.id: 6.66, bob.id: 496.67, charlie.id: -503.33},
            "byCurrency": {
                alice.id: {"USD": 6.66},
                bob.id: {"JPY": 500, "USD": -3.33},
                charlie.id: {"JPY": -500, "USD": -3.33},
            },
            "totalExpenses": 2,
        },
    }
    api("DELETE", f"/v1/groups/{group}/leave", charlie)
    left = api("GET", f"/v1/expenses/group/{group}/balance", alice).data
    assert left["balances"] == {alice.id: 6.66, bob.id: 496.67}
    assert api("GET", f"/v1/expenses/group/{group}/balance", charlie).status == 403
    db["users"].delete_one({"_id": ObjectId(bob.id)})
    lost = api("GET", f"/v1/expenses/group/{group}/balance", alice).data
    assert [one["user"] is None for one in lost["group"]["members"]] == [False, True]
    assert lost["balances"] == left["balances"]


def test_whose_group_it_is(api: Api, alice: Person, charlie: Person) -> None:
    group = api.group(alice)
    expected = [
        (alice, "x", 400, "Invalid group ID format"),
        (alice, str(ObjectId()), 404, "Group not found"),
        (charlie, group, 403, "Access denied. You are not a member of this group"),
    ]
    for who, path, status, message in expected:
        answer = api("GET", f"/v1/expenses/group/{path}/balance", who)
        assert (answer.status, answer.body["message"]) == (status, message)
    empty = api("GET", f"/v1/expenses/group/{group}/balance", alice).data
    assert (empty["balances"], empty["byCurrency"]) == ({alice.id: 0}, {alice.id: {}})
    assert empty["totalExpenses"] == 0
