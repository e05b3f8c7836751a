"""A look, beside the requests, at whether the schema is what the code needs."""

from threading import Event, Thread
from typing import Any, Final

import structlog
from pymongo.database import Database
from pymongo.errors import OperationFailure, PyMongoError

from coinbreakr.mongo.index_builds import missing_indexes
from coinbreakr.mongo.migrate import pending
from coinbreakr.mongo.schema import Schema

_AGAIN_SECONDS: Final = 5.0
_log = structlog.get_logger("coinbreakr.schema")


def lacking(db: Database[dict[str, Any]], schema: Schema) -> list[str]:
    """Migrations that have not run, and indexes that are missing."""
    waiting = [f"migration {m.number}: {m.name}" for m in pending(db, schema.migrations)]
    return [*waiting, *missing_indexes(db, schema.indexes)]


def start(db: Database[dict[str, Any]], schema: Schema) -> Thread:
    """Look once the database answers, and log once what is lacking. Changes nothing."""

    def look() -> None:
        pause = Event()
        while True:
            try:
                found = lacking(db, schema)
            except OperationFailure as error:
                _log.warning("the schema cannot be looked at", code=error.code)
                return
            except PyMongoError:
                pause.wait(_AGAIN_SECONDS)  # away: it is waited for
                continue
            if found:
                _log.warning("run `coinbreakr migrate`", lacking=found)
            return

    thread = Thread(target=look, name="schema-check", daemon=True)
    thread.start()
    return thread
