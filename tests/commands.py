"""Watching what the application says to MongoDB."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pymongo import monitoring


class Commands(monitoring.CommandListener):
    """Records the commands that are started while `recording`."""

    def __init__(self) -> None:
        self._seen: list[tuple[str, dict[str, Any]]] | None = None

    @contextmanager
    def recording(self) -> Iterator[list[tuple[str, dict[str, Any]]]]:
        self._seen = []
        try:
            yield self._seen
        finally:
            self._seen = None

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if self._seen is not None:
            self._seen.append((event.command_name, dict(event.command)))

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        pass

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        pass
