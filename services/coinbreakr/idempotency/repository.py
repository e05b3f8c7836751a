"""The idempotencykeys collection, which the Node server does not know."""

import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bson.binary import Binary
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError, OperationFailure
from pymongo.read_concern import ReadConcern

_WRITE_CONFLICT: Final = 112


@dataclass(frozen=True, slots=True)
class Key:
    """Whose key for which route, and a fingerprint of the request that came with it."""

    id: bytes
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class Stored:
    """The answer to the first request with a key: its body as JSON."""

    status: int
    body: bytes
    version: str


class IdempotencyKeys:
    """Keys with their answers. A TTL index (feature.py) removes them after 24 hours."""

    def __init__(self, db: Database[dict[str, Any]]) -> None:
        self._keys = db["idempotencykeys"]
        self._lasting = self._keys.with_options(read_concern=ReadConcern("majority"))

    def take(self, key: Key, now: datetime) -> bool:
        """Enter a key inside a transaction; False if another request has, committed or not."""
        document = {"_id": Binary(key.id), "fingerprint": Binary(key.fingerprint), "createdAt": now}
        try:
            self._keys.insert_one(document)
        except DuplicateKeyError:
            return False
        except OperationFailure as error:
            if error.code != _WRITE_CONFLICT:
                raise
            return False
        return True

    def complete(self, key: Key, answer: Stored) -> None:
        """Put the answer to a key, inside the transaction that has taken it."""
        fields = {
            "status": answer.status,
            "body": Binary(zlib.compress(answer.body, 1)),
            "version": answer.version,
        }
        self._keys.update_one({"_id": Binary(key.id)}, {"$set": fields})

    def find(self, key: Key) -> tuple[bytes, Stored] | None:
        """The fingerprint and the answer, if a majority of the replica set has them."""
        found = self._lasting.find_one({"_id": Binary(key.id)})
        if found is None:
            return None
        answer = Stored(found["status"], zlib.decompress(found["body"]), found["version"])
        return found["fingerprint"], answer
