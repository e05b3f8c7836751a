"""Telling how far a long piece of schema work is."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any, Final

from pymongo.database import Database
from pymongo.errors import PyMongoError

_EVERY_SECONDS: Final = 5.0


@contextmanager
def watched(
    db: Database[dict[str, Any]],
    what: str,
    say: Callable[[str], None],
    every: float = _EVERY_SECONDS,
) -> Iterator[None]:
    """Say every few seconds how long `what` takes, and the phase of an index build."""
    ended, started = Event(), time.monotonic()

    def tell() -> None:
        while not ended.wait(every):
            say(f"{what}: {time.monotonic() - started:.0f} s{_phase(db)}")

    teller = Thread(target=tell, name="progress", daemon=True)
    teller.start()
    try:
        yield
    finally:
        ended.set()
        teller.join()


def _phase(db: Database[dict[str, Any]]) -> str:
    """What mongod says of its index builds; nothing where the account may not ask."""
    builds: list[dict[str, Any]] = [
        {"$currentOp": {"allUsers": True}},
        {"$match": {"msg": {"$regex": "^Index Build"}}},
    ]
    try:
        found = [build["msg"] for build in db.client.admin.aggregate(builds)]
    except PyMongoError:
        return ""
    return "".join(f", {message.rpartition('Index Build: ')[2]}" for message in found)
