"""A write that is sent again with its key is one write: over several servers, and when one dies."""

import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from http.client import HTTPException
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from devserver.embedded import EmbeddedMongod
from tests.api import Answer, Person
from tests.server import await_ready, free_port, launch, serve
from tests.system.http import Http, at_once

Client = MongoClient[dict[str, Any]]
Db = Database[dict[str, Any]]
RETRIES = 100
CHEAP = {"BCRYPT_ROUNDS": "4", "WEB_THREADS": "16"}
# The commands of a request that records an expense: the key (insert), the expense (insert),
# the answer (update), commitTransaction. Each moment is a command and how many come before it.
MOMENTS = [("insert", 1), ("update", 0), ("commitTransaction", 0)]


@pytest.fixture(scope="module")
def url(mongod: EmbeddedMongod) -> str:
    return mongod.url.replace("/coinbreakr?", "/repeats?")


@pytest.fixture(scope="module")
def pods(url: str) -> Iterator[list[Http]]:
    with serve(url, **CHEAP) as one, serve(url, **CHEAP) as two:
        yield [Http(one), Http(two)]


@pytest.fixture
def stored(client: Client) -> Db:
    return client["repeats"]


@pytest.fixture
def abandoned_soon(client: Client) -> Iterator[None]:
    """mongod ends transactions of which nothing is heard after a second; else after a minute."""
    name = "transactionLifetimeLimitSeconds"
    before = client.admin.command({"setParameter": 1, name: 1})["was"]
    yield
    client.admin.command("configureFailPoint", "failCommand", mode="off")
    client.admin.command({"setParameter": 1, name: before})


def record(http: Http, who: Person, key: str) -> Answer:
    body = {"description": key, "amount": 1, "splitWith": [{"user": who.id, "amount": 1}]}
    return http("POST", "/v1/expenses", who, body, key=key)


def test_a_hundred_retries_over_two_servers(pods: list[Http], stored: Db) -> None:
    ann, key = pods[0].register("ann"), str(uuid4())
    answers = at_once([partial(record, pods[n % 2], ann, key) for n in range(RETRIES)])
    assert stored["expenses"].count_documents({"description": key}) == 1
    kinds = Counter((a.status, a.headers.get("idempotent-replayed")) for a in answers)
    assert kinds.keys() <= {(201, None), (201, "true"), (409, None)}
    assert kinds[201, None] == 1
    shown = [record(pod, ann, key) for pod in pods]
    assert {a.data["_id"] for a in (*answers, *shown) if a.status == 201} == {shown[0].data["_id"]}
    assert all(a.headers["idempotent-replayed"] == "true" for a in shown)


def test_a_hundred_registrations_over_two_servers(pods: list[Http], stored: Db) -> None:
    key = str(uuid4())
    email = f"{key}@example.com"
    body = {"name": "N", "email": email, "password": Person.password}
    register = [
        partial(pods[n % 2], "POST", "/v1/auth/register", None, body, key=key)
        for n in range(RETRIES)
    ]
    statuses = Counter(answer.status for answer in at_once(register))
    assert stored["users"].count_documents({"email": email}) == 1
    assert statuses.keys() <= {201, 409, 503}  # 503: more wait to be hashed than may
    assert register[0]().data["user"]["email"] == email


@pytest.mark.usefixtures("abandoned_soon")
@pytest.mark.parametrize(("command", "before"), MOMENTS)
def test_a_server_that_dies_leaves_the_write_and_the_key_or_neither(
    command: str, before: int, url: str, pods: list[Http], client: Client, stored: Db
) -> None:
    ann, key = pods[0].register("ann"), str(uuid4())
    port = free_port()
    victim = launch(url, port, **CHEAP)
    try:
        await_ready(port)
        stop_at(client, command, before, lambda: record(Http(port), ann, key))
    finally:
        os.killpg(victim.pid, signal.SIGKILL)
        victim.wait()
    client.admin.command("configureFailPoint", "failCommand", mode="off")
    keys = stored["idempotencykeys"].count_documents({})
    again = await_answer(pods[1], ann, key)
    found = stored["expenses"].count_documents({"description": key})
    assert (again.status, found) == (201, 1)
    replayed = "idempotent-replayed" in again.headers
    assert stored["idempotencykeys"].count_documents({}) == keys + (not replayed)
    assert record(pods[0], ann, key).data == again.data


def test_a_server_that_dies_does_not_keep_others_from_its_group(
    url: str, pods: list[Http], client: Client
) -> None:
    ann, ben = pods[0].register("ann"), pods[0].register("ben")
    group = pods[0]("POST", "/v1/groups", ann, {"name": "G", "members": [ben.id]}).data["_id"]
    port = free_port()
    victim = launch(url, port, **CHEAP)
    try:
        await_ready(port)
        stop_at(client, "insert", 0, lambda: in_group(Http(port), ann, group))
    finally:
        os.killpg(victim.pid, signal.SIGKILL)
        victim.wait()
        client.admin.command("configureFailPoint", "failCommand", mode="off")
    # mongod would keep the dead server's transaction for a minute.
    assert in_group(pods[1], ben, group).status == 201


def in_group(http: Http, who: Person, group: str) -> Answer:
    body = {"description": "D", "amount": 1, "splitWith": [{"user": who.id, "amount": 1}]}
    return http("POST", "/v1/expenses", who, {**body, "groupId": group})


def stop_at(client: Client, command: str, before: int, send: Any) -> None:
    """Return while mongod holds back this command of the request that `send` sends."""
    data = {
        "failCommands": [command],
        "appName": "coinbreakr",
        "blockConnection": True,
        "blockTimeMS": 1000,
    }
    armed = client.admin.command(
        "configureFailPoint", "failCommand", mode={"skip": before}, data=data
    )

    def sent() -> None:
        with suppress(OSError, HTTPException):  # its server is killed
            send()

    Thread(target=sent).start()
    client.admin.command(
        "waitForFailPoint", "failCommand", timesEntered=armed["count"] + 1, maxTimeMS=10_000
    )


def await_answer(http: Http, who: Person, key: str) -> Answer:
    """What a client is told that tries again while the key is in flight."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        answer = record(http, who, key)
        if answer.status != 409:
            return answer
        time.sleep(0.2)
    raise TimeoutError(answer)
