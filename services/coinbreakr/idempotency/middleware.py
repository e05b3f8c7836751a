"""Middleware that reads the Idempotency-Key of a request that writes."""

from functools import partial
from typing import Final

import falcon

from coinbreakr.errors import Invalid
from coinbreakr.http import body
from coinbreakr.http.context import Request
from coinbreakr.http.endpoint import contract_of
from coinbreakr.idempotency import keys, messages
from coinbreakr.idempotency.domain import IdempotencyService
from coinbreakr.idempotency.model import RequestKey
from coinbreakr.mongo import writes

HEADER: Final = "Idempotency-Key"
_METHODS: Final = frozenset({"POST", "PATCH"})  # the others may be repeated anyway
_NO_SECRET: Final = b""


class Idempotency:
    """Comes after the authentication: a key belongs to the caller and to the route.

    Without a caller it belongs to the route alone. An address is no caller: many share one, and a
    phone has another one when it tries again.
    """

    def __init__(self, service: IdempotencyService, secret: str) -> None:
        self._service = service
        # Bodies hold passwords: nobody can try guesses on a fingerprint without the secret.
        self._secret = keys.digest(_NO_SECRET, "idempotency", secret)

    def process_resource(
        self, req: Request, _resp: falcon.Response, resource: object, _params: dict[str, str]
    ) -> None:
        """Put what carries out the request once into the context."""
        req.context.writes = writes.watch()
        header = req.get_header(HEADER)
        contract = contract_of(resource, req.method)
        if header is None or contract is None or req.method not in _METHODS:
            return
        given = keys.parse(header)
        if given is None:
            raise Invalid(messages.KEY_INVALID)
        key = RequestKey(_id(req, given), self._fingerprint(req, contract.max_body))
        req.context.once = partial(self._service.run, key)

    def _fingerprint(self, req: Request, most: int) -> bytes:
        sent = body.sent(req, most)
        return keys.digest(self._secret, req.method, req.path, req.query_string, sent)


def _id(req: Request, key: str) -> bytes:
    caller = getattr(req.context, "caller", None)
    whose, route = str(caller.id) if caller else "", req.uri_template or ""
    return keys.digest(_NO_SECRET, whose, req.method, route, key)
