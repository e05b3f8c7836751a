"""What a health check tells."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Memory:
    """In MiB: the most that this process has used, and what the machine has."""

    used: float
    total: float


@dataclass(frozen=True, slots=True)
class Health:
    """The state of the service; `uptime` in seconds, of this process."""

    connected: bool
    database: str
    now: datetime
    uptime: float
    environment: str
    version: str
    memory: Memory
