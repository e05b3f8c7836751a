"""How many passwords are hashed at once, and how many requests may wait for it.

A hash keeps a core busy for a quarter of a second. Without a limit a crowd that logs in takes
every thread and every core from those who only read.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from coinbreakr.counters import Count
from coinbreakr.errors import Busy
from coinbreakr.users.messages import BUSY

_PATIENCE_SECONDS: Final = 10.0
_RETRY_AFTER_SECONDS: Final = 5


class HashLimiter:
    """Lets `at_once` callers hash and `waiting` more wait; others get Busy at once.

    Called, it gives a context manager. Who waits longer than `patience` seconds gets Busy as well.
    """

    def __init__(
        self, at_once: int, waiting: int, refused: Count, *, patience: float = _PATIENCE_SECONDS
    ) -> None:
        self._admitted = threading.BoundedSemaphore(at_once + waiting)
        self._hashing = threading.BoundedSemaphore(at_once)
        self._refused = refused
        self._patience = patience

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Wait for a turn, or raise Busy."""
        with self._acquired(self._admitted, 0), self._acquired(self._hashing, self._patience):
            yield

    @contextmanager
    def _acquired(self, semaphore: threading.Semaphore, seconds: float) -> Iterator[None]:
        if not semaphore.acquire(blocking=seconds > 0, timeout=seconds or None):
            self._refused()
            raise Busy(BUSY, retry_after=_RETRY_AFTER_SECONDS)
        try:
            yield
        finally:
            semaphore.release()


def half_the_cores() -> int:
    """Half of the cores that this process may use, at least one."""
    usable = getattr(os, "sched_getaffinity", None)
    cores = len(usable(0)) if usable else os.cpu_count() or 1
    return max(1, cores // 2)
