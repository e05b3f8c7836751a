"""Middleware that finds out who sends a request.

It denies by default: a route whose contract does not say `public` needs a token.
"""

from typing import Final

import falcon
from bson import ObjectId

from coinbreakr.auth.domain import Authenticator
from coinbreakr.auth.model import Identity
from coinbreakr.http.context import Request
from coinbreakr.http.endpoint import contract_of

_SCHEME: Final = "Bearer "


class Authentication:
    """Puts the caller into the context of the request. A token is verified once."""

    def __init__(self, authenticator: Authenticator) -> None:
        self._authenticator = authenticator

    def process_resource(
        self, req: Request, _resp: falcon.Response, resource: object, _params: dict[str, str]
    ) -> None:
        """Check the token before anything of the body is read."""
        contract = contract_of(resource, req.method)
        if contract is None:
            return  # no such method: the answer is 404, to anybody
        if not contract.public:
            req.context.caller = self._authenticator.caller(
                self._identity(req), with_profile=contract.with_profile
            )

    def person(self, req: Request) -> str | None:
        """The id of the user whose valid token a request has; the database is not asked."""
        identity = self._identity(req)
        return str(identity) if isinstance(identity, ObjectId) else None

    def _identity(self, req: Request) -> Identity:
        if req.context.identity is None:
            req.context.identity = self._authenticator.identify(_bearer(req))
        return req.context.identity


def _bearer(req: falcon.Request) -> str:
    """The token that a request brings, or ""."""
    header = req.get_header("Authorization") or ""
    return header.removeprefix(_SCHEME) if header.startswith(_SCHEME) else ""
