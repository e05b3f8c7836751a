"""Middleware: one structured line a request, with an id that the answer repeats.

Every line that is logged on the way has the request's id, method and route, too.
"""

import re
import time
import uuid
from typing import Final

import falcon
import structlog
from structlog.contextvars import bind_contextvars, clear_contextvars

from coinbreakr.http.context import Request

_CLEAN_ID: Final = re.compile(r"[\w-]{8,64}", re.ASCII)
_NO_ROUTE: Final = "-"


class RequestLog:
    """Never logs a query, a body, a header or an address: they hold what belongs to people.

    Requests to the `quiet` paths are logged only when they fail.
    """

    def __init__(self, quiet: frozenset[str]) -> None:
        self._quiet = quiet
        self._log = structlog.get_logger("coinbreakr.requests")

    def process_request(self, req: Request, _resp: falcon.Response) -> None:
        """Name the request and start the clock."""
        given = req.get_header("X-Request-ID") or ""
        req.context.request_id = given if _CLEAN_ID.fullmatch(given) else uuid.uuid4().hex
        req.context.started = time.perf_counter()
        # A thread serves one request after the other.
        clear_contextvars()
        bind_contextvars(id=req.context.request_id, method=req.method, route=_NO_ROUTE)

    def process_resource(
        self, req: Request, _resp: falcon.Response, _resource: object, _params: dict[str, str]
    ) -> None:
        """Name the route by its template: the path holds what belongs to people."""
        bind_contextvars(route=req.uri_template or _NO_ROUTE)

    def process_response(
        self, req: Request, resp: falcon.Response, _resource: object, _ok: bool
    ) -> None:
        """Log the answer."""
        resp.set_header("X-Request-ID", req.context.request_id)
        if req.path not in self._quiet or resp.status_code >= 500:
            self._log.info(
                "request",
                status=resp.status_code,
                ms=round((time.perf_counter() - req.context.started) * 1000, 1),
            )
        clear_contextvars()
