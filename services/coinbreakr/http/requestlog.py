"""Middleware: one structured line a request, with an id that the answer repeats."""

import re
import time
import uuid
from typing import Final

import falcon
import structlog

from coinbreakr.http.context import Request

_CLEAN_ID: Final = re.compile(r"[\w-]{8,64}", re.ASCII)
_QUIET: Final = frozenset({"/v1/healthz", "/v1/livez", "/v1/readyz"})


class RequestLog:
    """Never logs a query, a body, a header or an address: they hold what belongs to people."""

    def __init__(self) -> None:
        self._log = structlog.get_logger("coinbreakr.requests")

    def process_request(self, req: Request, _resp: falcon.Response) -> None:
        """Name the request and start the clock."""
        given = req.get_header("X-Request-ID") or ""
        req.context.request_id = given if _CLEAN_ID.fullmatch(given) else uuid.uuid4().hex
        req.context.started = time.perf_counter()

    def process_response(
        self, req: Request, resp: falcon.Response, _resource: object, _ok: bool
    ) -> None:
        """Log it by its route, not by its path."""
        resp.set_header("X-Request-ID", req.context.request_id)
        if req.path not in _QUIET or resp.status_code >= 500:
            self._log.info(
                "request",
                id=req.context.request_id,
                method=req.method,
                route=req.uri_template or "-",
                status=resp.status_code,
                ms=round((time.perf_counter() - req.context.started) * 1000, 1),
            )
