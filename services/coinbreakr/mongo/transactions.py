"""Running several writes as one."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import pymongo
from pymongo import MongoClient
from pymongo.collection import Collection
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

T = TypeVar("T")
_Call = tuple[Callable[..., Any], tuple[Any, ...]]


@dataclass(slots=True)
class _Open:
    """The transaction that this thread is in."""

    known: dict[_Call, Any]  # what was computed outside of it
    afterwards: list[Callable[[], object]] = field(default_factory=list)
    inserts: dict[str, tuple[Collection[dict[str, Any]], list[dict[str, Any]]]] = field(
        default_factory=dict
    )  # at its end, by collection

    def begin(self) -> None:
        """Forget what an attempt that failed was to do."""
        self.afterwards.clear()
        self.inserts.clear()

    def insert(self) -> None:
        """Insert what is left for the end: one command for each collection."""
        for collection, documents in self.inserts.values():
            if len(documents) == 1:
                collection.insert_one(documents[0])
            else:
                collection.insert_many(documents)


_OPEN: Final[ContextVar[_Open | None]] = ContextVar("transaction", default=None)


class _NotKnownYet(Exception):
    def __init__(self, call: _Call) -> None:
        super().__init__()
        self.call = call


def in_transaction() -> bool:
    """Whether this thread is in `Transactions.run`."""
    return _OPEN.get() is not None


class Transactions:
    """Runs a function so that all of its writes happen, or none. It may run more than once."""

    def __init__(self, client: MongoClient[dict[str, Any]]) -> None:
        self._client = client

    def run(self, work: Callable[[], T]) -> T:
        """`work()` inside a transaction, retried while it conflicts with others.

        Inside another `run` the work belongs to the outer transaction, which is retried as a whole.
        """
        if _OPEN.get() is not None:
            return work()
        known: dict[_Call, Any] = {}
        while True:
            try:
                return self._run(work, known)
            except _NotKnownYet as missing:
                function, arguments = missing.call
                known[missing.call] = function(*arguments)

    def after_commit(self, work: Callable[[], object]) -> None:
        """`work()` once the transaction is committed; at once outside of one."""
        found = _OPEN.get()
        if found is None:
            work()
        else:
            found.afterwards.append(work)

    def insert_at_end(
        self, collection: Collection[dict[str, Any]], document: dict[str, Any]
    ) -> None:
        """Insert a document just before the commit, with all others of its collection.

        For what nothing in the transaction reads again.
        """
        found = _OPEN.get()
        assert found is not None, "outside of a transaction"
        found.inserts.setdefault(collection.name, (collection, []))[1].append(document)

    def outside(self, function: Callable[..., T], *arguments: Any) -> T:
        """`function(*arguments)`, run once and never while a transaction is open.

        For what is slow. A transaction that comes upon it is given up before the call and begun
        again after it with the result, which further attempts use too. Arguments are hashable.
        """
        found = _OPEN.get()
        if found is None:
            return function(*arguments)
        call: _Call = (function, arguments)
        if call not in found.known:
            raise _NotKnownYet(call)
        result: T = found.known[call]
        return result

    def _run(self, work: Callable[[], T], known: dict[_Call, Any]) -> T:
        current = _Open(known)

        def attempt(_: object) -> T:
            current.begin()
            result = work()
            current.insert()
            return result

        token = _OPEN.set(current)
        try:
            with self._in_time(), self._client.start_session() as session, session.bind():
                result = session.with_transaction(
                    attempt,
                    read_concern=ReadConcern("snapshot"),
                    write_concern=WriteConcern("majority"),
                )
        finally:
            _OPEN.reset(token)
        for later in current.afterwards:
            later()
        return result

    def _in_time(self) -> AbstractContextManager[None]:
        """All attempts together end within the client's `timeoutMS`; alone they try for 120 s."""
        return pymongo.timeout(self._client.options.timeout)
