"""What Prometheus sees of a real gunicorn."""

import re
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson

from devserver.embedded import EmbeddedMongod
from tests.server import await_ready, free_port, launch, serve

ADDED = re.compile(r"coinbreakr_http_requests_total\{(.*)\} (\S+)")


def get(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_every_worker_counts_by_route(mongod: EmbeddedMongod) -> None:
    metrics = free_port()
    with serve(mongod.url, METRICS_PORT=str(metrics), WEB_CONCURRENCY="2") as port:
        for _ in range(20):
            assert get(port, "/v1/livez")[0] == 200
        for n in range(5):
            assert get(port, f"/v1/expenses/{n:024x}")[0] == 401
            assert get(port, f"/no/such/path/{n}")[0] == 404
        status, page = get(metrics, "/metrics")
    assert status == 200
    counted = {labels: float(value) for labels, value in ADDED.findall(page)}
    assert counted['method="GET",route="/v1/livez",status="200"'] == 20
    assert counted['method="GET",route="/v1/expenses/{expense_id}",status="401"'] == 5
    assert counted['method="GET",route="-",status="404"'] == 5
    assert "no/such" not in page
    assert 'coinbreakr_http_request_duration_seconds_bucket{le="0.005"' in page


def test_the_api_itself_shows_none(mongod: EmbeddedMongod) -> None:
    with serve(mongod.url) as port:
        assert get(port, "/metrics")[0] == 404
        assert get(port, "/v1/metrics")[0] == 404


@contextmanager
def counting(mongod: EmbeddedMongod, metrics: int) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """(port, parent) of a server with metrics, ended as an orchestrator does it."""
    port = free_port()
    process = launch(mongod.url, port, METRICS_PORT=str(metrics))
    try:
        await_ready(port)
        yield port, process
    finally:
        process.terminate()
        process.wait(40)


def await_new_worker(port: int) -> None:
    started, fresh = time.monotonic(), 0
    while fresh < 5:
        assert time.monotonic() - started < 30, "the old worker goes on"
        uptime = orjson.loads(get(port, "/v1/healthz")[1])["data"]["uptime"]
        fresh = fresh + 1 if uptime < time.monotonic() - started else 0
        time.sleep(0.1)


def test_a_reload_goes_on_counting(mongod: EmbeddedMongod) -> None:
    metrics = free_port()
    with counting(mongod, metrics) as (port, process):
        get(port, "/v1/livez")
        time.sleep(1)  # so that the old worker is older than the reload
        process.send_signal(signal.SIGHUP)
        await_new_worker(port)
        get(port, "/v1/livez")
        counted = dict(ADDED.findall(get(metrics, "/metrics")[1]))
    assert float(counted['method="GET",route="/v1/livez",status="200"']) == 2


def test_the_counts_of_a_server_go_with_it(mongod: EmbeddedMongod) -> None:
    metrics = free_port()
    memory = Path("/dev/shm")
    room = memory if memory.is_dir() else Path(tempfile.gettempdir())
    killed = room / f"metrics-{metrics}-killed"
    killed.mkdir()
    with counting(mongod, metrics):
        (folder,) = room.glob(f"metrics-{metrics}-*")
        assert folder != killed
        assert list(folder.glob("*.db"))
    assert not list(room.glob(f"metrics-{metrics}-*"))


def test_a_second_server_takes_nothing_from_the_first(mongod: EmbeddedMongod) -> None:
    metrics = free_port()
    with counting(mongod, metrics) as (port, _):
        get(port, "/v1/livez")
        second = launch(mongod.url, free_port(), METRICS_PORT=str(metrics))
        assert second.wait(30) != 0
        assert 'route="/v1/livez",status="200"} 1.0' in get(metrics, "/metrics")[1]
