"""The typed request: what earlier steps have found out for the later ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import falcon

if TYPE_CHECKING:
    from coinbreakr.http.body import Body
    from coinbreakr.users.values import Caller


class Context:
    """Set by the middleware: `caller` on protected routes, `body` where a route reads one.

    `version` is set by a responder that shows a single resource.
    """

    __slots__ = ("body", "caller", "request_id", "started", "version")

    caller: Caller
    body: Body
    request_id: str
    started: float
    version: str


class Request(falcon.Request):
    """A request with our context."""

    context_type = Context
    context: Context  # type: ignore[assignment]  # Falcon types it loosely
