"""A settled share is opened again only by who has read that it was settled."""

from typing import Any

import pytest

from tests.api import Api, Person


@pytest.fixture
def cat(api: Api, alice: Person) -> Person:
    person = api.register("cat")
    api.befriend(alice, person)
    return person


@pytest.fixture
def path(api: Api, alice: Person, bob: Person, cat: Person) -> str:
    """Alice has paid for three; bob has settled."""
    made = f"/v1/expenses/{api.expense(alice, 15, {alice: 5, bob: 5, cat: 5})['_id']}"
    api("PATCH", f"{made}/settle", bob)
    return made


@pytest.fixture
def stale(alice: Person, bob: Person, cat: Person) -> list[dict[str, Any]]:
    """The shares as they were before, with another amount for bob."""
    amounts = ((alice, 4), (bob, 6), (cat, 5))
    return [{"user": one.id, "amount": amount, "settled": False} for one, amount in amounts]


def marks(data: dict[str, Any]) -> list[bool]:
    return [part["settled"] for part in data["splitWith"]]


@pytest.mark.parametrize("seen", [{}, {"updatedAt": "2020-01-01"}, {"updatedAt": {"$gt": ""}}])
def test_stays_settled_without_a_proof(
    seen: dict[str, Any], api: Api, alice: Person, path: str, stale: list[dict[str, Any]]
) -> None:
    changed = api("PUT", path, alice, {"splitWith": stale, **seen}).data
    assert marks(changed) == [False, True, False]
    assert [part["amount"] for part in changed["splitWith"]] == [4, 6, 5]
    assert "settledAt" in changed["splitWith"][1]


def test_is_un_settled_with_the_date_of_the_version_that_was_read(
    api: Api, alice: Person, path: str, stale: list[dict[str, Any]]
) -> None:
    read = api("GET", path, alice).data["updatedAt"]
    changed = api("PUT", path, alice, {"splitWith": stale, "updatedAt": read}).data
    assert marks(changed) == [False, False, False]


def test_is_un_settled_with_if_match(
    api: Api, alice: Person, path: str, stale: list[dict[str, Any]]
) -> None:
    held = {"If-Match": api("GET", path, alice).headers["etag"]}
    changed = api("PUT", path, alice, {"splitWith": stale}, headers=held).data
    assert marks(changed) == [False, False, False]


def test_ones_own_mark_is_believed(
    api: Api, alice: Person, path: str, stale: list[dict[str, Any]]
) -> None:
    api("PATCH", f"{path}/settle", alice)
    changed = api("PUT", path, alice, {"splitWith": stale}).data
    assert marks(changed) == [False, True, False]


def test_marks_of_others_that_are_sent_are_believed(
    api: Api, alice: Person, path: str, stale: list[dict[str, Any]]
) -> None:
    sent = [{**part, "settled": True} for part in stale]
    changed = api("PUT", path, alice, {"splitWith": sent}).data
    assert marks(changed) == [True, True, True]
    assert changed["isSettled"] is True
