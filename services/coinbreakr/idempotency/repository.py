"""The idempotencykeys collection, which the Node server does not know."""

import zlib
from datetime import datetime
from typing import Any, Final

from bson.binary import Binary
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError, OperationFailure
from pymongo.read_concern import ReadConcern

from coinbreakr.idempotency.model import RequestKey, StoredAnswer

_WRITE_CONFLICT: Final = 112


class IdempotencyKeys:
    """Keys with their answers. A TTL index (feature.py) removes them after 24 hours."""

    def __init__(self, db: Database[dict[str, Any]]) -> None:
        self._keys = db["idempotencykeys"]
        self._from_majority = self._keys.with_options(read_concern=ReadConcern("majority"))

    def take(self, key: RequestKey, now: datetime) -> bool:
        """Insert a key inside a transaction; False if another request has, committed or not."""
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

    def complete(self, key: RequestKey, answer: StoredAnswer) -> None:
        """Store the answer under a key, inside the transaction that has taken it."""
        fields = {
            "status": answer.status,
            "body": Binary(zlib.compress(answer.body, 1)),
            "version": answer.version,
        }
        self._keys.update_one({"_id": Binary(key.id)}, {"$set": fields})

    def find(self, key: RequestKey) -> tuple[bytes, StoredAnswer] | None:
        """The fingerprint and the answer, if a majority of the replica set has them."""
        found = self._from_majority.find_one({"_id": Binary(key.id)})
        if found is None:
            return None
        answer = StoredAnswer(found["status"], zlib.decompress(found["body"]), found["version"])
        return found["fingerprint"], answer
