"""Odd users, pending friends and groups: who they are shown as, and that all can go on."""

import json
from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

from tests.api import Api, Person
from tests.reading.shapes import (
    GONE,
    MADE_SHOWN,
    NOW,
    SHOWN,
    changed,
    group,
    member,
    object_id,
    pending,
)

Db = Database[dict[str, Any]]
DIGITS = "65c0f0f0f0f0f0f0f0f0f0f0"
IMAGE = "https://via.placeholder.com/150"


def make_odd(db: Db, who: Person, **changes: Any) -> None:
    """Replace a stored user by one with these fields, or without them."""
    user = db["users"].find_one({"_id": ObjectId(who.id)}) or {}
    db["users"].replace_one({"_id": user["_id"]}, changed(user, changes))


@pytest.mark.parametrize(
    ("changes", "field", "expected"),
    [
        ({"name": GONE}, "name", ""),
        ({"name": None}, "name", ""),
        ({"name": 12}, "name", "12"),
        ({"email": GONE}, "email", ""),
        ({"profileImage": None}, "profileImage", IMAGE),
        ({"profileImage": GONE}, "profileImage", IMAGE),
        ({"phoneNumber": 491701234567}, "phoneNumber", "491701234567"),
        ({"phoneNumber": 491701234567.0}, "phoneNumber", "491701234567"),
        ({"phoneNumber": None}, "phoneNumber", ""),
        ({"role": GONE}, "role", "user"),
        ({"isActive": None}, "isActive", True),
        ({"isActive": "true"}, "isActive", True),
        ({"friends": None}, "friends", []),
        ({"friends": GONE}, "friends", []),
        ({"friends": {}}, "friends", []),
        (
            {"friends": ["65c0f0f0f0f0f0f0f0f0f0f0", "x", 3]},
            "friends",
            ["65c0f0f0f0f0f0f0f0f0f0f0"],
        ),
        ({"pendingFriends": None}, "pendingFriends", []),
        ({"lastLogin": None}, "lastLogin", GONE),
        ({"lastLogin": "2024-01-02"}, "lastLogin", "2024-01-02T00:00:00.000Z"),
        ({"createdAt": NOW, "updatedAt": GONE}, "updatedAt", SHOWN),
        ({"__v": GONE}, "__v", 0),
    ],
    ids=str,
)
def test_the_own_profile(
    api: Api, db: Db, alice: Person, changes: Any, field: str, expected: Any
) -> None:
    make_odd(db, alice, **changes)
    assert api("GET", "/v1/users/profile", alice).data.get(field, GONE) == expected


@pytest.mark.parametrize("stored", [False, "false", 0, "0", "no"], ids=str)
def test_who_counts_as_deactivated_is(api: Api, db: Db, alice: Person, stored: Any) -> None:
    make_odd(db, alice, isActive=stored)
    assert api("GET", "/v1/users/profile", alice).status == 401
    body = {"email": alice.email, "password": alice.password}
    assert api("POST", "/v1/auth/login", json=body).body["code"] == "ACCOUNT_DEACTIVATED"


@pytest.mark.parametrize("name", [GONE, None, 12, {}, ["x"]], ids=str)
@pytest.mark.parametrize("email", [GONE, None, 7], ids=str)
def test_a_friend_has_a_name_and_an_address_that_are_strings(
    api: Api, db: Db, alice: Person, bob: Person, name: Any, email: Any
) -> None:
    make_odd(db, bob, name=name, email=email, profileImage=None, phoneNumber=None)
    [friend] = api("GET", "/v1/users/friends", alice).data["friends"]
    assert all(isinstance(value, str) for value in friend.values())
    api.expense(alice, 10, {bob: 10})
    assert isinstance(
        api("GET", "/v1/expenses", alice).data[0]["splitWith"][0]["user"]["name"], str
    )
    balance = api("GET", f"/v1/users/friends/{bob.id}/balance", alice).data
    assert (balance["balance"], type(balance["friend"]["name"])) == (10, str)


