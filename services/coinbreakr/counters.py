"""What is counted for operators beside requests. Without METRICS_PORT nobody counts."""

from collections.abc import Callable
from dataclasses import dataclass

Count = Callable[[], None]


def ignore() -> None:
    """Count nothing."""


@dataclass(frozen=True, slots=True)
class Counters:
    """Each is called once for each time that it happens."""

    refused_hashes: Count = ignore
    unlimited_requests: Count = ignore
