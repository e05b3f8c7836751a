"""Which events there are of groups and friends, and for whom."""

from typing import Any

import pytest
from pymongo.database import Database

from tests.activity.events import kinds, listed
from tests.api import Api, Person

Db = Database[dict[str, Any]]


@pytest.fixture
def cat(api: Api) -> Person:
    return api.register("cat")


def newest(api: Api, who: Person, path: str = "/v1/activity") -> Any:
    return listed(api, who, path=path)["data"][0]


def test_a_friendship_is_an_event_for_both(api: Api, alice: Person, bob: Person) -> None:
    for who in (alice, bob):
        [event] = listed(api, who)["data"]
        assert (event["kind"], event["actor"]["_id"]) == ("friend.added", alice.id)
        assert event["snapshot"]["friend"]["name"] == "Bob"
    api.befriend(alice, api.register("dan"))
    assert kinds(api, bob) == ["friend.added"], "who else is added is not Bob's business"
    api("DELETE", f"/v1/users/friends/{bob.id}", alice)
    assert [event["kind"] for event in listed(api, bob)["data"]] == [
        "friend.removed", "friend.added",
    ]  # fmt: skip


def test_what_changes_nothing_is_no_event(api: Api, alice: Person, bob: Person) -> None:
    group = api.group(alice, bob)
    before = kinds(api, alice)
    api("DELETE", "/v1/users/friends/65c0f0f0f0f0f0f0f0f0f0f1", alice)
    api("POST", "/v1/users/friends", alice, {"friends": [{"name": "B", "email": bob.email}]})
    api("PUT", f"/v1/groups/{group}", alice, {"name": "Club"})
    assert kinds(api, alice) == before


def test_who_is_waited_for_joins(api: Api, alice: Person, bob: Person, db: Db) -> None:
    friends = [{"name": "Dan", "email": "dan9@example.com"}]
    api("POST", "/v1/users/friends", alice, {"friends": friends})
    invited = newest(api, alice)
    assert (invited["kind"], invited["snapshot"]) == ("friend.invited", {"name": "Dan"})
    body = {"name": "Daniel", "email": "dan9@example.com", "password": "secret-1"}
    api("POST", "/v1/auth/register", json=body)
    joined = newest(api, alice)
    assert (joined["kind"], joined["actor"]["name"]) == ("friend.joined", "Daniel")
    assert kinds(api, bob) == ["friend.added"]
    assert db["activities"].count_documents({"kind": "friend.joined"}) == 1


def test_who_is_waited_for_no_more(api: Api, alice: Person) -> None:
    friends = [{"name": "Dan", "phoneNumber": "555"}]
    api("POST", "/v1/users/friends", alice, {"friends": friends})
    [pending] = api("GET", "/v1/users/friends", alice).data["pendingFriends"]
    api("DELETE", f"/v1/users/friends/{pending['_id']}?type=pending", alice)
    assert kinds(api, alice) == ["friend.uninvited", "friend.invited"]
    assert newest(api, alice)["subject"] == pending["_id"]


def test_the_life_of_a_group(api: Api, alice: Person, bob: Person, cat: Person) -> None:
    group = api.group(alice, bob, name="Lisbon")
    path = f"/v1/groups/{group}"
    api("PUT", path, bob, {"name": "Porto"})
    api("POST", f"{path}/members", alice, {"memberEmail": cat.email})
    api("DELETE", f"{path}/members/{bob.id}", alice)
    api("DELETE", f"{path}/leave", cat)
    seen = listed(api, alice, path=f"{path}/activity")["data"]
    assert [event["kind"] for event in seen] == [
        "member.left", "member.removed", "member.added", "group.changed", "group.created",
    ]  # fmt: skip
    left, removed, added, changed, created = seen
    assert created["group"] == {"_id": group, "name": "Lisbon"}
    assert [one["name"] for one in created["snapshot"]["members"]] == ["Alice", "Bob"]
    assert changed["changes"] == [{"field": "name", "old": "Lisbon", "new": "Porto"}]
    assert (changed["actor"]["name"], changed["group"]["name"]) == ("Bob", "Porto")
    assert (added["snapshot"]["user"]["name"], added["snapshot"]["role"]) == ("Cat", "member")
    assert removed["snapshot"]["user"]["_id"] == removed["subject"] == bob.id
    assert left["actor"]["_id"] == left["subject"] == cat.id
    api("DELETE", path, alice)
    assert newest(api, alice)["kind"] == "group.deleted"
    assert api("GET", f"{path}/activity", alice).status == 404


def test_a_new_member_is_told_with_whom_they_are_friends_now(
    api: Api, alice: Person, cat: Person
) -> None:
    api.group(alice, cat)
    assert kinds(api, cat) == ["friend.added", "group.created"]
    api.group(alice, cat)
    assert kinds(api, cat)[0] == "group.created", "they are friends already"


def test_past_members_keep_what_concerned_them_and_see_nothing_new(
    api: Api, alice: Person, bob: Person, cat: Person
) -> None:
    group = api.group(alice, bob)
    api("DELETE", f"/v1/groups/{group}/members/{bob.id}", bob)
    api("POST", f"/v1/groups/{group}/members", alice, {"memberEmail": cat.email})
    assert kinds(api, bob) == ["member.left", "group.created", "friend.added"]
    assert api("GET", f"/v1/groups/{group}/activity", bob).status == 403
    assert kinds(api, cat, f"/v1/groups/{group}/activity")[-1] == "group.created"


def test_who_leaves_with_something_open_is_told_of_so(api: Api, alice: Person, bob: Person) -> None:
    group = api.group(alice, bob)
    api.expense(alice, 10, {alice: 5, bob: 5}, currency="EUR", groupId=group)
    api("DELETE", f"/v1/groups/{group}/leave", bob)
    assert newest(api, alice)["snapshot"]["openBalances"] == {"EUR": -5}


def test_what_is_refused_leaves_no_event(api: Api, alice: Person, bob: Person, db: Db) -> None:
    group = api.group(alice, bob)
    before = db["activities"].count_documents({})
    for method, path, body in (
        ("DELETE", f"/v1/groups/{group}", None),
        ("DELETE", f"/v1/groups/{group}/members/{alice.id}", None),
        ("POST", f"/v1/groups/{group}/members", {"memberEmail": alice.email}),
    ):
        assert api(method, path, bob, body).status >= 400
    assert db["activities"].count_documents({}) == before
