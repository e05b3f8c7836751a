"""A crowd logs in at a real gunicorn; who only reads goes on, who is refused may come back."""

import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial
from typing import Any

import pytest
from pymongo import MongoClient

from devserver.embedded import EmbeddedMongod
from tests.api import Answer
from tests.server import free_port, serve
from tests.system.http import Http

SLOW = "13"  # a hash takes many times as long as a read
AT_ONCE, WAITING, CROWD = 1, 2, 8


@pytest.fixture(scope="module")
def metrics() -> int:
    return free_port()


@pytest.fixture(scope="module")
def port(mongod: EmbeddedMongod, metrics: int) -> Iterator[int]:
    chosen = {
        "HASHES_AT_ONCE": str(AT_ONCE),
        "HASHES_WAITING": str(WAITING),
        "WEB_THREADS": "5",
        "METRICS_PORT": str(metrics),
    }
    with serve(mongod.url.replace("/coinbreakr?", "/crowd?"), BCRYPT_ROUNDS=SLOW, **chosen) as port:
        yield port


def test_reads_go_on_beside_a_crowd(port: int, metrics: int) -> None:
    http = Http(port)
    reader = http.register("reader")
    body = {"email": reader.email, "password": "wrong-password"}
    with ThreadPoolExecutor(CROWD) as pool:
        logins = [pool.submit(http, "POST", "/v1/auth/login", None, body) for _ in range(CROWD)]
        first = wait(logins, return_when="FIRST_COMPLETED").done
        assert len(first) < CROWD
        reads = [http("GET", "/v1/users/profile", reader).status for _ in range(5)]
        busy = [login for login in logins if not login.done()]
        answers = [login.result() for login in logins]
    assert reads == [200] * 5
    assert busy, "the reads were answered only after the crowd"
    refused = [answer for answer in answers if answer.status == 503]
    assert 0 < len(refused) <= CROWD - AT_ONCE - WAITING
    assert {answer.status for answer in answers if answer not in refused} == {401}
    for answer in refused:
        assert answer.body["code"] == "BUSY"
        assert answer.body["success"] is False
        assert int(answer.headers["retry-after"]) > 0
    with urllib.request.urlopen(f"http://127.0.0.1:{metrics}/metrics") as page:
        told = page.read().decode()
    assert f"coinbreakr_password_hashes_refused_total {len(refused)}.0" in told


def test_nothing_has_happened_to_who_is_refused(
    port: int, client: MongoClient[dict[str, Any]]
) -> None:
    http = Http(port)

    def register(number: int) -> Answer:
        body = {"name": "New", "email": f"crowd{number}@example.com", "password": "secret-1"}
        return http("POST", "/v1/auth/register", None, body)

    with ThreadPoolExecutor(CROWD) as pool:
        answers = list(pool.map(register, range(CROWD)))
    refused = [n for n, answer in enumerate(answers) if answer.status == 503]
    assert refused
    there = client["crowd"]["users"].distinct("email")
    assert not [n for n in refused if f"crowd{n}@example.com" in there]
    assert register(refused[0]).status == 201


def test_a_change_of_password_goes_through_it(port: int) -> None:
    http = Http(port)
    person = http.register("changer")
    body = {"currentPassword": "wrong-password", "newPassword": "secret-2"}
    change = partial(http, "PATCH", "/v1/users/change-password", person, body)
    with ThreadPoolExecutor(CROWD) as pool:
        crowd = [pool.submit(change) for _ in range(CROWD)]
    statuses = [future.result().status for future in crowd]
    assert set(statuses) == {400, 503}
    assert statuses.count(400) >= AT_ONCE + WAITING
