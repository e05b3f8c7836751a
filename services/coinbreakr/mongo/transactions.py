"""Running several writes as one."""

from collections.abc import Callable
from typing import Any, TypeVar

from pymongo import MongoClient
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

T = TypeVar("T")
Atomically = Callable[[Callable[[], T]], T]


class Transactions:
    """Runs a function so that all of its writes happen, or none. It may run more than once."""

    def __init__(self, client: MongoClient[dict[str, Any]]) -> None:
        self._client = client

    def run(self, work: Callable[[], T]) -> T:
        """`work()` inside a transaction, retried while it conflicts with others."""
        with self._client.start_session() as session, session.bind():
            return session.with_transaction(
                lambda _: work(),
                read_concern=ReadConcern("snapshot"),
                write_concern=WriteConcern("majority"),
            )
