"""Middleware: reads the Idempotency-Key of a request that writes."""

import hashlib
import re
from functools import partial
from typing import Final

import falcon

from coinbreakr.errors import Invalid
from coinbreakr.http import body
from coinbreakr.http.context import Request
from coinbreakr.http.endpoint import contract_of
from coinbreakr.idempotency import messages
from coinbreakr.idempotency.domain import Idempotency
from coinbreakr.idempotency.repository import Key
from coinbreakr.mongo import writes

HEADER: Final = "Idempotency-Key"
_METHODS: Final = frozenset({"POST", "PATCH"})  # the others may be repeated anyway
# A String of RFC 9651 without spaces, escapes and parameters, in its quotes or bare.
_SHAPE: Final = re.compile(r'("?)([!#-+\--\[\]-~]{1,255})\1', re.ASCII)


class IdempotencyKeys:
    """Comes after the authentication: a key belongs to the caller and to the route.

    Without a caller it belongs to the route alone. An address is no caller: many share one, and a
    phone has another one when it tries again.
    """

    def __init__(self, idempotency: Idempotency, secret: str) -> None:
        self._idempotency = idempotency
        # Bodies hold passwords: nobody can try guesses on a fingerprint without the secret.
        self._secret = _digest(b"", "idempotency", secret)

    def process_resource(
        self, req: Request, _resp: falcon.Response, resource: object, _params: dict[str, str]
    ) -> None:
        """Leave in the context how the request is carried out once."""
        req.context.writes = writes.watch()
        given = req.get_header(HEADER)
        contract = contract_of(resource, req.method)
        if given is None or contract is None or req.method not in _METHODS:
            return
        found = _SHAPE.fullmatch(given.strip())
        if found is None:
            raise Invalid(messages.KEY_INVALID)
        key = Key(_id(req, found[2]), self._fingerprint(req, contract.max_body))
        req.context.once = partial(self._idempotency.run, key)

    def _fingerprint(self, req: Request, most: int) -> bytes:
        sent = body.sent(req, most)
        return _digest(self._secret, req.method, req.path, req.query_string, sent)


def _id(req: Request, key: str) -> bytes:
    caller = getattr(req.context, "caller", None)
    return _digest(b"", str(caller.id) if caller else "", req.method, req.uri_template or "", key)


def _digest(secret: bytes, *parts: str | bytes) -> bytes:
    """Of parts that cannot run into one another."""
    digest = hashlib.blake2b(key=secret, digest_size=32)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.digest()
