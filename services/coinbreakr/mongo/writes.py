"""Whether a request has sent a write, whose outcome is unknown when the request then fails."""

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

from pymongo import monitoring

_WRITES: Final = frozenset({"insert", "update", "delete", "findAndModify"})


@dataclass(slots=True)
class Writes:
    """Of one request: whether a write was sent that may have been stored."""

    sent: bool = False


_CURRENT: Final[ContextVar[Writes | None]] = ContextVar("writes", default=None)


def watch() -> Writes:
    """A new record, into which this thread's commands are written from now on."""
    writes = Writes()
    _CURRENT.set(writes)
    return writes


class WriteListener(monitoring.CommandListener):
    """Notes writes as the driver sends them; those of a transaction with its commit."""

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        """Look at a command that is about to be sent."""
        writes = _CURRENT.get()
        if writes is None or writes.sent:
            return
        name = event.command_name
        writes.sent = name == "commitTransaction" or (
            name in _WRITES and "autocommit" not in event.command
        )

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Nothing to note."""

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """Nothing to note: a write that failed may still have been stored."""
