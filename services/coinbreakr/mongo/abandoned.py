"""Ends the transactions of processes that have died in them.

mongod keeps such a transaction for a minute. Until then whoever writes to a document that it has
written to (a group that somebody recorded in) waits, and fails. A living process pauses nowhere
in a transaction: what is slow is done outside. If one does pause, nothing is lost: a transaction
that is ended has changed nothing, and the driver begins it again.
"""

from threading import Event, Thread
from typing import Any, Final

import pymongo
import structlog
from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from coinbreakr.mongo.availability import Availability

IDLE_SECONDS: Final = 5.0
_PAUSE_SECONDS: Final = 2.0  # between two looks
_LONG_PAUSE_SECONDS: Final = 300.0  # where the database does not let us
_DEADLINE_SECONDS: Final = 2.0
_log = structlog.get_logger("coinbreakr.abandoned")
Client = MongoClient[dict[str, Any]]


def end(client: Client, idle_seconds: float = IDLE_SECONDS) -> int:
    """End our transactions that have been idle for so long; how many there were."""
    idle = {
        "type": "idleSession",
        "appName": client.options.pool_options.appname,
        "transaction.timeInactiveMicros": {"$gte": int(idle_seconds * 1_000_000)},
    }
    stages: list[dict[str, Any]] = [
        {"$currentOp": {"allUsers": False, "idleSessions": True}},
        {"$match": idle},
        {"$project": {"id": "$lsid.id"}},
    ]
    with pymongo.timeout(_DEADLINE_SECONDS):
        sessions = [{"id": found["id"]} for found in client.admin.aggregate(stages)]
        if sessions:
            client.admin.command("killSessions", sessions)
    return len(sessions)


def start(client: Client) -> Thread:
    """Look every other second, beside the requests, for as long as the process lives."""
    availability = Availability(client)

    def watch() -> None:
        pause = Event()
        while True:
            pause.wait(_look(client) if availability.serving() else _PAUSE_SECONDS)

    thread = Thread(target=watch, name="abandoned", daemon=True)
    thread.start()
    return thread


def _look(client: Client) -> float:
    """Look once; seconds until the next time."""
    try:
        ended = end(client)
    except OperationFailure as error:
        if error.timeout:
            return _PAUSE_SECONDS
        _log.warning("abandoned transactions cannot be ended", code=error.code)
        return _LONG_PAUSE_SECONDS
    except PyMongoError:
        return _PAUSE_SECONDS  # away, or slow
    if ended:
        _log.warning("abandoned transactions ended", count=ended)
    return _PAUSE_SECONDS
