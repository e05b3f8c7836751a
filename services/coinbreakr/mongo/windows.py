"""Counting in the database, so that all workers and pods count together."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final

import pymongo
import structlog
from pymongo import ASCENDING, IndexModel
from pymongo.collection import Collection
from pymongo.errors import PyMongoError

COLLECTION: Final = "ratelimits"
# Removes what is over.
INDEXES: Final = {COLLECTION: [IndexModel([("until", ASCENDING)], expireAfterSeconds=0)]}
_DEADLINE_SECONDS: Final = 2.0
_PAUSE_SECONDS: Final = 10.0
_log = structlog.get_logger("coinbreakr.ratelimits")


@dataclass(frozen=True, slots=True)
class WindowCount:
    """How many there were in a window, the last one included, and when it ends, in seconds."""

    count: int
    seconds_left: float


class WindowCounters:
    """Fixed windows, which the first request opens; the database's clock decides.

    One document for each key holds all of its windows, so that a request is one round trip. Keys
    are kept as digests: they name people and addresses. A count that a failover loses does no
    harm, so that nothing waits for a majority. A TTL index removes what is over.
    """

    def __init__(
        self,
        collection: Collection[dict[str, Any]],
        serving: Callable[[], bool],
        *,
        deadline: float = _DEADLINE_SECONDS,
    ) -> None:
        self._serving = serving
        self._deadline = deadline
        self._db = collection.database
        self._name = collection.name
        self._paused_until = 0.0

    def increment(self, key: str, windows: Mapping[str, int]) -> dict[str, WindowCount] | None:
        """Count a request of `key` in windows of some seconds each, by name.

        None if the database does not do it within the deadline; then it is left alone for 10 s.
        None at once while there is no primary (`serving`).
        """
        if time.monotonic() < self._paused_until or not self._serving():
            return None
        try:
            with pymongo.timeout(self._deadline):
                found = self._db.command(self._command(key, windows))["value"]
        except PyMongoError as error:
            self._paused_until = time.monotonic() + _PAUSE_SECONDS
            _log.warning("requests are not counted", seconds=_PAUSE_SECONDS, exc_info=error)
            return None
        return {name: _window_count(found, name) for name in windows}

    def _command(self, key: str, windows: Mapping[str, int]) -> dict[str, Any]:
        # As a plain command: PyMongo sends find_one_and_update so that it can be retried, for which
        # the server keeps an image of each document. That costs a third more.
        ends = [f"${name}.until" for name in windows]
        return {
            "findAndModify": self._name,
            "query": {"_id": blake2b(key.encode(), digest_size=16).digest()},
            "update": [
                {"$set": {name: _counted(name, seconds) for name, seconds in windows.items()}},
                {"$set": {"until": {"$max": ["$until", *ends]}, "now": "$$NOW"}},
            ],
            "upsert": True,
            "new": True,
            "writeConcern": {"w": 1},
        }


def _counted(name: str, seconds: int) -> dict[str, Any]:
    more = {"count": {"$add": [f"${name}.count", 1]}, "until": f"${name}.until"}
    first = {"count": 1, "until": {"$add": ["$$NOW", seconds * 1000]}}
    return {"$cond": [{"$gt": [f"${name}.until", "$$NOW"]}, more, first]}


def _window_count(found: dict[str, Any], name: str) -> WindowCount:
    window = found[name]
    return WindowCount(int(window["count"]), (window["until"] - found["now"]).total_seconds())
