"""The one way to open a connection."""

import time
from collections.abc import Sequence
from typing import Any, Final

import pymongo
from bson.codec_options import CodecOptions, DatetimeConversion
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import PyMongoError, ServerSelectionTimeoutError
from pymongo.monitoring import CommandListener, TopologyListener
from pymongo.synchronous.server import Server
from pymongo.write_concern import WriteConcern

from coinbreakr.mongo.availability import Availability
from coinbreakr.mongo.durable import DurableDatabase
from coinbreakr.mongo.writes import WriteListener

Document = dict[str, Any]
Listener = CommandListener | TopologyListener
DatabaseError: Final = PyMongoError  # for those who may not know the driver
DEFAULT_DATABASE: Final = "coinbreakr"
_POOL: Final = 40  # more than the threads of a worker (32)
# A killed primary is replaced after 10 to 11 s; a call that began just before lasts until then.
SELECTION_MS: Final = 15_000
TIMEOUT_MS: Final = 20_000
# A member that is silent (frozen, cut off) is known to be so after the sum of the two, its
# connections are closed, and what waited on them goes to the new primary within TIMEOUT_MS.
_HEARTBEAT_MS: Final = 3_000
_CONNECT_MS: Final = 5_000
_GOODBYE_SECONDS: Final = 1
_SLICE_SECONDS: Final = 0.25


class Client(MongoClient[Document]):
    """A client whose calls stop waiting for a server when the database is known to be away.

    PyMongo has no hook for that, and its own wait is as long as an election: meanwhile the threads
    that it holds could tell their clients. `_select_server` is where all calls wait.
    """

    def __init__(self, url: str, **options: Any) -> None:
        super().__init__(url, **options)
        self.availability = Availability(self)

    def _select_server(self, *args: Any, **options: Any) -> Server:
        while not self.availability.serving():
            started = time.monotonic()
            try:
                with pymongo.timeout(_SLICE_SECONDS):
                    return super()._select_server(*args, **options)
            except ServerSelectionTimeoutError:
                out_of_time = time.monotonic() - started < _SLICE_SECONDS / 2
                if out_of_time or self.availability.away():
                    raise
        return super()._select_server(*args, **options)


def connect(
    url: str, *, listeners: Sequence[Listener] = (), timeout_ms: int | None = TIMEOUT_MS
) -> Client:
    """A client for one process, made after the fork; every call of it ends within `timeout_ms`.

    None is for schema work, which takes as long as it takes.
    """
    return Client(
        url,
        appname="coinbreakr",
        maxPoolSize=_POOL,
        timeoutMS=timeout_ms,
        serverSelectionTimeoutMS=SELECTION_MS,
        connectTimeoutMS=_CONNECT_MS,
        heartbeatFrequencyMS=_HEARTBEAT_MS,
        connect=False,
        tz_aware=True,
        event_listeners=[WriteListener(), *listeners],
    )


def close(client: MongoClient[Document]) -> None:
    """Close a client; a database that is away is not waited for to end its sessions."""
    with pymongo.timeout(_GOODBYE_SECONDS):
        client.close()


def database(client: MongoClient[Document]) -> Database[Document]:
    """The database that the URL names. Every document can be read.

    Dates beyond Python's years are cut to those it has, broken UTF-8 has U+FFFD in it.

    Writes wait for a majority of the members unless the URL says less, which the settings refuse
    if they are not told to allow it.
    """
    options: CodecOptions[Document] = CodecOptions(
        tz_aware=True,
        datetime_conversion=DatetimeConversion.DATETIME_CLAMP,
        unicode_decode_error_handler="replace",
    )
    asked = WriteConcern(**{"w": "majority", **client.write_concern.document})
    name = client.get_default_database(DEFAULT_DATABASE).name
    return DurableDatabase(client, name, codec_options=options, write_concern=asked)
