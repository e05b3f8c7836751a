"""Clients that write at a steady rate, and what they were told."""

import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from itertools import count, pairwise
from typing import Any, Final
from uuid import uuid4

import orjson

from tests.api import Person

_PATIENCE_SECONDS: Final = 90  # for which a client tries again
_PAUSE_SECONDS: Final = 1.0
_MOST_CLIENTS: Final = 4000
NO_ANSWER: Final = 0


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request of a write: times in seconds, the status or NO_ANSWER."""

    started: float
    ended: float
    status: int

    @property
    def succeeded(self) -> bool:
        return self.status in {200, 201}


@dataclass(slots=True)
class Write:
    """Something to be stored once, under a name of its own."""

    number: int
    name: str = field(default_factory=lambda: str(uuid4()))
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def keyed(self) -> bool:
        """Every second client has an idempotency key; the others trust Retry-After."""
        return self.number % 2 == 0

    @property
    def acknowledged(self) -> bool:
        return bool(self.attempts) and self.attempts[-1].succeeded


class Load:
    """Writes `per_second` to servers in turn, each from a client of its own, while it is open."""

    def __init__(
        self,
        ports: Sequence[int],
        people: Sequence[Person],
        per_second: float,
        timeout_seconds: float,
    ) -> None:
        self._timeout = timeout_seconds
        self._ports = ports
        self._people = people
        self._pause = 1 / per_second
        self._over = threading.Event()
        self.writes: list[Write] = []

    @contextmanager
    def running(self) -> Iterator[None]:
        """Start writes until the block ends; then wait for the last to be done."""
        with ThreadPoolExecutor(_MOST_CLIENTS) as clients:
            sending = threading.Thread(target=self._send, args=(clients,))
            sending.start()
            try:
                yield
            finally:
                self._over.set()
                sending.join()

    def statuses(self) -> Counter[int]:
        """How often each status was answered, successes apart."""
        attempts = (attempt for write in self.writes for attempt in write.attempts)
        return Counter(attempt.status for attempt in attempts if not attempt.succeeded)

    def longest(self) -> float:
        """Seconds of the longest request."""
        return max(a.ended - a.started for write in self.writes for a in write.attempts)

    def healed(self, fault: float) -> float:
        """Seconds from the fault to the end of the longest time without an acknowledged write."""
        ends = sorted(
            attempt.ended - fault
            for write in self.writes
            for attempt in write.attempts
            if attempt.succeeded and attempt.ended > fault
        )
        _, until = max(pairwise([0.0, *ends]), key=lambda gap: gap[1] - gap[0])
        return until

    def _send(self, clients: ThreadPoolExecutor) -> None:
        started = time.monotonic()
        sent = []
        for number in count():
            if self._over.wait(max(0, started + number * self._pause - time.monotonic())):
                break
            write = Write(number)
            self.writes.append(write)
            sent.append(clients.submit(self._write, write))
        wait(sent)
        for done in sent:
            done.result()

    def _write(self, write: Write) -> None:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        for attempt in count():
            port = self._ports[(write.number + attempt) % len(self._ports)]
            status, again = self._request(write, port)
            if status in {200, 201} or not again or time.monotonic() > deadline:
                return
            time.sleep(_PAUSE_SECONDS)

    def _request(self, write: Write, port: int) -> tuple[int, bool]:
        """The status, and whether the client may send the write again."""
        person = self._people[write.number % len(self._people)]
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {person.token}"}
        if write.keyed:
            headers["Idempotency-Key"] = write.name
        path, body = _what(write, person)
        started, status, told = time.monotonic(), NO_ANSWER, False
        connection = HTTPConnection("127.0.0.1", port, timeout=self._timeout)
        try:
            connection.request("POST", path, orjson.dumps(body), headers)
            response = connection.getresponse()
            response.read()
            status, told = response.status, "Retry-After" in response.headers
        except (OSError, HTTPException):
            pass
        finally:
            connection.close()
        write.attempts.append(Attempt(started, time.monotonic(), status))
        return status, told or (write.keyed and (status == NO_ANSWER or status >= 409))


def _what(write: Write, person: Person) -> tuple[str, dict[str, Any]]:
    """A single document, or two in a transaction, by turns."""
    if write.number % 4 < 2:
        split = [{"user": person.id, "amount": 1}]
        return "/v1/expenses", {"description": write.name, "amount": 1, "splitWith": split}
    return "/v1/groups", {"name": write.name}
