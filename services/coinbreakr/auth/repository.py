"""The loginfailures collection, which the Node server does not know."""

from datetime import datetime
from hashlib import blake2b
from typing import Any, Final

from pymongo import UpdateOne
from pymongo.database import Database

from coinbreakr.auth.model import FailedLogins

_ANYWHERE: Final = ""


class LoginFailures:
    """Wrong passwords by account and address, both as digests: accounts need not exist.

    A TTL index removes them a day after the last one. Each call has a session of its own: a
    refused login undoes the transaction that it may be in, but the attempt still counts.
    """

    def __init__(self, db: Database[dict[str, Any]]) -> None:
        self._failures = db["loginfailures"]
        self._client = db.client

    def find(self, account: str, address: str) -> FailedLogins:
        """The wrong passwords for an account."""
        own, anywhere = _key(account, address), _key(account, _ANYWHERE)
        with self._client.start_session() as session:
            query = {"_id": {"$in": [own, anywhere]}}
            found = {each["_id"]: each for each in self._failures.find(query, session=session)}
        of_address, of_all = found.get(own, {}), found.get(anywhere, {})
        return FailedLogins(
            of_address.get("count", 0), of_all.get("count", 0), of_address.get("last")
        )

    def add(self, account: str, address: str, now: datetime) -> None:
        """Count one more."""
        one_more = {"$inc": {"count": 1}, "$set": {"last": now}}
        keys = (_key(account, address), _key(account, _ANYWHERE))
        with self._client.start_session() as session:
            self._failures.bulk_write(
                [UpdateOne({"_id": key}, one_more, upsert=True) for key in keys],
                ordered=False,
                session=session,
            )

    def forget(self, account: str, address: str) -> None:
        """Start the count of an address again."""
        with self._client.start_session() as session:
            self._failures.delete_one({"_id": _key(account, address)}, session=session)


def _key(account: str, address: str) -> bytes:
    digest = blake2b(digest_size=16)
    for part in (account, address):
        digest.update(blake2b(part.encode("utf-8", "surrogatepass")).digest())
    return digest.digest()
