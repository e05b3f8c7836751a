"""Recording in a group while it is deleted, or while somebody leaves it: one before the other."""

from collections.abc import Callable
from typing import Any

import pytest
from pymongo.database import Database

from coinbreakr.expenses.feature import expense_service
from coinbreakr.groups.repository import Groups
from coinbreakr.parts import Parts
from tests.api import Answer, Api, Person
from tests.interleave import after_first

Db = Database[dict[str, Any]]


@pytest.fixture
def groups(parts: Parts) -> Groups:
    return parts.get(expense_service)._groups


@pytest.fixture
def group(api: Api, alice: Person, bob: Person) -> str:
    return api.group(alice, bob)


@pytest.fixture
def ending(api: Api, alice: Person, bob: Person, group: str) -> dict[str, Callable[[], Answer]]:
    """Ways to end that bob takes part in the group."""
    return {
        "deleted": lambda: api("DELETE", f"/v1/groups/{group}", alice),
        "removed": lambda: api("DELETE", f"/v1/groups/{group}/members/{bob.id}", alice),
        "left": lambda: api("DELETE", f"/v1/groups/{group}/leave", bob),
    }


def body(bob: Person, group: str) -> dict[str, Any]:
    parts = [{"user": bob.id, "amount": 10}]
    return {"description": "D", "amount": 10, "splitWith": parts, "groupId": group}


@pytest.mark.parametrize("end", ["deleted", "removed", "left"])
def test_the_group_does_not_end_between_check_and_write(
    end: str,
    api: Api,
    alice: Person,
    bob: Person,
    group: str,
    groups: Groups,
    ending: dict[str, Callable[[], Answer]],
    db: Db,
) -> None:
    seen: list[tuple[int, int]] = []

    def finish() -> None:
        status = ending[end]().status
        seen.append((status, db["expenses"].count_documents({})))

    with after_first(groups, "hold", finish):
        recorded = api("POST", "/v1/expenses", alice, body(bob, group))
    assert recorded.status == 201
    assert seen == [(200, 1)]  # the end came after the expense was there


def test_who_is_removed_is_not_added_by_an_update(
    api: Api,
    alice: Person,
    bob: Person,
    group: str,
    groups: Groups,
    ending: dict[str, Callable[[], Answer]],
    db: Db,
) -> None:
    made = api.expense(alice, 10, {alice: 10}, groupId=group)["_id"]
    seen: list[tuple[int, int]] = []

    def finish() -> None:
        status = ending["removed"]().status
        stored = db["expenses"].find_one({}) or {}
        seen.append((status, len(stored["splitWith"])))

    parts = [{"user": one.id, "amount": 5} for one in (alice, bob)]
    with after_first(groups, "hold", finish):
        changed = api("PUT", f"/v1/expenses/{made}", alice, {"splitWith": parts})
    assert changed.status == 200
    assert seen == [(200, 2)]


@pytest.mark.parametrize("end", ["deleted", "removed", "left"])
def test_afterwards_it_is_refused(
    end: str,
    api: Api,
    alice: Person,
    bob: Person,
    group: str,
    ending: dict[str, Callable[[], Answer]],
    db: Db,
) -> None:
    assert ending[end]().status == 200
    assert api("POST", "/v1/expenses", alice, body(bob, group)).status == 400
    assert db["expenses"].count_documents({}) == 0
