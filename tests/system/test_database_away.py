"""The service starts, answers and heals without its database, and outlasts an election."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.replica import PRODUCTION_ELECTION_MS, ReplicaSet, replica_set
from tests.server import bring_up_to_date, free_port, launch
from tests.system.http import Http

AT_ONCE_SECONDS = 1.9  # less than a ping or a selection of a server waits


@pytest.fixture
def alone() -> Iterator[ReplicaSet]:
    with replica_set(1) as members:
        bring_up_to_date(members.url)
        yield members


@contextmanager
def server(url: str, **settings: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    port = free_port()
    process = launch(url, port, BCRYPT_ROUNDS="4", LOG_LEVEL="ERROR", **settings)
    try:
        await_status(port, "/v1/livez", 200)
        yield process, port
    finally:
        process.terminate()
        process.wait(40)


def status(port: int, path: str, method: str = "GET") -> tuple[int, float, str | None]:
    """Status, seconds, Retry-After."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    started = time.monotonic()
    try:
        connection.request(method, path)
        response = connection.getresponse()
        response.read()
        return response.status, time.monotonic() - started, response.headers["Retry-After"]
    finally:
        connection.close()


def await_status(port: int, path: str, wanted: int, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if status(port, path)[0] == wanted:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise TimeoutError(f"{path} has not become {wanted}")


def workers(process: subprocess.Popen[bytes]) -> list[int]:
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text("ascii")
    return [int(pid) for pid in children.split()]


def test_it_starts_without_its_database_and_heals(alone: ReplicaSet) -> None:
    [node] = alone.data
    alone.kill(node)
    with server(alone.url) as (process, port):
        for path in ("/v1/readyz", "/v1/healthz"):
            code, seconds, _ = status(port, path)
            assert code == 503
            assert seconds < AT_ONCE_SECONDS
        [worker] = workers(process)
        os.kill(worker, signal.SIGKILL)
        await_status(port, "/v1/livez", 200)
        assert workers(process) != [worker]
        alone.restart(node)
        alone.await_whole()
        await_status(port, "/v1/readyz", 200)
        assert Http(port).register("ann").token


def test_requests_fail_at_once_when_the_database_is_known_to_be_away(alone: ReplicaSet) -> None:
    with server(alone.url, WEB_THREADS="2") as (_, port):
        ann = Http(port).register("ann")
        alone.kill(alone.data[0])
        await_status(port, "/v1/readyz", 503)
        time.sleep(1.5)  # longer than a blip
        started = time.monotonic()
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: Http(port)("GET", "/v1/groups", ann), range(40)))
        assert {answer.status for answer in answers} == {503}
        assert {answer.headers.get("retry-after") for answer in answers} == {"1"}
        assert time.monotonic() - started < 10  # 40 requests on two threads
        assert status(port, "/v1/livez")[0] == 200
        assert status(port, "/v1/no-such-route")[0] == 404


def test_requests_outlast_an_election() -> None:
    with replica_set(3, election_ms=PRODUCTION_ELECTION_MS) as members:
        bring_up_to_date(members.url)
        with server(members.url, WEB_THREADS="8") as (_, port):
            http = Http(port)
            ann = http.register("ann")
            members.kill(members.primary())
            started = time.monotonic()
            with ThreadPoolExecutor(20) as pool:
                ids = list(pool.map(lambda _: http.expense(ann, {ann: 1}), range(20)))
            assert len(set(ids)) == 20
            assert time.monotonic() - started > 5  # there was an election to outlast
            stored = http("GET", "/v1/expenses?limit=50", ann)
            assert {expense["_id"] for expense in stored.data} == set(ids)
