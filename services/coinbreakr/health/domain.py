"""Whether the service works, and what is known about it."""

import os
import resource
import sys
import time
from typing import Final

from coinbreakr import __version__
from coinbreakr.clock import Clock
from coinbreakr.health.model import Health, Memory
from coinbreakr.health.repository import HealthCheck

_KIB: Final = 1024
_MIB: Final = 1024 * 1024


class HealthService:
    """Tells the state of this process and of its database."""

    def __init__(self, check: HealthCheck, clock: Clock, environment: str, revision: str) -> None:
        self._check = check
        self._clock = clock
        self._environment = environment
        self._version = f"{__version__}+{revision}" if revision else __version__
        self._started = time.monotonic()

    def ready(self) -> bool:
        """Whether requests can be served."""
        return self._check.answers()

    def health(self) -> Health:
        """The whole state."""
        return Health(
            connected=self.ready(),
            database=self._check.database,
            now=self._clock(),
            uptime=round(time.monotonic() - self._started, 3),
            environment=self._environment,
            version=self._version,
            memory=_memory(),
        )


def _memory() -> Memory:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    used = peak / _MIB if sys.platform == "darwin" else peak / _KIB  # macOS counts bytes
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / _MIB
    return Memory(round(used, 2), round(total, 2))
