"""The contract on the responder: who may call, what is read, what is answered."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final

import falcon
from marshmallow import Schema

from coinbreakr.answers import Answer, File
from coinbreakr.http import responses
from coinbreakr.http.body import SMALL
from coinbreakr.http.context import Request

Responder = Callable[..., dict[str, Any] | File]
_ATTRIBUTE: Final = "endpoint"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What one method of one path promises."""

    summary: str
    public: bool
    with_profile: bool
    body: Schema | None
    max_body: int  # bytes
    query: Schema | None
    returns: Schema | None
    status: int
    errors: tuple[int, ...]


def endpoint(
    summary: str,
    *,
    public: bool = False,
    with_profile: bool = False,
    body: Schema | None = None,
    max_body: int = SMALL,
    query: Schema | None = None,
    returns: Schema | None = None,
    status: int = 200,
    errors: tuple[int, ...] = (),
) -> Callable[[Responder], Callable[..., None]]:
    """Declare a responder `f(self, req, **params) -> body`, which is JSON or a file.

    It needs a valid token unless it is public; `body` is loaded from the request, up to
    `max_body` bytes of it, and handed over as the keyword `body`. A request with an
    idempotency key runs it inside a transaction, perhaps more than once.
    """
    contract = Endpoint(
        summary, public, with_profile, body, max_body, query, returns, status, errors
    )

    def decorate(responder: Responder) -> Callable[..., None]:
        @wraps(responder)
        def respond(resource: object, req: Request, resp: falcon.Response, **params: Any) -> None:
            def answer() -> Answer:
                loaded = {} if body is None else {"body": body.load(req.context.body)}
                shown = responder(resource, req, **params, **loaded)
                if req.context.once:  # it is kept, and shown again without this request
                    shown = responses.plain(shown, req.context.address)
                return Answer(status, shown, req.context.version)

            found = req.context.once(answer) if req.context.once else answer()
            req.context.version = found.version
            if found.replayed:
                resp.set_header("Idempotent-Replayed", "true")
            responses.write(resp, found.body, found.status, req.context.address)

        setattr(respond, _ATTRIBUTE, contract)
        return respond

    return decorate


def contract_of(resource: object, method: str) -> Endpoint | None:
    """The contract of a resource's method; None where it has no such method."""
    name = "get" if method == "HEAD" else method.lower()
    responder = getattr(resource, f"on_{name}", None)
    return getattr(responder, _ATTRIBUTE) if responder else None


@dataclass(frozen=True, slots=True)
class Route:
    """A path template and what answers there."""

    path: str
    resource: object
