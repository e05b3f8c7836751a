"""A rolling update under load: no request may fail, and a careless one must be seen to fail.

Each slot is a pod: nginx as it is shipped and gunicorn behind it, stopped in the pod's order.
"""

import os
import re
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from devserver.embedded import EmbeddedMongod
from tests.front import Front, nginx
from tests.infra.balancer import Balancer, balancing
from tests.infra.tools import figure, require
from tests.server import await_ready, free_port, launch

pytestmark = [pytest.mark.rehearsal, pytest.mark.xdist_group("rolling")]

OLD, NEW = "a" * 40, "b" * 40
SLOTS = 4  # three machines, and room for the one that comes before another goes
PRE_STOP = 2.0  # seconds; in the cluster 15, because there it takes so long until nobody asks


@dataclass
class Fleet:
    """Servers of the API in slots behind a balancer."""

    mongo_url: str
    ports: list[int] = field(default_factory=lambda: [free_port() for _ in range(SLOTS)])
    running: dict[int, tuple[Front, subprocess.Popen[bytes]]] = field(default_factory=dict)

    def start(self, slot: int, revision: str, mongo_url: str = "") -> None:
        port = self.ports[slot]
        front = Front(port)
        server = launch(
            mongo_url or self.mongo_url, 0,
            APP_REVISION=revision, APP_ENV="staging", WEB_THREADS="8", TRUSTED_PROXY_HOPS="2",
            UNIX_SOCKET=str(front.socket),
        )  # fmt: skip
        self.running[slot] = front, server

    def stop(self, slot: int) -> int:
        """As a pod: nginx finishes, then gunicorn; its exit code."""
        front, server = self.running.pop(slot)
        front.stop()
        server.terminate()
        try:
            return server.wait(30)
        finally:
            front.remove()

    def kill(self, slot: int) -> None:
        """As a power cut: all processes at once."""
        front, server = self.running.pop(slot)
        for process in (front.process, server):
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        front.remove()

    def end(self) -> None:
        for slot in list(self.running):
            self.kill(slot)


@contextmanager
def fleet_of_three(mongod: EmbeddedMongod, folder: Path) -> Iterator[tuple[Fleet, Balancer]]:
    nginx()
    fleet = Fleet(mongod.url)
    try:
        for slot in range(3):
            fleet.start(slot, OLD)
            await_ready(fleet.ports[slot])
        with balancing(folder, fleet.ports) as balancer:
            for slot in range(3):
                balancer.await_up(f"s{slot + 1}")
            yield fleet, balancer
    finally:
        fleet.end()


class Load:
    """wrk on connections that stay, and a client that opens one for each request."""

    def __init__(self, port: int, seconds: int) -> None:
        self._url = f"http://127.0.0.1:{port}/v1/healthz"
        command = [require("wrk"), "-t1", "-c16", f"-d{seconds}s", "--latency", self._url]
        self.wrk = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self._stop = threading.Event()
        self.asked = 0
        self.refused: list[str] = []
        # A test that fails before the result must not wait for it for ever.
        self._one_by_one = threading.Thread(target=self._ask, daemon=True)
        self._one_by_one.start()

    def _ask(self) -> None:
        while not self._stop.is_set():
            self.asked += 1
            try:
                urllib.request.urlopen(self._url, timeout=10).close()
            except (urllib.error.URLError, OSError) as error:
                self.refused.append(repr(error))
            time.sleep(0.01)

    def result(self) -> tuple[int, int, str]:
        """(requests, errors, 99th percentile of the latency)."""
        said, _ = self.wrk.communicate(timeout=120)
        self._stop.set()
        self._one_by_one.join(30)
        total = re.search(r"(\d+) requests in", said)
        late = re.search(r"99%\s+(\S+)", said)
        assert total
        assert late
        failed = re.findall(r"Non-2xx or 3xx responses: (\d+)", said)
        broken = re.findall(r"Socket errors: (.*)", said)
        errors = sum(map(int, failed)) + sum(map(int, re.findall(r"\d+", " ".join(broken))))
        return int(total[1]) + self.asked, errors + len(self.refused), late[1]


def test_an_update_machine_by_machine_loses_no_request(
    mongod: EmbeddedMongod, tmp_path: Path
) -> None:
    with fleet_of_three(mongod, tmp_path) as (fleet, balancer):
        load = Load(balancer.port, seconds=30)
        free = 3
        for slot in range(3):
            fleet.start(free, NEW)
            await_ready(fleet.ports[free])
            balancer.await_up(f"s{free + 1}")
            balancer.drain(f"s{slot + 1}")
            time.sleep(PRE_STOP)
            assert fleet.stop(slot) == 0
            free = slot
        with urllib.request.urlopen(f"http://127.0.0.1:{balancer.port}/v1/healthz") as answer:
            assert NEW.encode() in answer.read()
        assert load.wrk.poll() is None, "the update took longer than the load"
        requests, errors, late = load.result()
    figure(f"rolling update: {requests:,} requests, {errors} errors, 99th percentile {late}")
    assert (errors, load.refused) == (0, [])
    assert requests > 1000


def test_a_revision_that_never_gets_ready_loses_no_request(
    mongod: EmbeddedMongod, tmp_path: Path
) -> None:
    """As a broken image: it starts, is checked, never serves, and goes again."""
    with fleet_of_three(mongod, tmp_path) as (fleet, balancer):
        load = Load(balancer.port, seconds=10)
        nowhere = "mongodb://127.0.0.1:1/coinbreakr?serverSelectionTimeoutMS=500"
        fleet.start(3, NEW, nowhere)
        with pytest.raises(TimeoutError):
            balancer.await_up("s4", seconds=6)
        balancer.drain("s4")
        fleet.kill(3)
        requests, errors, _ = load.result()
    figure(f"a revision that never gets ready: {requests:,} requests, {errors} errors")
    assert (errors, load.refused) == (0, [])


def test_machines_that_just_die_are_noticed(mongod: EmbeddedMongod, tmp_path: Path) -> None:
    with fleet_of_three(mongod, tmp_path) as (fleet, balancer):
        load = Load(balancer.port, seconds=8)
        for slot in range(2):
            time.sleep(1.5)
            fleet.kill(slot)
        requests, errors, _ = load.result()
    figure(f"killed machines, for comparison: {requests:,} requests, {errors} errors")
    assert errors > 0, "the load would not have seen a lost request either"
