"""The typed request: what earlier steps have found out for the later ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import falcon

if TYPE_CHECKING:
    from coinbreakr.answers import Answer
    from coinbreakr.auth.model import Identity
    from coinbreakr.http.links import Link
    from coinbreakr.mongo.writes import Writes
    from coinbreakr.users.model import Caller


class Context:
    """Set by the middleware: `caller` on protected routes.

    `identity` is what the token says, as soon as it is verified. `version` is set by a responder
    that shows a single resource, `repeated` by one that has found what it was to create. `sent` is
    the body as it came, as soon as it is read; `once` carries out a request with an idempotency
    key; `writes` is there from the moment when the responder may run. `address` writes a link as a
    client can open it, `signed` is whether this request follows one.
    """

    __slots__ = (
        "address", "caller", "identity", "once", "repeated", "request_id", "sent", "signed",
        "started", "version", "writes",
    )  # fmt: skip

    address: Callable[[Link], str]
    caller: Caller
    signed: bool
    request_id: str
    started: float

    def __init__(self) -> None:
        self.identity: Identity | None = None
        self.sent: bytes | None = None
        self.once: Callable[[Callable[[], Answer]], Answer] | None = None
        self.repeated = False
        self.version = ""
        self.writes: Writes | None = None


class Request(falcon.Request):
    """A request with our context."""

    context_type = Context
    context: Context  # type: ignore[assignment]  # Falcon types it loosely
