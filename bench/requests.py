"""What is asked of a server, and the tokens for it."""

import time

from bson import ObjectId

from bench.measure import Request
from bench.world import World
from coinbreakr.auth.tokens import Tokens
from coinbreakr.clock import utc_now

SECRET = "benchmark-key-of-more-than-thirty-two-bytes"
PASSWORD = "benchmark-1"


def reads(made: World) -> list[Request]:
    """Every endpoint that only reads, as the subject."""
    token = _token(made)
    paths = [
        ("healthz", "/v1/healthz", 1000),
        ("profile", "/v1/users/profile", 1000),
        ("search", "/v1/users?userId=user1&page=1&limit=10", 500),
        ("friends", "/v1/users/friends", 500),
        ("groups", "/v1/groups", 500),
        ("group", f"/v1/groups/{made.group}", 500),
        ("expenses (20)", "/v1/expenses?page=1&limit=20", 500),
        ("expenses with friend", f"/v1/expenses?page=1&limit=20&friendId={made.friend}", 500),
        ("expense", f"/v1/expenses/{made.expense}", 500),
        ("group expenses (20)", f"/v1/expenses/group/{made.group}?limit=20", 500),
        ("friend balance", f"/v1/users/friends/{made.friend}/balance", 500),
        ("all balances", "/v1/users/balances", 100),
        ("group balance", f"/v1/expenses/group/{made.group}/balance", 100),
    ]
    return [Request(name, "GET", path, count, token=token) for name, path, count in paths]


def plans(made: World, by_size: dict[int, ObjectId]) -> list[Request]:
    """Settle-up plans: of the subject, of the group, and of groups of several sizes."""
    token = _token(made)
    groups = {"group plan": made.group} | {
        f"plan of {members} members": group for members, group in by_size.items()
    }
    paths = [("own plan", "/v1/users/settlement-plan")]
    paths += [(name, f"/v1/groups/{group}/settlement-plan") for name, group in groups.items()]
    return [Request(name, "GET", path, 100, token=token) for name, path in paths]


def big_group(made: World, group: ObjectId) -> list[Request]:
    """What is due in a group with many open expenses."""
    token = _token(made)
    paths = {
        "its balance": f"/v1/expenses/group/{group}/balance",
        "its plan": f"/v1/groups/{group}/settlement-plan",
    }
    return [Request(name, "GET", path, 40, token=token) for name, path in paths.items()]


def money(made: World) -> list[Request]:
    """Payments, and what the app does not read: events, and what was due a while ago."""
    token = _token(made)

    def payment(number: int) -> bytes:
        amount = f"{number % 90 + 1}.25"
        return f'{{"to": "{made.friend}", "amount": "{amount}", "currency": "USD"}}'.encode()

    paths = {
        "settlements (20)": "/v1/settlements",
        "activity (20)": "/v1/activity",
        "friend balance as of": f"/v1/users/friends/{made.friend}/balance?asOf=2025-10-01",
        "group balance as of": f"/v1/expenses/group/{made.group}/balance?asOf=2025-10-01",
    }
    return [
        Request("record payment", "POST", "/v1/settlements", 300, payment, token),
        *(Request(name, "GET", path, 100, token=token) for name, path in paths.items()),
    ]


def writes(made: World) -> list[Request]:
    """Recording an expense, login and registration."""

    def expense(number: int) -> bytes:
        half = f'{{"user": "{made.friend}", "amount": 5.25}}'
        own = f'{{"user": "{made.subject}", "amount": 5.25}}'
        return (
            f'{{"description": "D{number}", "amount": 10.5, "splitWith": [{half}, {own}]}}'.encode()
        )

    return [
        Request("record expense", "POST", "/v1/expenses", 300, expense, _token(made)),
        Request("login", "POST", "/v1/auth/login", 20, lambda _: _login(made.email)),
        Request("register", "POST", "/v1/auth/register", 20, _registration),
    ]


def _token(made: World) -> str:
    return Tokens(SECRET, 86400, utc_now).issue(str(made.subject))


def _login(email: str) -> bytes:
    return f'{{"email": "{email}", "password": "{PASSWORD}"}}'.encode()


def _registration(number: int) -> bytes:
    email = f"new{number}.{time.time_ns()}@example.com"
    return f'{{"name": "New", "email": "{email}", "password": "{PASSWORD}"}}'.encode()
