"""Requests over sockets, many at once."""

import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from threading import Barrier
from typing import Any

import orjson

from tests import conformance
from tests.api import Answer, Person

Call = Callable[[], Answer]


class Http:
    """A client that opens a connection for each request, as separate phones do."""

    def __init__(self, port: int) -> None:
        self.port = port

    def __call__(
        self,
        method: str,
        path: str,
        who: Person | None = None,
        json: Any = None,
        *,
        key: str = "",
    ) -> Answer:
        headers = {"Content-Type": "application/json", **({"Idempotency-Key": key} if key else {})}
        if who is not None:
            headers["Authorization"] = f"Bearer {who.token}"
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, None if json is None else orjson.dumps(json), headers)
            response = connection.getresponse()
            content = response.read()
            shown = dict(response.headers)
            conformance.declared().check(method, path, response.status, shown, content)
            return Answer(response.status, orjson.loads(content), shown, content)
        finally:
            connection.close()

    def register(self, name: str, email: str = "") -> Person:
        email = email or f"{name}.{uuid.uuid4().hex[:12]}@example.com"
        body = {"name": name, "email": email, "password": Person.password}
        data = self("POST", "/v1/auth/register", json=body).data
        return Person(data["user"]["id"], name, email, data["token"])

    def befriend(self, one: Person, *others: Person) -> None:
        friends = [{"name": other.name, "email": other.email} for other in others]
        self("POST", "/v1/users/friends", one, {"friends": friends})

    def expense(self, who: Person, parts: dict[Person, float], **more: Any) -> str:
        split = [{"user": person.id, "amount": part} for person, part in parts.items()]
        body = {"description": "D", "amount": sum(parts.values()), "splitWith": split, **more}
        made: str = self("POST", "/v1/expenses", who, body).data["_id"]
        return made


def at_once(calls: Sequence[Call]) -> list[Answer]:
    """Start all calls at the same moment; their answers in the same order."""
    ready = Barrier(len(calls))

    def start(call: Call) -> Answer:
        ready.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(start, calls))
