"""The one way to open a connection."""

from collections.abc import Sequence
from typing import Any, Final

from bson.codec_options import CodecOptions, DatetimeConversion
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.monitoring import CommandListener
from pymongo.write_concern import WriteConcern

from coinbreakr.mongo.writes import WriteListener

Document = dict[str, Any]
DEFAULT_DATABASE: Final = "coinbreakr"
_POOL: Final = 40  # more than the threads of a worker (32)
TIMEOUT_MS: Final = 10_000


def connect(
    url: str, *, listeners: Sequence[CommandListener] = (), timeout_ms: int | None = TIMEOUT_MS
) -> MongoClient[Document]:
    """A client for one process, made after the fork; every call of it ends within `timeout_ms`.

    None is for schema work, which takes as long as it takes.
    """
    return MongoClient(
        url,
        appname="coinbreakr",
        maxPoolSize=_POOL,
        timeoutMS=timeout_ms,
        connect=False,
        tz_aware=True,
        event_listeners=[WriteListener(), *listeners],
    )


def database(client: MongoClient[Document]) -> Database[Document]:
    """The database that the URL names. Every document can be read.

    Dates beyond Python's years are cut to those it has, broken UTF-8 has U+FFFD in it.

    Writes carry no write concern of their own, whatever the URL says: the server's default is
    "majority", and PyMongo 4.20 sends another one into transactions on a bound session, where
    the server refuses it.
    """
    options: CodecOptions[Document] = CodecOptions(
        tz_aware=True,
        datetime_conversion=DatetimeConversion.DATETIME_CLAMP,
        unicode_decode_error_handler="replace",
    )
    return client.get_default_database(
        DEFAULT_DATABASE, codec_options=options, write_concern=WriteConcern()
    )
