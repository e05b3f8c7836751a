"""Friendships that begin at the same moment: each looks at what the other has done."""

from coinbreakr.auth.feature import authenticator
from coinbreakr.friends.feature import friend_service, pending_friend_service
from coinbreakr.parts import Parts
from tests.api import Api, Person
from tests.interleave import after_first


def test_who_was_added_meanwhile_is_a_friend_already(
    api: Api, alice: Person, charlie: Person, parts: Parts
) -> None:
    def add() -> str:
        entry = {"name": "C", "email": charlie.email}
        (outcome,) = api("POST", "/v1/users/friends", alice, {"friends": [entry]}).data
        message: str = outcome["message"]
        return message

    first: list[str] = []
    with after_first(parts.get(authenticator)._users, "caller", lambda: first.append(add())):
        second = add()
    assert (first, second) == (["Friend added successfully"], "User is already your friend")


def test_who_is_waited_for_while_registering_joins(api: Api, alice: Person, parts: Parts) -> None:
    entry = {"name": "Dora", "email": "dora@example.com"}

    def wait() -> None:
        (outcome,) = api("POST", "/v1/users/friends", alice, {"friends": [entry]}).data
        assert outcome["type"] == "pending_friend"

    # Registering has looked for whoever waits, and is not committed yet.
    with after_first(parts.get(pending_friend_service)._pending, "reachable", wait):
        body = {**entry, "password": Person.password}
        assert api("POST", "/v1/auth/register", json=body).status == 201
    shown = api("GET", "/v1/users/friends", alice).data
    assert ([one["email"] for one in shown["friends"]], shown["pendingFriends"]) == (
        [entry["email"]],
        [],
    )


def test_who_registers_while_being_added_joins(api: Api, alice: Person, parts: Parts) -> None:
    entry = {"name": "Dora", "email": "dora@example.com"}

    def register() -> None:
        body = {**entry, "password": Person.password}
        assert api("POST", "/v1/auth/register", json=body).status == 201

    # Adding has looked for the account, and is not committed yet.
    with after_first(parts.get(friend_service)._users, "reachable", register):
        (outcome,) = api("POST", "/v1/users/friends", alice, {"friends": [entry]}).data
    assert outcome["type"] == "pending_friend"
    shown = api("GET", "/v1/users/friends", alice).data
    assert ([one["email"] for one in shown["friends"]], shown["pendingFriends"]) == (
        [entry["email"]],
        [],
    )
