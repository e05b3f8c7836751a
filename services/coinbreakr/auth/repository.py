"""The loginfailures collection, which the Node server does not know."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final

from pymongo import UpdateOne
from pymongo.collection import Collection

_ANYWHERE: Final = ""


@dataclass(frozen=True, slots=True)
class Wrong:
    """How often passwords for an account were wrong, and when last from this address."""

    from_here: int = 0
    from_anywhere: int = 0
    last: datetime | None = None


class Failures:
    """Wrong passwords by account and address, both as digests: accounts need not exist.

    A TTL index (mongo/indexes.py) removes them a day after the last one. Each call is a session of
    its own: a refused login undoes the transaction that it may be in, but was an attempt.
    """

    def __init__(self, collection: Collection[dict[str, Any]]) -> None:
        self._failures = collection
        self._client = collection.database.client

    def find(self, account: str, address: str) -> Wrong:
        """What there was."""
        here, anywhere = _key(account, address), _key(account, _ANYWHERE)
        with self._client.start_session() as own:
            found = {
                each["_id"]: each
                for each in self._failures.find({"_id": {"$in": [here, anywhere]}}, session=own)
            }
        mine, all_of_them = found.get(here, {}), found.get(anywhere, {})
        return Wrong(mine.get("count", 0), all_of_them.get("count", 0), mine.get("last"))

    def add(self, account: str, address: str, now: datetime) -> None:
        """One more, now."""
        one_more = {"$inc": {"count": 1}, "$set": {"last": now}}
        keys = (_key(account, address), _key(account, _ANYWHERE))
        with self._client.start_session() as own:
            self._failures.bulk_write(
                [UpdateOne({"_id": key}, one_more, upsert=True) for key in keys],
                ordered=False,
                session=own,
            )

    def forget(self, account: str, address: str) -> None:
        """Those from an address."""
        with self._client.start_session() as own:
            self._failures.delete_one({"_id": _key(account, address)}, session=own)


def _key(account: str, address: str) -> bytes:
    digest = blake2b(digest_size=16)
    for part in (account, address):
        digest.update(blake2b(part.encode("utf-8", "surrogatepass")).digest())
    return digest.digest()
