"""A lock in the database that a runner which died loses by itself."""

import os
import socket
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Event, Thread
from typing import Any, Final

from pymongo.collection import Collection
from pymongo.errors import PyMongoError

_SECONDS: Final = 30.0
_ASK_SECONDS: Final = 1.0
_NEVER: Final = datetime.fromtimestamp(0, UTC)


class LeaseLost(Exception):
    """The lease ran out before it could be renewed; somebody else may hold it now."""


class Lease:
    """One document that names its holder. Times are the database's, not those of the runners."""

    def __init__(
        self, collection: Collection[dict[str, Any]], key: str, *, seconds: float = _SECONDS
    ) -> None:
        self._collection = collection
        self._key = key
        self._seconds = seconds
        self._token = uuid.uuid4().hex

    @contextmanager
    def held(self, say: Callable[[str], None]) -> Iterator[None]:
        """Wait for the lease, and keep it renewed until the end of the block."""
        self._await(say)
        ended = Event()
        keeper = Thread(target=self._keep, args=[ended], name="lease", daemon=True)
        keeper.start()
        try:
            yield
        finally:
            ended.set()
            keeper.join()
            self._collection.update_one(self._own(), {"$set": {"until": _NEVER}})

    def renew(self) -> None:
        """Hold it for the whole time again; LeaseLost if another holder came between."""
        until = {"$set": {"until": self._later()}}
        if self._collection.update_one(self._own(), [until]).matched_count == 0:
            raise LeaseLost

    def _await(self, say: Callable[[str], None]) -> None:
        self._collection.update_one(
            {"_id": self._key}, {"$setOnInsert": {"until": _NEVER}}, upsert=True
        )
        told = ""
        while not self._take():
            holder = self._holder()
            if holder not in {told, ""}:
                say(f"Waiting for {holder}, which is at work")
                told = holder
            time.sleep(min(_ASK_SECONDS, self._seconds / 3))

    def _take(self) -> bool:
        free = {"_id": self._key, "$expr": {"$lt": ["$until", "$$NOW"]}}
        mine = {
            "holder": f"{socket.gethostname()}, process {os.getpid()}",
            "token": self._token,
            "until": self._later(),
        }
        return self._collection.update_one(free, [{"$set": mine}]).matched_count == 1

    def _keep(self, ended: Event) -> None:
        while not ended.wait(self._seconds / 3):
            try:
                self.renew()
            except (LeaseLost, PyMongoError):
                continue  # the holder finds out at its next step

    def _holder(self) -> str:
        found = self._collection.find_one({"_id": self._key}, {"holder": True}) or {}
        return str(found.get("holder", ""))

    def _later(self) -> dict[str, Any]:
        return {"$add": ["$$NOW", int(self._seconds * 1000)]}

    def _own(self) -> dict[str, Any]:
        return {"_id": self._key, "token": self._token}
