"""Every query that any route makes uses an index, as MongoDB itself explains it."""

from typing import Any

import pytest
from pymongo.database import Database

from tests.api import Api, Person
from tests.commands import Commands

EXPLAINED = ("find", "aggregate", "count", "distinct", "update", "delete", "findAndModify")


@pytest.fixture
def seen(
    api: Api, alice: Person, bob: Person, charlie: Person, commands: Commands
) -> list[tuple[str, dict[str, Any]]]:
    """All commands of a tour through every route."""
    with commands.recording() as recorded:
        _tour(api, alice, bob, charlie)
    return list(recorded)


def test_every_query_uses_an_index(
    seen: list[tuple[str, dict[str, Any]]], db: Database[dict[str, Any]]
) -> None:
    plans = [(name, command, _plan(db, name, command)) for name, command in seen if _asks(name)]
    assert len(plans) > 60
    scans = [(name, command) for name, command, plan in plans if "COLLSCAN" in plan]
    assert scans == []
    assert all("IXSCAN" in plan or "IDHACK" in plan or "COUNT" in plan for _, _, plan in plans)


def test_lists_are_sorted_by_an_index(
    seen: list[tuple[str, dict[str, Any]]], db: Database[dict[str, Any]]
) -> None:
    listed = ("expenses", "settlements")
    lists = [c for name, c in seen if name == "find" and c["find"] in listed and "sort" in c]
    assert len(lists) >= 6
    for command in lists:
        assert '"SORT"' not in _plan(db, "find", command)


def test_a_search_reads_no_documents_but_those_it_shows(
    seen: list[tuple[str, dict[str, Any]]], db: Database[dict[str, Any]]
) -> None:
    search = next(c for name, c in seen if name == "aggregate" and c["aggregate"] == "users")
    assert "FETCH" not in _plan(db, "aggregate", search)


def test_balances_and_plans_are_one_aggregation_each(
    api: Api, alice: Person, bob: Person, commands: Commands
) -> None:
    group = api.group(alice, bob)
    for path in (
        f"/v1/users/friends/{bob.id}/balance",
        "/v1/users/balances",
        f"/v1/expenses/group/{group}/balance",
        f"/v1/groups/{group}/settlement-plan",
        "/v1/users/settlement-plan",
    ):
        with commands.recording() as recorded:
            api("GET", path, alice)
        on_expenses = [
            name for name, c in recorded if c.get(name) == "expenses" and "$match" in str(c)
        ]
        # The number of a group's expenses is counted beside its balance.
        assert on_expenses in (["aggregate"], ["aggregate", "aggregate"])
        assert len(recorded) <= 5


def test_the_number_of_commands_does_not_grow_with_the_list(
    api: Api, alice: Person, commands: Commands
) -> None:
    def cost() -> list[int]:
        counts = []
        for path in (
            "/v1/expenses",
            "/v1/users/balances",
            "/v1/users/settlement-plan",
            "/v1/users/friends",
            "/v1/groups",
        ):
            with commands.recording() as recorded:
                api("GET", path, alice)
            counts.append(len(recorded))
        return counts

    _share_with_somebody(api, alice)
    few = cost()
    for _ in range(6):
        _share_with_somebody(api, alice)
    assert cost() == few


def _share_with_somebody(api: Api, alice: Person) -> None:
    person = api.register("person")
    api.befriend(alice, person)
    api.group(alice, person)
    api.expense(alice, 10, {alice: 5, person: 5})