@pytest.mark.parametrize("field", ["name", "email"])
@pytest.mark.parametrize("stored", [GONE, None, 12, {}, ["x"]], ids=str)
def test_a_search_finds_who_has_only_the_other(
    api: Api, db: Db, alice: Person, bob: Person, field: str, stored: Any
) -> None:
    make_odd(db, bob, **{field: stored})
    other = {"name": bob.email, "email": bob.name}[field]
    assert [one["_id"] for one in api("GET", f"/v1/users?userId={other}", alice).data] == [bob.id]


@pytest.mark.parametrize("stored", [GONE, None, 12, {}, "no hash", b"bytes"], ids=str)
def test_what_is_no_hash_is_of_no_password(api: Api, db: Db, alice: Person, stored: Any) -> None:
    make_odd(db, alice, password=stored)
    body = {"email": alice.email, "password": alice.password}
    assert api("POST", "/v1/auth/login", json=body).status == 401
    change = {"currentPassword": alice.password, "newPassword": "another-1"}
    assert api("PATCH", "/v1/users/change-password", alice, change).status == 400


def test_an_odd_account_logs_in_and_changes_its_password(api: Api, db: Db, alice: Person) -> None:
    make_odd(db, alice, name=None, role=None, isActive=None, friends=None, createdAt="x", __v="x")
    body = {"email": alice.email, "password": alice.password}
    assert api("POST", "/v1/auth/login", json=body).data["user"]["name"] == ""
    change = {"currentPassword": alice.password, "newPassword": "another-1"}
    assert api("PATCH", "/v1/users/change-password", alice, change).status == 200


@pytest.mark.parametrize("friends", [None, GONE, {}, "x", ["x", 3, None]], ids=str)
def test_friendships_begin_and_end_whatever_the_list_was(
    api: Api, db: Db, alice: Person, charlie: Person, friends: Any
) -> None:
    make_odd(db, alice, friends=friends, pendingFriends=friends)
    make_odd(db, charlie, friends=friends)
    api.befriend(alice, charlie)
    waiting = {"friends": [{"name": "D", "email": "dora@example.com"}]}
    assert api("POST", "/v1/users/friends", alice, waiting).data[0]["success"]
    shown = api("GET", "/v1/users/friends", alice).data
    assert [one["_id"] for one in shown["friends"]] == [charlie.id]
    assert [one["_id"] for one in api("GET", "/v1/users/friends", charlie).data["friends"]] == [
        alice.id
    ]
    dora = api.register("dora")  # waits for nobody: another address
    body = {"name": "Dora", "email": "dora@example.com", "password": "some-secret"}
    assert api("POST", "/v1/auth/register", json=body).status == 201
    assert api("GET", "/v1/users/friends", alice).data["pendingFriends"] == []
    assert api("DELETE", f"/v1/users/friends/{charlie.id}", alice).status == 200
    assert api("GET", "/v1/users/friends", charlie).data["friends"] == []
    assert dora.id not in json.dumps(api("GET", "/v1/users/friends", alice).data)


def test_a_friend_whose_id_is_stored_as_digits(
    api: Api, db: Db, alice: Person, charlie: Person
) -> None:
    make_odd(db, alice, friends=[charlie.id])
    assert [one["_id"] for one in api("GET", "/v1/users/friends", alice).data["friends"]] == [
        charlie.id
    ]
    api.expense(alice, 5, {charlie: 5})
    assert api("GET", "/v1/users/balances", alice).data[0]["balance"] == 5
    assert api("DELETE", f"/v1/users/friends/{charlie.id}", alice).status == 200
    assert api("GET", "/v1/users/friends", alice).data["friends"] == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"name": GONE}, {"name": "", "email": "dora@example.com"}),
        ({"name": None, "phoneNumber": 12}, {"phoneNumber": "12"}),
        ({"email": None}, {"name": "Dora"}),
        ({"createdAt": "x", "__v": None}, {"name": "Dora"}),
    ],
    ids=str,
)
def test_a_pending_friend(
    api: Api, db: Db, alice: Person, changes: Any, expected: dict[str, Any]
) -> None:
    odd, good = pending(alice, **changes), pending(alice, email="other@example.com")
    db["pendingfriends"].insert_many([odd, good])
    shown = api("GET", "/v1/users/friends", alice).data["pendingFriends"]
    assert [one["_id"] for one in shown] == [str(one["_id"]) for one in (odd, good)]
    assert expected.items() <= shown[0].items()
    again = {"friends": [{"name": "Eve", "email": "eve@example.com"}]}
    assert api("POST", "/v1/users/friends", alice, again).data[0]["success"] is True


