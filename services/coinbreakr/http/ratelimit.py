"""Middleware: how many requests one person, or else one address, may send."""

import ipaddress
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import falcon

from coinbreakr.counters import Count
from coinbreakr.errors import ErrorMessage, TooMany
from coinbreakr.http import messages
from coinbreakr.http.context import Request
from coinbreakr.mongo.windows import WindowCount, WindowCounters
from coinbreakr.settings import Settings

_IPV6_NETWORK: Final = 64  # bits; one household has all addresses of it


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` requests in `window` seconds, in a window that the first one opens.

    Requests with a valid token count by person, the others by address. What is about getting in
    is a limit of addresses on its route, and counts by address whatever token comes with it.
    """

    name: str
    most: int
    window: int
    refusal: ErrorMessage = messages.RATE_LIMITED
    route: str = ""  # "POST /v1/contact"; without one all requests count
    by_person: bool = False

    def covers(self, req: falcon.Request) -> bool:
        """Whether a request counts towards it."""
        return not self.route or self.route == f"{req.method} {req.path}"


def window(settings: Settings) -> int:
    """Seconds of the window that an operator has set."""
    return max(1, math.ceil(settings.rate_limit_window_ms / 1000))


def general(settings: Settings) -> list[Limit]:
    """The limits of all requests."""
    seconds = window(settings)
    return [
        Limit("general", settings.rate_limit_max_requests, seconds),
        Limit("general", settings.rate_limit_person, seconds, by_person=True),
    ]


class RateLimits:
    """Counts a request before anything of it is read; the last limit that covers it is shown.

    `person_of` tells whose valid token a request has, without asking the database. When the
    database does not count, everything is let through and `unlimited` is called.
    """

    def __init__(
        self,
        limits: Sequence[Limit],
        windows: WindowCounters,
        person_of: Callable[[Request], str | None],
        unlimited: Count,
        *,
        exempt: frozenset[str],
        trusted_hops: int = 0,
    ) -> None:
        self._exempt = exempt
        self._of_person = [limit for limit in limits if limit.by_person]
        self._of_address = [limit for limit in limits if not limit.by_person]
        self._windows = windows
        self._person_of = person_of
        self._unlimited = unlimited
        self._hops = trusted_hops

    def process_request(self, req: Request, resp: falcon.Response) -> None:
        """Count, show what is left, and refuse what is too much.

        A list of friends makes an app open as many signed links at once, without a token.
        """
        if req.path in self._exempt or req.context.signed:
            return
        key, limits = self._counted(req)
        counts = self._windows.increment(key, {limit.name: limit.window for limit in limits})
        if counts is None:
            self._unlimited()
            return
        for limit in limits:
            _apply(limit, counts[limit.name], resp)

    def _counted(self, req: Request) -> tuple[str, list[Limit]]:
        """Whose request it is, and the limits that it counts towards."""
        of_address = [limit for limit in self._of_address if limit.covers(req)]
        getting_in = any(limit.route for limit in of_address)
        person = None if getting_in else self._person_of(req)
        if person is None:
            return f"address {_network(client_address(req, self._hops))}", of_address
        return f"person {person}", [each for each in self._of_person if each.covers(req)]


def client_address(req: falcon.Request, trusted_hops: int) -> str:
    """The peer, or with trusted proxies the address that the outermost of them has seen."""
    peer = req.remote_addr or "unknown"
    if trusted_hops:
        seen = [part.strip() for part in (req.get_header("X-Forwarded-For") or "").split(",")]
        chain = [part for part in seen if part]
        return chain[-min(trusted_hops, len(chain))] if chain else peer
    return peer


def _apply(limit: Limit, counted: WindowCount, resp: falcon.Response) -> None:
    reset = max(0, math.ceil(counted.seconds_left))
    headers = {
        "RateLimit-Policy": f"{limit.most};w={limit.window}",
        "RateLimit-Limit": str(limit.most),
        "RateLimit-Remaining": str(max(0, limit.most - counted.count)),
        "RateLimit-Reset": str(reset),
    }
    resp.set_headers(headers)
    if counted.count > limit.most:
        raise TooMany(limit.refusal, retry_after=reset)


def _network(address: str) -> str:
    """An IPv4 address as it is, an IPv6 address as its network."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return address
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, _IPV6_NETWORK), strict=False))
