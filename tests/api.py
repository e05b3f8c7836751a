"""Talking to the application as the app does."""

from dataclasses import dataclass, field
from typing import Any

import orjson
from falcon import testing

from coinbreakr.app import App
from tests import conformance
from tests.conformance import Conformance


@dataclass(frozen=True)
class Person:
    """Somebody with an account and a token."""

    id: str
    name: str
    email: str
    token: str = field(repr=False)
    password: str = "some-secret-1"


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any
    headers: dict[str, str]
    raw: bytes = b""

    @property
    def data(self) -> Any:
        assert self.status < 300, (self.status, self.body)
        return self.body["data"]


class Api:
    """In-process requests; `who` sends a token along."""

    def __init__(self, app: App, declared: Conformance | None = None) -> None:
        """`declared`: what answers are compared with, where it is not the usual document."""
        self._client = testing.TestClient(app)
        self._declared = declared or conformance.declared()
        self._people = 0

    def __call__(
        self,
        method: str,
        path: str,
        who: Person | None = None,
        json: Any = None,
        *,
        raw: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        sent = {"Content-Type": "application/json", **(headers or {})}
        if who is not None:
            sent["Authorization"] = f"Bearer {who.token}"
        body = orjson.dumps(json) if json is not None else raw
        bare, _, query = path.partition("?")
        result = self._client.simulate_request(
            method, bare, query_string=query, body=body, headers=sent
        )
        shown = dict(result.headers)
        self._declared.check(method, path, result.status_code, shown, result.content)
        parsed = orjson.loads(result.content) if _is_json(result) else None
        return Answer(result.status_code, parsed, shown, result.content)

    def register(self, name: str) -> Person:
        self._people += 1
        email = f"{name}{self._people}@example.com"
        body = {"name": name.capitalize(), "email": email, "password": Person.password}
        data = self("POST", "/v1/auth/register", json=body).data
        return Person(data["user"]["id"], data["user"]["name"], email, data["token"])

    def befriend(self, one: Person, *others: Person) -> None:
        friends = [{"name": other.name, "email": other.email} for other in others]
        outcomes = self("POST", "/v1/users/friends", one, {"friends": friends}).data
        assert all(outcome["success"] for outcome in outcomes)

    def group(self, creator: Person, *members: Person, name: str = "Club") -> str:
        body = {"name": name, "members": [member.id for member in members]}
        group: str = self("POST", "/v1/groups", creator, body).data["_id"]
        return group

    def expense(
        self, creator: Person, amount: float, parts: dict[Person, float], **more: Any
    ) -> dict[str, Any]:
        split = [{"user": person.id, "amount": part} for person, part in parts.items()]
        body = {"description": "Dinner", "amount": amount, "splitWith": split, **more}
        made: dict[str, Any] = self("POST", "/v1/expenses", creator, body).data
        return made


def _is_json(result: testing.Result) -> bool:
    return bool(result.content) and "json" in result.headers.get("content-type", "")