@pytest.mark.parametrize(
    ("changes", "field", "expected"),
    [
        ({"name": GONE}, "name", ""),
        ({"name": 5}, "name", "5"),
        ({"description": GONE}, "description", ""),
        ({"description": None}, "description", ""),
        ({"createdBy": GONE}, "createdBy", None),
        ({"createdBy": "x"}, "createdBy", None),
        ({"createdAt": GONE}, "createdAt", MADE_SHOWN),
        ({"createdAt": 1704164645678}, "createdAt", "2024-01-02T03:04:05.678Z"),
        ({"updatedAt": GONE}, "updatedAt", SHOWN),
        ({"__v": None}, "__v", 0),
    ],
    ids=str,
)
def test_a_group(
    api: Api, db: Db, alice: Person, bob: Person, changes: Any, field: str, expected: Any
) -> None:
    odd, good = group(alice, bob, **changes), group(alice, bob, _id=object_id(NOW))
    db["groups"].insert_many([odd, good])
    listed = api("GET", "/v1/groups", alice).data
    assert [one["_id"] for one in listed] == [str(one["_id"]) for one in (odd, good)]
    assert listed[0][field] == expected
    path = f"/v1/groups/{odd['_id']}"
    assert api("GET", path, alice).data[field] == expected
    assert api("GET", f"/v1/expenses/group/{odd['_id']}/balance", alice).status == 200
    assert api("PUT", path, alice, {"description": "New"}).data["description"] == "New"


def test_members_of_every_shape(
    api: Api, db: Db, alice: Person, bob: Person, charlie: Person
) -> None:
    members = [
        member(alice, _id=GONE, role="admin", joinedAt=GONE),
        member(bob, role=GONE, joinedAt="2024-01-02"),
        member(bob, user=None),
        member(bob, user=GONE),
        "junk",
        None,
    ]
    odd = group(alice, members=members, __v=GONE)
    db["groups"].insert_one(odd)
    path = f"/v1/groups/{odd['_id']}"
    shown = api("GET", path, alice).data["members"]
    assert [(one["user"] or {}).get("_id") for one in shown] == [alice.id, bob.id, None, None]
    assert [one["role"] for one in shown] == ["admin", "member", "member", "member"]
    assert [one["joinedAt"] for one in shown[:2]] == [SHOWN, "2024-01-02T00:00:00.000Z"]
    assert len({one["_id"] for one in shown}) == 4
    made = api.expense(alice, 10, {alice: 5, bob: 5}, groupId=str(odd["_id"]))
    balances = api("GET", f"/v1/expenses/group/{odd['_id']}/balance", bob).data["balances"]
    assert (balances[alice.id], balances[bob.id]) == (5, -5)
    added = api("POST", f"{path}/members", alice, {"memberEmail": charlie.email}).data
    assert (added["members"][-1]["user"]["_id"], added["__v"]) == (charlie.id, 1)
    assert api("DELETE", f"{path}/members/{bob.id}", alice).data["__v"] == 2
    assert api("GET", f"/v1/expenses/{made['_id']}", bob).status == 200
    assert api("DELETE", f"{path}/leave", alice).status == 200


def test_nobody_is_a_participant_because_a_member_is_nobody(
    api: Api, db: Db, alice: Person
) -> None:
    odd = group(alice, members=[member(alice), member(alice, user=GONE)])
    db["groups"].insert_one(odd)
    for user in ("null", "x", str(ObjectId())):
        split = [{"user": user, "amount": 10}]
        body = {"description": "D", "amount": 10, "splitWith": split, "groupId": str(odd["_id"])}
        assert api("POST", "/v1/expenses", alice, body).status == 400


@pytest.mark.parametrize("stored", ["false", 0, "no"], ids=str)
def test_a_group_that_counts_as_deleted_is_gone(
    api: Api, db: Db, alice: Person, stored: Any
) -> None:
    odd = group(alice, isActive=stored)
    db["groups"].insert_one(odd)
    assert api("GET", f"/v1/groups/{odd['_id']}", alice).status == 404
    assert api("GET", "/v1/groups", alice).data == []
