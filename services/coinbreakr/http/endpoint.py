"""The contract on the responder: who may call, what is read, what is answered.

All of it is used: the request is read by it here, the middleware asks it who may call, the API
document is made of it (openapi/), and the tests check every answer against it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from functools import wraps
from typing import Any, Final

import falcon
from marshmallow import Schema

from coinbreakr import ids
from coinbreakr.answers import Answer, File
from coinbreakr.errors import ErrorMessage
from coinbreakr.http import body as bodies
from coinbreakr.http import forms, responses
from coinbreakr.http.context import Request

Responder = Callable[..., dict[str, Any] | File]
Refusals = Mapping[int, Sequence[ErrorMessage]]  # by HTTP status
_ATTRIBUTE: Final = "endpoint"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What one method of one path promises; it decorates the responder that keeps it.

    A responder is `f(self, req, **params) -> body`, which is JSON or a file. `body` and `query` are
    loaded from the request and handed over as keywords of these names, the path parameters that
    `ids` names as ObjectIds. A request with an idempotency key runs it inside a transaction,
    perhaps more than once.
    """

    summary: str
    _: KW_ONLY
    public: bool = False  # else it needs a valid token
    signed: bool = False  # answers show its address with a signature, see links.py
    with_profile: bool = False  # the caller is read with the own profile
    ids: Mapping[str, ErrorMessage] = field(default_factory=dict)  # and what refuses other values
    query: Schema | None = None
    body: Schema | None = None
    max_body: int = bodies.SMALL  # bytes
    returns: Schema | None = None  # of the whole answer; None for a file
    files: Sequence[str] = ()  # media types of the files that are answered
    status: int = 200
    repeated: int = 0  # the status where the same was done before; 0 where that cannot be told
    errors: Refusals = field(default_factory=dict)
    error_data: Mapping[int, Schema] = field(default_factory=dict)  # `data` of refusals, by status

    def __call__(self, responder: Responder) -> Callable[..., None]:
        """The responder for Falcon."""

        @wraps(responder)
        def respond(resource: object, req: Request, resp: falcon.Response, **params: str) -> None:
            read = None if self.body is None else bodies.read(req, self.max_body)

            def answer() -> Answer:
                shown = responder(resource, req, **self._given(req, params, read))
                if req.context.once:  # it is kept, and shown again without this request
                    shown = responses.plain(shown, req.context.address)
                status = self.repeated if req.context.repeated else self.status
                return Answer(status, shown, req.context.version)

            found = req.context.once(answer) if req.context.once else answer()
            req.context.version = found.version
            if found.replayed:
                resp.set_header("Idempotent-Replayed", "true")
            responses.write(resp, found.body, found.status, req.context.address)

        setattr(respond, _ATTRIBUTE, self)
        return respond

    def _given(
        self, req: Request, params: Mapping[str, str], read: bodies.Body | None
    ) -> dict[str, Any]:
        """The arguments of the responder; Invalid for the first that does not fit."""
        given: dict[str, Any] = {}
        if self.body is not None:
            given["body"] = self.body.load(read)  # type: ignore[arg-type]  # it refuses None
        for name, value in params.items():
            given[name] = ids.require(value, self.ids[name]) if name in self.ids else value
        if self.query is not None:
            given["query"] = self.query.load(forms.parse(req.query_string))
        return given


endpoint = Endpoint


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
