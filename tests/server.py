"""A real gunicorn on a port of its own."""

import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from http.client import HTTPConnection
from pathlib import Path

from coinbreakr.features import SCHEMA
from coinbreakr.mongo.client import connect, database
from coinbreakr.mongo.migrate import migrate

SERVICES = Path(__file__).resolve().parents[1] / "services"
COMMAND = [
    sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "coinbreakr.wsgi:create()"
]  # fmt: skip
CONTRACT_SECRET = "contract-key-of-more-than-thirty-two-bytes"


@contextmanager
def serve(mongo_url: str, *, log: str = "", **settings: str) -> Iterator[int]:
    """The port of a server that is ready."""
    port = free_port()
    bring_up_to_date(mongo_url)
    process = launch(mongo_url, port, log=log, **settings)
    try:
        await_ready(port)
        yield port
    finally:
        process.terminate()
        process.wait(40)


def bring_up_to_date(mongo_url: str) -> None:
    """What the rollout does before it starts servers."""
    with connect(mongo_url, timeout_ms=None) as client:
        assert migrate(database(client), SCHEMA, print) == []


def environment(mongo_url: str, port: int, **settings: str) -> dict[str, str]:
    """What a server or a command of ours is started with."""
    return {
        **os.environ,
        "PYTHONPATH": str(SERVICES),
        "MONGO_URL": mongo_url,
        "JWT_SECRET": CONTRACT_SECRET,
        "PORT": str(port),
        "LOG_LEVEL": "WARNING",
        **settings,
    }


def launch(mongo_url: str, port: int, *, log: str = "", **settings: str) -> subprocess.Popen[bytes]:
    """A server that starts, leading a process group of its own; whoever launches it ends it.

    What it writes is added to the file `log`, if given.
    """
    env = environment(mongo_url, port, **settings)
    with Path(log).open("ab") if log else nullcontext() as file:
        return subprocess.Popen(
            COMMAND, cwd=SERVICES, env=env, process_group=0, stdout=file, stderr=file
        )


def await_ready(port: int, seconds: float = 30) -> None:
    """Wait until a server answers that it is ready."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/v1/readyz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise TimeoutError(f"nothing answers on port {port}")


def free_port() -> int:
    """A port of loopback that nobody has at the moment.

    It lies below those that the kernel gives to clients (from 32768), and each worker of
    pytest-xdist has ports of its own, so that nobody takes it before the server does.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    first = 10_000 + worker % 4 * 5_000
    for port in random.sample(range(first, first + 5_000), 200):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise OSError("no port is free")
