"""Middleware: how many requests one address may send. Counted in the memory of the process."""

import math
import time
from dataclasses import dataclass
from typing import Any, Final

import falcon
from limits import RateLimitItem, RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from coinbreakr.errors import TooMany
from coinbreakr.http.context import Request

EXEMPT: Final = frozenset({"/v1/healthz", "/v1/livez", "/v1/readyz"})


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` requests in `window` seconds, in a window that the first one opens."""

    name: str
    most: int
    window: int
    refusal: str
    method: str = ""
    path: str = ""

    def covers(self, req: falcon.Request) -> bool:
        """Whether a request counts towards it."""
        return not self.path or (req.path == self.path and req.method == self.method)


def general(most: int, window_ms: int) -> Limit:
    """The limit for everything."""
    text = "Too many requests from this IP, please try again later."
    return Limit("general", most, max(1, math.ceil(window_ms / 1000)), text)


CONTACT: Final = Limit(
    "contact",
    3,
    900,
    "Too many contact submissions. Please wait 15 minutes before trying again.",
    "POST",
    "/v1/contact",
)


class RateLimits:
    """Counts a request before anything of it is read; the last limit that covers it is shown."""

    def __init__(self, *limits: Limit, trusted_hops: int = 0) -> None:
        self._limits = [
            (limit, RateLimitItemPerSecond(limit.most, limit.window)) for limit in limits
        ]
        self._windows = FixedWindowRateLimiter(MemoryStorage())
        self._hops = trusted_hops

    def process_request(self, req: Request, resp: falcon.Response) -> None:
        """Count, show what is left, and refuse what is too much.

        A list of friends makes an app open as many signed links at once, without a token.
        """
        if req.path in EXEMPT or req.context.signed:
            return
        address = client_address(req, self._hops)
        for limit, item in self._limits:
            if limit.covers(req):
                self._count(limit, item, address, resp)

    def _count(
        self, limit: Limit, item: RateLimitItem, address: str, resp: falcon.Response
    ) -> None:
        allowed = self._windows.hit(item, limit.name, address)
        stats = self._windows.get_window_stats(item, limit.name, address)
        reset = max(0, math.ceil(stats.reset_time - time.time()))
        headers: dict[str, Any] = {
            "RateLimit-Policy": f"{limit.most};w={limit.window}",
            "RateLimit-Limit": str(limit.most),
            "RateLimit-Remaining": str(max(0, stats.remaining)),
            "RateLimit-Reset": str(reset),
        }
        resp.set_headers(headers)
        if not allowed:
            resp.set_header("Retry-After", str(reset))
            raise TooMany(limit.refusal)


def client_address(req: falcon.Request, trusted_hops: int) -> str:
    """The peer, or with trusted proxies the address that the outermost of them has seen."""
    peer = req.remote_addr or "unknown"
    if trusted_hops:
        seen = [part.strip() for part in (req.get_header("X-Forwarded-For") or "").split(",")]
        chain = [part for part in seen if part]
        return chain[-min(trusted_hops, len(chain))] if chain else peer
    return peer
