"""Reads beside a crowd that logs in: what the limit on password hashes is for."""

import http.client
import statistics
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from bench.measure import Request

LOGINS = 20
READERS = 4
SECONDS = 10.0
_TIMEOUT_SECONDS = 60.0


@dataclass
class Crowd:
    """Latencies in milliseconds and statuses of one kind of request."""

    latencies: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    seconds: float = 0.0  # until the last of them was answered

    def row(self, name: str) -> str:
        """One line of a table."""
        cuts = (
            statistics.quantiles(self.latencies, n=100) if len(self.latencies) > 1 else [0.0] * 99
        )
        rate = len(self.latencies) / max(self.seconds, SECONDS)
        found = ", ".join(f"{count} x {status}" for status, count in sorted(self.statuses.items()))
        return f"| {name} | {rate:.1f} | {cuts[49]:.0f} | {cuts[98]:.0f} | {found} |"


def report(port: int, read: Request, login: Request) -> None:
    """Print how a read goes alone, and beside simultaneous logins."""
    alone, _ = _together(port, read, login, logins=0)
    beside, crowd = _together(port, read, login, logins=LOGINS)
    print(f"\nReads from {READERS} connections, alone and beside {LOGINS} simultaneous logins\n")
    print("| requests | a second | p50 ms | p99 ms | answers |")
    print("|---|---:|---:|---:|---|")
    print(alone.row("reads alone"))
    print(beside.row(f"reads beside {LOGINS} logins"))
    print(crowd.row("these logins"))


def _together(port: int, read: Request, login: Request, *, logins: int) -> tuple[Crowd, Crowd]:
    reads, crowd = Crowd(), Crowd()
    began = time.perf_counter()
    threads = [
        threading.Thread(target=_repeat, args=(port, request, began, found))
        for request, found, count in ((login, crowd, logins), (read, reads, READERS))
        for _ in range(count)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return reads, crowd


def _repeat(port: int, request: Request, began: float, found: Crowd) -> None:
    """Over one kept connection until the time is over; the last answer is still waited for."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT_SECONDS)
    headers = {"Content-Type": "application/json"}
    if request.token:
        headers["Authorization"] = f"Bearer {request.token}"
    body = request.body(0) if request.body else None
    while (started := time.perf_counter()) < began + SECONDS:
        connection.request(request.method, request.path, body, headers)
        response = connection.getresponse()
        response.read()
        found.latencies.append((time.perf_counter() - started) * 1000)
        found.statuses[response.status] += 1
        found.seconds = time.perf_counter() - began
    connection.close()
