"""Whether the database answers."""

from typing import Any, Final

import pymongo
from pymongo.database import Database
from pymongo.errors import PyMongoError

_PATIENCE_SECONDS: Final = 2


class HealthCheck:
    """Asks the database for a sign of life."""

    def __init__(self, db: Database[dict[str, Any]]) -> None:
        self._db = db

    @property
    def database(self) -> str:
        """The name of the database."""
        return self._db.name

    def answers(self) -> bool:
        """Whether it answers in time."""
        try:
            with pymongo.timeout(_PATIENCE_SECONDS):
                self._db.command("ping")
        except PyMongoError:
            return False
        return True
