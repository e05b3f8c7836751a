"""Whether the database answers."""

import time
from threading import Lock
from typing import Any, Final

import pymongo
from pymongo.database import Database
from pymongo.errors import PyMongoError
from pymongo.read_preferences import ReadPreference

from coinbreakr.mongo.availability import Availability

_PATIENCE_SECONDS: Final = 2.0
_FRESH_SECONDS: Final = 1.0


class HealthCheck:
    """Pings the database, at most once a second however many requests ask."""

    def __init__(self, db: Database[dict[str, Any]], availability: Availability) -> None:
        self._db = db
        self._availability = availability
        self._asking = Lock()
        self._asked = -_FRESH_SECONDS
        self._answered = False

    @property
    def database(self) -> str:
        """The name of the database."""
        return self._db.name

    def answers(self) -> bool:
        """Whether it answers; False at once when it is known to be out of reach.

        During an election it does: requests wait for the new primary and succeed.
        """
        if self._availability.away() or not self._availability.reachable():
            return False
        with self._asking:  # who comes during a ping waits for its answer
            if time.monotonic() - self._asked >= _FRESH_SECONDS:
                self._answered = self._ping()
                self._asked = time.monotonic()
            return self._answered

    def _ping(self) -> bool:
        try:
            with pymongo.timeout(_PATIENCE_SECONDS):
                self._db.command("ping", read_preference=ReadPreference.PRIMARY_PREFERRED)
        except PyMongoError:
            return False
        return True
