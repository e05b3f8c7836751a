"""How many passwords are hashed at once, how many wait, and who is refused."""

import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice

import bcrypt
import pytest

from coinbreakr import settings
from coinbreakr.auth import feature
from coinbreakr.auth.hash_limiter import HashLimiter, half_the_cores
from coinbreakr.auth.passwords import Passwords
from coinbreakr.counters import Counters
from coinbreakr.errors import Busy
from coinbreakr.users.messages import BUSY


class Refusals:
    """Counts as the metrics do."""

    def __init__(self) -> None:
        self.seen = 0

    def __call__(self) -> None:
        self.seen += 1


@dataclass
class Inside:
    """Callers who hash until they may leave."""

    limiter: HashLimiter
    leave: threading.Event
    now: int = 0
    most: int = 0

    def __post_init__(self) -> None:
        self._changed = threading.Condition()

    def enter(self) -> None:
        with self.limiter():
            with self._changed:
                self.now += 1
                self.most = max(self.most, self.now)
                self._changed.notify_all()
            self.leave.wait(30)
            with self._changed:
                self.now -= 1

    def await_inside(self, count: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self.now == count, 30)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(40) as opened:
        yield opened


def test_a_crowd_is_hashed_as_allowed_and_waits_as_allowed(pool: ThreadPoolExecutor) -> None:
    refused = Refusals()
    inside = Inside(HashLimiter(2, 3, refused), threading.Event())
    calls = [pool.submit(inside.enter) for _ in range(20)]
    inside.await_inside(2)
    list(islice(as_completed(calls, 30), 15))  # answered while these two are still at it
    inside.leave.set()
    failed = [call.exception(30) for call in calls]
    assert (inside.most, refused.seen) == (2, 15)
    assert sum(error is None for error in failed) == 5
    assert {type(error) for error in failed if error} == {Busy}


def test_a_place_is_free_again_after_an_error() -> None:
    limiter = HashLimiter(1, 0, Refusals())
    for _ in range(3):
        with suppress(RuntimeError), limiter():
            raise RuntimeError
    with limiter():
        pass


def test_who_has_waited_too_long_is_refused(pool: ThreadPoolExecutor) -> None:
    refused = Refusals()
    inside = Inside(HashLimiter(1, 5, refused, patience=0.05), threading.Event())
    first = pool.submit(inside.enter)
    inside.await_inside(1)
    with pytest.raises(Busy) as caught:
        inside.enter()
    assert (caught.value.message, caught.value.retry_after) == (BUSY, 5)
    assert refused.seen == 1
    inside.leave.set()
    first.result(30)


def test_all_hashing_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of real hashes, counted while they run, no two run at once."""
    running: list[int] = []
    most: list[int] = []
    lock = threading.Lock()

    def counted(name: str) -> None:
        real = getattr(bcrypt, name)

        def work(*arguments: bytes) -> object:
            with lock:
                running.append(1)
                most.append(len(running))
            try:
                return real(*arguments)
            finally:
                with lock:
                    running.pop()

        monkeypatch.setattr(bcrypt, name, work)

    passwords = Passwords(4, HashLimiter(1, 100, Refusals()))
    hashed = passwords.hash("right")
    counted("hashpw")
    counted("checkpw")
    with ThreadPoolExecutor(16) as crowd:
        made = [crowd.submit(passwords.hash, "new") for _ in range(10)]
        spent = [crowd.submit(passwords.simulate_check, "x") for _ in range(10)]
        checks = [crowd.submit(passwords.matches, "right", hashed) for _ in range(10)]
        assert all(check.result(30) for check in checks)
        assert len({job.result(30) for job in made}) == 10
        assert {job.result(30) for job in spent} == {None}
    assert len(most) == 30
    assert max(most) == 1


def test_without_patience_for_a_turn_nobody_waits() -> None:
    limiter = HashLimiter(1, 5, Refusals(), patience=0)
    with limiter(), pytest.raises(Busy), limiter():
        pass


def test_ten_seconds_are_waited_for_a_turn() -> None:
    assert HashLimiter(1, 1, Refusals())._patience == 10


@pytest.mark.parametrize(("cores", "half"), [(1, 1), (2, 1), (3, 1), (4, 2), (9, 4)])
def test_half_of_the_cores_that_the_process_may_use(
    cores: int, half: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: range(pid, cores), raising=False)
    assert half_the_cores() == half


@pytest.mark.parametrize(("cores", "half"), [(None, 1), (1, 1), (8, 4)])
def test_half_of_all_cores_where_the_system_does_not_tell(
    cores: int | None, half: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    assert half_the_cores() == half


@pytest.mark.parametrize(
    ("threads", "at_once", "waiting", "places"), [(32, 1, 20, 21), (32, 2, 90, 21), (2, 8, 20, 1)]
)
def test_a_third_of_the_threads_is_kept_free(
    threads: int, at_once: int, waiting: int, places: int
) -> None:
    chosen = replace(
        settings.load({}), threads=threads, hashes_at_once=at_once, hashes_waiting=waiting
    )
    limiter = feature.hash_limiter(chosen, Counters())
    assert limiter._admitted._initial_value == places  # type: ignore[attr-defined]


@pytest.mark.parametrize(("workers", "at_once"), [(1, 4), (2, 2), (8, 1)])
def test_all_workers_together_have_half_of_the_cores(
    workers: int, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feature, "half_the_cores", lambda: 4)
    limiter = feature.hash_limiter(replace(settings.load({}), workers=workers), Counters())
    assert limiter._hashing._initial_value == at_once  # type: ignore[attr-defined]
