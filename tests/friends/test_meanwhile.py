"""Friendships that begin at the same moment: each looks at what the other has done."""

from coinbreakr.app import Deps
from tests.api import Api, Person
from tests.interleave import after_first


def test_who_was_added_meanwhile_is_a_friend_already(
    api: Api, alice: Person, charlie: Person, deps: Deps
) -> None:
    def add() -> str:
        entry = {"name": "C", "email": charlie.email}
        (outcome,) = api("POST", "/v1/users/friends", alice, {"friends": [entry]}).data
        message: str = outcome["message"]
        return message

    first: list[str] = []
    with after_first(deps.authenticator._users, "caller", lambda: first.append(add())):
        second = add()
    assert (first, second) == (["Friend added successfully"], "User is already your friend")


def test_who_is_waited_for_while_registering_joins(api: Api, alice: Person, deps: Deps) -> None:
    entry = {"name": "Dora", "email": "dora@example.com"}

    def wait() -> None:
        (outcome,) = api("POST", "/v1/users/friends", alice, {"friends": [entry]}).data
        assert outcome["type"] == "pending_friend"

    # Registering has looked for whoever waits, and is not committed yet.
    with after_first(deps.friends._pending, "reachable", wait):
        body = {**entry, "password": Person.password}
        assert api("POST", "/v1/auth/register", json=body).status == 201
    shown = api("GET", "/v1/users/friends", alice).data
    assert ([one["email"] for one in shown["friends"]], shown["pendingFriends"]) == (
        [entry["email"]],
        [],
    )