def _tour(api: Api, alice: Person, bob: Person, charlie: Person) -> None:
    group = api.group(alice, bob)
    expense = api.expense(alice, 10, {alice: 5, bob: 5})["_id"]
    shared = api.expense(alice, 10, {alice: 5, bob: 5}, groupId=group, paidBy=bob.id)["_id"]
    pending = {"friends": [{"name": "P", "email": "p@example.com", "phoneNumber": "1"}]}
    steps: list[tuple[str, str, Person | None, Any]] = [
        ("GET", "/v1/healthz", None, None),
        ("POST", "/v1/auth/login", None, {"email": alice.email, "password": alice.password}),
        ("GET", "/v1/users/profile", alice, None),
        ("PATCH", "/v1/users/profile", alice, {"name": "A", "phoneNumber": "77"}),
        ("PATCH", "/v1/users/change-password", alice, _new_password(alice)),
        ("GET", "/v1/users?userId=bo", alice, None),
        ("POST", "/v1/users/friends", alice, pending),
        ("GET", "/v1/users/friends", alice, None),
        ("GET", f"/v1/users/friends/{bob.id}/balance", alice, None),
        ("GET", "/v1/users/balances", alice, None),
        ("GET", "/v1/groups", alice, None),
        ("GET", f"/v1/groups/{group}", alice, None),
        ("PUT", f"/v1/groups/{group}", alice, {"name": "N"}),
        ("POST", f"/v1/groups/{group}/members", alice, {"memberEmail": charlie.email}),
        ("DELETE", f"/v1/groups/{group}/members/{charlie.id}", alice, None),
        ("GET", "/v1/expenses?page=2&limit=1", alice, None),
        ("GET", f"/v1/expenses?friendId={bob.id}&settled=false&limit=1", alice, None),
        ("GET", f"/v1/expenses/{expense}", alice, None),
        ("PUT", f"/v1/expenses/{expense}", alice, {"description": "E", "amount": 10}),
        ("PATCH", f"/v1/expenses/{expense}/settle", bob, None),
        ("GET", f"/v1/expenses/group/{group}?limit=1", alice, None),
        ("GET", f"/v1/expenses/group/{group}/balance", alice, None),
        ("GET", f"/v1/groups/{group}/settlement-plan", alice, None),
        ("GET", "/v1/users/settlement-plan", alice, None),
        ("PUT", f"/v1/groups/{group}/rates", alice, {"base": "EUR", "rates": {"USD": "2"}}),
        ("GET", f"/v1/groups/{group}/rates?date=2001-01-01", alice, None),
        ("POST", f"/v1/groups/{group}/conversions", alice, _conversion(alice, bob)),
        ("GET", f"/v1/expenses/group/{group}/balance?displayCurrency=EUR", alice, None),
        ("GET", "/v1/users/balances?displayCurrency=EUR", alice, None),
        ("GET", "/v1/users/settings", alice, None),
        ("PUT", "/v1/users/settings", alice, {"confirmPayments": True}),
        ("POST", "/v1/settlements", bob, _paid(alice, 2)),
        ("POST", "/v1/settlements", bob, _paid(alice, 2, group=group)),
        ("POST", "/v1/settlements", alice, _paid(bob, 5, expenses=[shared])),
        ("GET", "/v1/settlements?limit=1&status=void", alice, None),
        ("GET", f"/v1/settlements?friend={bob.id}", alice, None),
        ("GET", f"/v1/settlements?group={group}&status=counted", alice, None),
        ("GET", "/v1/users/balances?displayCurrency=EUR&asOf=2026-01-31", alice, None),
        ("GET", f"/v1/users/friends/{bob.id}/balance?asOf=2026-01-31", alice, None),
        ("GET", f"/v1/expenses/group/{group}/balance?asOf=2026-01-31", alice, None),
        ("DELETE", f"/v1/expenses/{shared}", bob, None),
        ("DELETE", f"/v1/groups/{group}/leave", bob, None),
        ("DELETE", f"/v1/groups/{group}", alice, None),
        ("DELETE", f"/v1/users/friends/{bob.id}", alice, None),
        ("DELETE", "/v1/users/deactivate-user", alice, None),
    ]
    for method, path, who, body in steps:
        answer = api(method, path, who, body)
        assert answer.status < 300, (method, path, answer)


def _new_password(who: Person) -> dict[str, str]:
    return {"currentPassword": who.password, "newPassword": who.password}


def _paid(to: Person, amount: float, **more: Any) -> dict[str, Any]:
    return {"to": to.id, "amount": amount, "currency": "USD", **more}


def _asks(name: str) -> bool:
    return name in EXPLAINED


def _plan(db: Database[dict[str, Any]], name: str, command: dict[str, Any]) -> str:
    internal = ("lsid", "txnNumber", "autocommit", "startTransaction", "readConcern")
    bare = {
        key: value
        for key, value in command.items()
        if key not in internal and not key.startswith("$") and key != "maxTimeMS"
    }
    if name == "aggregate":
        bare.setdefault("cursor", {})
    explained = db.command("explain", bare, verbosity="queryPlanner")
    return str(explained).replace("'", '"')


def _conversion(one: Person, other: Person) -> dict[str, Any]:
    sides = {"from": {"currency": "USD", "amount": 1}, "to": {"currency": "EUR", "amount": 1}}
    return {"user": one.id, "other": other.id, **sides}
