"""Prometheus metrics: rate, errors and duration by the route's template, never by a path.

Written by every worker to files that `management` adds up, so that the figures are those of the
whole process group (prometheus_client's multiprocess mode). Without METRICS_PORT none of it is
loaded.
"""

import time
from typing import Final

import falcon
from prometheus_client import Counter, Histogram

from coinbreakr.counters import Counters
from coinbreakr.http.context import Request

_NONE: Final = "-"  # no route: what strangers ask for must not make new series
_METHODS: Final = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)  # seconds
_REQUESTS: Final = Counter(
    "coinbreakr_http_requests_total", "Answers sent.", ("method", "route", "status")
)
_DURATION: Final = Histogram(
    "coinbreakr_http_request_duration_seconds",
    "Time from the request's arrival to its answer.",
    ("method", "route"),
    buckets=_BUCKETS,
)
_REFUSED_HASHES: Final = Counter(
    "coinbreakr_password_hashes_refused_total",
    "Requests that were told to come back, because too many wait for a password hash.",
)
_UNLIMITED: Final = Counter(
    "coinbreakr_rate_limit_unavailable_total",
    "Requests let through uncounted, because the database did not count them in time.",
)


def counters() -> Counters:
    """What counts into the metrics."""
    return Counters(refused_hashes=_REFUSED_HASHES.inc, unlimited_requests=_UNLIMITED.inc)


class Metrics:
    """Middleware that counts and times every request; needs `RequestLog` outside of it."""

    def process_response(
        self, req: Request, resp: falcon.Response, _resource: object, _ok: bool
    ) -> None:
        """Count it."""
        route = req.uri_template or _NONE
        method = req.method if req.method in _METHODS else _NONE
        _REQUESTS.labels(method, route, resp.status_code).inc()
        _DURATION.labels(method, route).observe(time.perf_counter() - req.context.started)
