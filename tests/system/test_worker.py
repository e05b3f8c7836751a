"""gunicorn alone, as `make run` starts it: slow clients, refusals, liveness."""

import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from devserver.embedded import EmbeddedMongod
from tests.server import SERVICES, await_ready, free_port, launch, serve
from tests.system.http import Http
from tests.system.slow import slow
from tests.system.test_front import JSON, ask, say

pytestmark = pytest.mark.xdist_group("worker")
THREADS = 4
# The same bounds, but so short that a test can wait for them.
IMPATIENT = """
from coinbreakr import worker
worker._READ_SECONDS = 2
worker._ALL_SECONDS = 4
Worker = worker.Worker
"""


@contextmanager
def impatient(mongod: EmbeddedMongod, folder: Path) -> Iterator[int]:
    (folder / "impatient.py").write_text(IMPATIENT, encoding="utf-8")
    with serve(
        mongod.url.replace("/coinbreakr?", "/worker?"),
        PYTHONPATH=f"{SERVICES}:{folder}",
        GUNICORN_CMD_ARGS="--worker-class impatient.Worker",
        WEB_THREADS=str(THREADS),
        BCRYPT_ROUNDS="4",
    ) as port:
        yield port


@pytest.fixture(scope="module")
def port(mongod: EmbeddedMongod, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with impatient(mongod, tmp_path_factory.mktemp("worker")) as found:
        yield found


def test_silent_clients_hold_no_thread(port: int) -> None:
    with slow(port, "silent", 400):
        for _ in range(20):
            started = time.monotonic()
            assert ask(port, "GET", "/v1/livez")[0].status == 200
            assert time.monotonic() - started < 3


@pytest.mark.parametrize("kind", ["header", "body", "refused body", "reader"])
def test_slow_clients_hold_their_threads_for_a_bounded_time(port: int, kind: str) -> None:
    person = Http(port).register("ann")
    photo = b'{"profileImage":"%s"}' % (b"A" * 8_000_000)
    token = {"Authorization": f"Bearer {person.token}"}
    assert ask(port, "PATCH", "/v1/users/profile", photo, token)[0].status == 200
    with slow(port, kind, THREADS, person.token):
        assert ask(port, "GET", "/v1/livez")[0].status == 200  # when their time is over


def test_who_does_not_close_holds_up_nobody(port: int) -> None:
    talks = []
    for _ in range(THREADS - 1):
        talk = socket.create_connection(("127.0.0.1", port))
        talk.sendall(b"GET /v1/livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        talks.append(talk)
    time.sleep(0.2)
    started = time.monotonic()
    assert ask(port, "GET", "/v1/livez")[0].status == 200
    assert time.monotonic() - started < 1.5
    for talk in talks:
        talk.close()


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"hello\r\n\r\n", 400),
        (b"GET /%s HTTP/1.1\r\nHost: a\r\n\r\n" % (b"a" * 9000), 414),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: %s\r\n\r\n" % (b"a" * 9000), 431),
        (b"GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: x\r\n\r\n", 501),
        (b"GET / HTTP/1.1\r\nHost: a\r\nbad header: x\r\n\r\n", 400),
    ],
    ids=["line", "target", "header", "coding", "name"],
)
def test_what_gunicorn_refuses_has_our_shape(port: int, sent: bytes, status: int) -> None:
    got, headers, body = say(port, sent)
    assert got == status
    assert headers["content-type"] == "application/json; charset=utf-8"
    assert set(body) == {"success", "message", "code"}
    assert body["success"] is False


def test_no_answer_names_a_server(port: int) -> None:
    for target in ("/v1/livez", "/nothing"):
        assert "Server" not in ask(port, "GET", target, headers=JSON)[0].headers
    assert "server" not in say(port, b"hello\r\n\r\n")[1]


def livez(port: int) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/livez", timeout=3) as answer:
            status: int = answer.status
            return status
    except urllib.error.HTTPError as error:
        return error.code


def test_liveness_and_metrics_answer_beside_the_threads(mongod: EmbeddedMongod) -> None:
    management = free_port()
    given = {"WEB_THREADS": str(THREADS), "METRICS_PORT": str(management)}
    with serve(mongod.url, **given) as port, slow(port, "header", THREADS * 2):
        assert livez(management) == 200
        address = f"http://127.0.0.1:{management}/metrics"
        with urllib.request.urlopen(address, timeout=3) as answer:
            assert answer.status == 200
        talk = HTTPConnection("127.0.0.1", port, timeout=1)
        talk.request("GET", "/v1/livez")
        with pytest.raises(TimeoutError):
            talk.getresponse()
        talk.close()


@pytest.mark.skipif(sys.platform != "linux", reason="finds the worker in /proc")
def test_a_worker_that_stands_still_is_not_alive_and_is_replaced(mongod: EmbeddedMongod) -> None:
    management, port = free_port(), free_port()
    given = {"METRICS_PORT": str(management), "GUNICORN_CMD_ARGS": "--timeout 3"}
    process = launch(mongod.url, port, **given)
    try:
        await_ready(port)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        os.kill(int(children.read_text(encoding="ascii").split()[0]), signal.SIGSTOP)
        await_liveness(management, 503)
        await_liveness(management, 200)
    finally:
        process.terminate()
        process.wait(40)


def await_liveness(management: int, status: int) -> None:
    deadline = time.monotonic() + 20
    while livez(management) != status:
        assert time.monotonic() < deadline, f"livez does not become {status}"
        time.sleep(0.1)
