"""Middleware: who calls. Denies by default; a route that says nothing needs a token."""

from typing import Final

import falcon

from coinbreakr.auth.domain import Authenticator
from coinbreakr.http.context import Request
from coinbreakr.http.endpoint import contract_of

_SCHEME: Final = "Bearer "


class Authentication:
    """Puts the caller into the context of the request."""

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
                bearer(req), with_profile=contract.with_profile
            )


def bearer(req: falcon.Request) -> str:
    """The token that a request brings, or ""."""
    header = req.get_header("Authorization") or ""
    return header.removeprefix(_SCHEME) if header.startswith(_SCHEME) else ""
