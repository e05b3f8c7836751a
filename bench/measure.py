"""Driving one endpoint over HTTP, and what it cost the server."""

import http.client
import os
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pymongo import MongoClient

CONNECTIONS = 4
_TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")
# What the driver and the replica set say to each other without being asked.
_BACKGROUND = {"hello", "isMaster", "ping", "serverStatus", "replSetHeartbeat", "endSessions"}


@dataclass(frozen=True)
class Request:
    """A request, the same every time but for a running number in the body."""

    name: str
    method: str
    path: str
    count: int
    body: Callable[[int], bytes] | None = None
    token: str = ""


@dataclass(frozen=True)
class Result:
    """Requests a second, milliseconds of latency, CPU milliseconds and commands a request."""

    name: str
    rate: float
    p50: float
    p99: float
    cpu: float
    mongod: float
    commands: float


def measure(request: Request, port: int, server: int, mongo: MongoClient[dict[str, Any]]) -> Result:
    """Send a request over several kept connections. `server` is a process id."""
    _drive(request, port, max(CONNECTIONS, request.count // 10), 0)
    mongod = int(mongo.admin.command("serverStatus")["pid"])

    def spent() -> tuple[float, float, int]:
        return _cpu_ms(server), _cpu_ms(mongod), _commands(mongo)

    before, started = spent(), time.perf_counter()
    latencies = _drive(request, port, request.count, 1_000_000)
    elapsed, after = time.perf_counter() - started, spent()
    cpu, database, commands = (
        (end - begin) / len(latencies) for begin, end in zip(before, after, strict=True)
    )
    cuts = statistics.quantiles(latencies, n=100)
    rate = len(latencies) / elapsed
    return Result(request.name, rate, cuts[49], cuts[98], cpu, database, commands)


def _drive(request: Request, port: int, count: int, first: int) -> list[float]:
    latencies: list[float] = []
    threads = [
        threading.Thread(
            target=_client, args=(request, port, range(n, count, CONNECTIONS), first, latencies)
        )
        for n in range(CONNECTIONS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(latencies) != count:
        raise RuntimeError(f"{request.name}: only {len(latencies)} of {count} were answered")
    return latencies


def _client(
    request: Request, port: int, numbers: range, first: int, latencies: list[float]
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Content-Type": "application/json"}
    if request.token:
        headers["Authorization"] = f"Bearer {request.token}"
    for number in numbers:
        body = request.body(first + number) if request.body else None
        started = time.perf_counter()
        connection.request(request.method, request.path, body, headers)
        response = connection.getresponse()
        response.read()
        if response.status >= 300:
            raise RuntimeError(f"{request.name}: {response.status}")
        latencies.append((time.perf_counter() - started) * 1000)
    connection.close()


def _cpu_ms(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * _TICK_MS


def _commands(mongo: MongoClient[dict[str, Any]]) -> int:
    counts = mongo.admin.command("serverStatus")["metrics"]["commands"]
    return sum(
        count["total"]
        for name, count in counts.items()
        if isinstance(count, dict) and "total" in count and name not in _BACKGROUND
    )
