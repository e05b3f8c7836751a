"""One request to every route, as big as a life may be. A route that is missing fails the test."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from coinbreakr.currencies.codes import CURRENCIES
from tests.api import Person
from tests.worst.side import Side, photo


@dataclass(frozen=True)
class Call:
    path: str
    who: Person | None = None
    body: Any = None


def _mine(path: str, body: Any = None) -> Callable[[Side], Call]:
    return lambda side: Call(path, side.me, body)


def _group(path: str = "", body: Any = None) -> Callable[[Side], Call]:
    return lambda side: Call(f"/v1/groups/{side.new_group()}{path}", side.me, body)


def _expense(path: str = "") -> Callable[[Side], Call]:
    return lambda side: Call(f"/v1/expenses/{side.new_expense()}{path}", side.me)


def _public(path: str) -> Callable[[Side], Call]:
    return lambda _: Call(path)


def _register(side: Side) -> Call:
    body = {"name": side.size.words(50), "email": side.address(), "password": "p" * 4096}
    return Call("/v1/auth/register", None, body)


def _login(side: Side) -> Call:
    body = {"email": side.me.email, "password": side.me.password}
    return Call("/v1/auth/login", None, body)


def _contact(side: Side) -> Call:
    words = side.size.words
    names = {"firstName": words(50), "lastName": words(50), "email": side.address()}
    return Call("/v1/contact", None, {**names, "subject": "bug", "message": words(2000)})


def _profile(side: Side) -> Call:
    big = side.size.people > 2
    body = {"name": side.size.words(50), "profileImage": photo(10_000_000 if big else 600)}
    return Call("/v1/users/profile", side.throwaway(), {**body, "phoneNumber": "5"})


def _password(side: Side) -> Call:
    body = {"currentPassword": side.me.password, "newPassword": "p" * 4096}
    return Call("/v1/users/change-password", side.throwaway(), body)


def _new_group(side: Side) -> Call:
    members = [str(user) for user in side.people[1:]]
    body = {"name": side.size.words(100), "description": "d", "members": members}
    return Call("/v1/groups", side.me, body)


def _new_member(side: Side) -> Call:
    group = side.new_group(side.people[:-1])
    body = {"memberEmail": side.api.register("member").email}
    return Call(f"/v1/groups/{group}/members", side.me, body)


def _record(side: Side) -> Call:
    return Call("/v1/expenses", side.me, _expense_body(side))


def _change(side: Side) -> Call:
    return Call(f"/v1/expenses/{side.new_expense()}", side.me, _expense_body(side))


def _preview(side: Side) -> Call:
    """A receipt with as many lines as may be, which name as many people as they may."""
    people = [str(user) for user in side.people] * 2
    items = [
        {"name": side.size.words(20), "amount": 1, "among": people[first : first + 10]}
        for first in range(len(side.people))
    ]
    few = items if side.size.people > 10 else [{**one, "among": people[:2]} for one in items]
    split = {"method": "itemized", "items": few, "extras": [{"name": "n", "amount": 1}]}
    body = {"description": side.size.words(200), "amount": len(items) + 1, "split": split}
    return Call("/v1/expenses/preview", side.me, body)


_CODES = sorted(code for code in CURRENCIES if code != "EUR")
_ALL_RATES = {"base": "EUR", "rates": dict.fromkeys(_CODES, "123456789012345.12345678901234567890")}


def _settlement(side: Side) -> Call:
    """Of as many expenses as may be settled at once."""
    body = {"from": str(side.me.id), "to": str(side.friend), "currency": "USD"}
    debts = side.debts()
    rest = {"amount": 1.25 * len(debts), "expenses": debts, "note": side.size.words(500)}
    return Call("/v1/settlements", side.me, body | rest)


def _pending(what: str, *, body: Any = None) -> Callable[[Side], Call]:
    def call(side: Side) -> Call:
        made = side.api("POST", "/v1/settlements", side.me, _settlement(side).body).data["_id"]
        states = {"confirm": "pending", "reject": "pending", "void": "counted"}
        return Call(f"/v1/settlements/{side.turned(made, states[what])}/{what}", side.me, body)

    return call


def _expense_body(side: Side) -> dict[str, Any]:
    parts = side.parts()
    said = {"description": side.size.words(200), "notes": side.size.words(2000)}
    return {**said, "amount": 1.25 * len(parts), "splitWith": parts, "payers": parts}


CALLS: dict[str, Callable[[Side], Call]] = {
    "GET /v1/healthz": _public("/v1/healthz"),
    "GET /v1/livez": _public("/v1/livez"),
    "GET /v1/readyz": _public("/v1/readyz"),
    "GET /v1/openapi.json": _public("/v1/openapi.json"),
    "GET /v1/docs": _public("/v1/docs"),
    "GET /v1/docs/{part}": _public("/v1/docs/swagger-ui-bundle.js"),
    "POST /v1/auth/register": _register,
    "POST /v1/auth/login": _login,
    "POST /v1/contact": _contact,
    "GET /v1/photos/{user_id}/{version}": lambda side: Call(side.link),
    "GET /v1/users/profile": _mine("/v1/users/profile"),
    "PATCH /v1/users/profile": _profile,
    "PATCH /v1/users/change-password": _password,
    "DELETE /v1/users/deactivate-user": lambda side: Call(
        "/v1/users/deactivate-user", side.throwaway()
    ),
    "GET /v1/users": _mine("/v1/users?userId=example&limit=100"),
    "GET /v1/users/friends": _mine("/v1/users/friends"),
    "POST /v1/users/friends": lambda side: Call(
        "/v1/users/friends", side.throwaway(), {"friends": side.contacts()}
    ),
    "DELETE /v1/users/friends/{friend_id}": lambda side: Call(
        f"/v1/users/friends/{side.friend}", side.throwaway()
    ),
    "GET /v1/users/friends/{friend_id}/balance": lambda side: Call(
        f"/v1/users/friends/{side.friend}/balance", side.me
    ),
    "GET /v1/users/balances": _mine("/v1/users/balances"),
    "GET /v1/users/settlement-plan": _mine("/v1/users/settlement-plan"),
    "GET /v1/users/settings": _mine("/v1/users/settings"),
    "PUT /v1/users/settings": _mine("/v1/users/settings", {"confirmPayments": False}),
    "GET /v1/groups": _mine("/v1/groups"),
    "POST /v1/groups": _new_group,
    "GET /v1/groups/{group_id}": _group(),
    "PUT /v1/groups/{group_id}": _group(body={"name": "n" * 100, "description": "d" * 500}),
    "DELETE /v1/groups/{group_id}": _group(),
    "POST /v1/groups/{group_id}/members": _new_member,
    "DELETE /v1/groups/{group_id}/members/{member_id}": lambda side: Call(
        f"/v1/groups/{side.new_group()}/members/{side.me.id}", side.me
    ),
    "DELETE /v1/groups/{group_id}/leave": _group("/leave"),
    "GET /v1/groups/{group_id}/settlement-plan": lambda side: Call(
        f"/v1/groups/{side.group}/settlement-plan", side.me
    ),
    "GET /v1/groups/{group_id}/activity": lambda side: Call(
        f"/v1/groups/{side.group}/activity?limit=100", side.me
    ),
    "GET /v1/activity": _mine("/v1/activity?limit=100"),
    "POST /v1/activity/read": lambda side: Call(
        "/v1/activity/read", side.me, {"upTo": side.newest_event()}
    ),
    "GET /v1/groups/{group_id}/rates": lambda side: Call(f"/v1/groups/{side.group}/rates", side.me),
    "PUT /v1/groups/{group_id}/rates": _group("/rates", _ALL_RATES),
    "POST /v1/groups/{group_id}/conversions": lambda side: Call(
        f"/v1/groups/{side.group}/conversions",
        side.me,
        {
            "user": side.me.id,
            "other": str(side.friend),
            "from": {"currency": "USD", "amount": "0.01"},
            "to": {"currency": "EUR", "amount": "9999999999999.99"},
        },
    ),
    "GET /v1/expenses": _mine("/v1/expenses?limit=100"),
    "POST /v1/expenses": _record,
    "POST /v1/expenses/preview": _preview,
    "GET /v1/expenses/{expense_id}": _expense(),
    "PUT /v1/expenses/{expense_id}": _change,
    "DELETE /v1/expenses/{expense_id}": _expense(),
    "PATCH /v1/expenses/{expense_id}/settle": _expense("/settle"),
    "GET /v1/expenses/{expense_id}/versions": lambda side: Call(
        f"/v1/expenses/{side.changed_expense()}/versions?limit=100", side.me
    ),
    "POST /v1/expenses/{expense_id}/restore": lambda side: Call(
        f"/v1/expenses/{side.deleted_expense()}/restore", side.me
    ),
    "GET /v1/expenses/group/{group_id}": lambda side: Call(
        f"/v1/expenses/group/{side.group}?limit=100", side.me
    ),
    "GET /v1/expenses/group/{group_id}/balance": lambda side: Call(
        f"/v1/expenses/group/{side.group}/balance", side.me
    ),
    "GET /v1/settlements": _mine("/v1/settlements?limit=100"),
    "POST /v1/settlements": _settlement,
    "GET /v1/settlements/{settlement_id}": lambda side: Call(
        f"/v1/settlements/{side.settlement}", side.me
    ),
    "POST /v1/settlements/{settlement_id}/confirm": _pending("confirm"),
    "POST /v1/settlements/{settlement_id}/reject": _pending("reject", body={"reason": "r" * 500}),
    "POST /v1/settlements/{settlement_id}/void": _pending("void", body={"reason": "r" * 500}),
}
