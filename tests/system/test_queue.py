"""A request that nobody waits for, or that has waited too long, is not executed."""

import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import orjson
import pytest
from pymongo import MongoClient
from pymongo.database import Database

from coinbreakr.contact.domain import SUBJECTS
from devserver.embedded import EmbeddedMongod
from tests.front import serve_behind
from tests.server import serve
from tests.system.http import Http

BUSY_SECONDS = 2.5
THREADS = 2
BODY = {
    "firstName": "Ann",
    "lastName": "Lee",
    "subject": SUBJECTS[0],
    "message": "Is anybody there?",
}
Serve = Callable[..., AbstractContextManager[int]]
pytestmark = [
    pytest.mark.skipif(not hasattr(socket, "TCP_INFO"), reason="TCP_INFO is of Linux"),
    pytest.mark.parametrize(
        "serving",
        [
            pytest.param(serve, id="alone"),
            pytest.param(serve_behind, id="behind nginx", marks=pytest.mark.xdist_group("front")),
        ],
    ),
]


@pytest.fixture
def queued(client: MongoClient[dict[str, Any]]) -> Iterator[Database[dict[str, Any]]]:
    client.drop_database("queued")
    yield client["queued"]
    client.drop_database("queued")


@contextmanager
def busy(
    serving: Serve, db: Database[dict[str, Any]], mongod: EmbeddedMongod, **settings: str
) -> Iterator[Http]:
    """A server whose threads all wait for the database for a while."""
    url = mongod.url.replace("/coinbreakr?", f"/{db.name}?")
    slow = {"failCommands": ["find"], "blockConnection": True, "blockTimeMS": BUSY_SECONDS * 1000}
    with (
        serving(url, WEB_THREADS=str(THREADS), BCRYPT_ROUNDS="4", **settings) as port,
        ThreadPoolExecutor() as pool,
    ):
        http = Http(port)
        ann = http.register("ann")
        mode = {"times": THREADS}
        db.client.admin.command("configureFailPoint", "failCommand", mode=mode, data=slow)
        first = [pool.submit(http, "GET", "/v1/users/profile", ann) for _ in range(THREADS)]
        time.sleep(0.5)
        yield http
        assert [answer.result().status for answer in first] == [200] * THREADS


def contact(email: str) -> bytes:
    body = orjson.dumps({**BODY, "email": email})
    head = [
        "POST /v1/contact HTTP/1.1",
        "Host: a",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    ]
    return "\r\n".join([*head, "", ""]).encode() + body


def test_of_a_client_that_is_gone(
    serving: Serve, queued: Database[dict[str, Any]], mongod: EmbeddedMongod
) -> None:
    with busy(serving, queued, mongod) as http:
        with socket.create_connection(("127.0.0.1", http.port)) as gone:
            gone.sendall(contact("gone@example.com"))
        with ThreadPoolExecutor() as pool:
            patient = pool.submit(
                http, "POST", "/v1/contact", json={**BODY, "email": "here@example.com"}
            )
            assert patient.result().status == 201
    assert [found["email"] for found in queued["contacts"].find()] == ["here@example.com"]


def test_that_has_waited_too_long(
    serving: Serve, queued: Database[dict[str, Any]], mongod: EmbeddedMongod
) -> None:
    with busy(serving, queued, mongod, QUEUE_MAX_S="1") as http:
        late = http("POST", "/v1/contact", json={**BODY, "email": "late@example.com"})
        assert late.status == 503
        assert late.headers["retry-after"] == "1"
        assert late.body["success"] is False
    assert queued["contacts"].count_documents({}) == 0
