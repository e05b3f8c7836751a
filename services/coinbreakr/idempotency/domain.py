"""Carrying out a request once, however often it is sent with the same key.

The rules are those of the IETF draft "The Idempotency-Key HTTP Header Field"
(draft-ietf-httpapi-idempotency-key-header-07); docs/decisions/0007 says what we chose in it.
"""

import hmac
from collections.abc import Callable
from typing import Any, Final, Protocol

import orjson

from coinbreakr.answers import Answer
from coinbreakr.clock import Clock
from coinbreakr.errors import Conflict, Unprocessable
from coinbreakr.idempotency import messages
from coinbreakr.idempotency.model import RequestKey, StoredAnswer
from coinbreakr.idempotency.repository import IdempotencyKeys
from coinbreakr.mongo.transactions import Transactions

Body = dict[str, Any]
MAX_ANSWER_BYTES: Final = 1024 * 1024


class Signer(Protocol):
    """Tokens are kept without their signature, and signed again when an answer is repeated."""

    def claims(self, token: str) -> dict[str, Any]:
        """What a token says."""

    def sign(self, claims: dict[str, Any]) -> str:
        """The same token again; Unauthenticated if its user may have none any more."""


class _KeyInUse(Exception):
    """Another request has the key."""


class IdempotencyService:
    """Carries out the first request with a key, and answers the others as it was answered."""

    def __init__(
        self, keys: IdempotencyKeys, transactions: Transactions, signer: Signer, clock: Clock
    ) -> None:
        self._keys = keys
        self._transactions = transactions
        self._signer = signer
        self._clock = clock

    def run(self, key: RequestKey, respond: Callable[[], Answer]) -> Answer:
        """`respond()` and its answer under the key, in one transaction; or the stored answer.

        What `respond` raises undoes its writes and frees the key. Unprocessable if the key came
        with another request before, Conflict while that request is being carried out.
        """

        def work() -> Answer:
            if not self._keys.take(key, self._clock()):
                raise _KeyInUse
            answer = respond()
            self._keys.complete(key, self._packed(answer))
            return answer

        try:
            return self._transactions.run(work)
        except _KeyInUse:
            return self._replay(key)

    def _replay(self, key: RequestKey) -> Answer:
        found = self._keys.find(key)
        if found is None:
            raise Conflict(messages.IN_PROGRESS, retry_after=1)
        fingerprint, stored = found
        if not hmac.compare_digest(fingerprint, key.fingerprint):
            raise Unprocessable(messages.OTHER_REQUEST)
        return Answer(stored.status, self._unpacked(stored), stored.version, replayed=True)

    def _packed(self, answer: Answer) -> StoredAnswer:
        """Without the signature of a token; without `data` if that is more than is kept."""
        body = answer.body
        assert isinstance(body, dict)  # files are only read
        if _shows_token(body):
            claims = self._signer.claims(body["data"]["token"])
            body = {**body, "data": {**body["data"], "token": claims}}
        packed = orjson.dumps(body)
        if len(packed) > MAX_ANSWER_BYTES:
            packed = orjson.dumps({name: body[name] for name in body if name != "data"})
        return StoredAnswer(answer.status, packed, answer.version)

    def _unpacked(self, stored: StoredAnswer) -> Body:
        body: Body = orjson.loads(stored.body)
        if _shows_token(body):
            body["data"]["token"] = self._signer.sign(body["data"]["token"])
        return body


def _shows_token(body: Body) -> bool:
    data = body.get("data")
    return isinstance(data, dict) and "token" in data
