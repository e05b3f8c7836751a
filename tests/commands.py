"""Watching what the application says to MongoDB."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import bson
from pymongo import monitoring


class Commands(monitoring.CommandListener):
    """Records the commands that are started while `recording`."""

    def __init__(self) -> None:
        self._seen: list[tuple[str, dict[str, Any]]] | None = None
        self._sizes: list[int] | None = None

    @contextmanager
    def recording(self) -> Iterator[list[tuple[str, dict[str, Any]]]]:
        self._seen = []
        try:
            yield self._seen
        finally:
            self._seen = None

    @contextmanager
    def answering(self) -> Iterator[list[int]]:
        """The bytes of each answer."""
        self._sizes = []
        try:
            yield self._sizes
        finally:
            self._sizes = None

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if self._seen is not None:
            self._seen.append((event.command_name, dict(event.command)))

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        if self._sizes is not None:
            self._sizes.append(len(bson.encode(event.reply)))

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        pass
