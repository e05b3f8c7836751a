"""The application: middleware, error handlers, and the routes of every feature."""

from collections.abc import Callable, Sequence
from typing import Any

import falcon

from coinbreakr.auth.feature import authenticator
from coinbreakr.auth.middleware import Authentication
from coinbreakr.feature import Feature
from coinbreakr.features import FEATURES
from coinbreakr.http import body, errors, headers, ratelimit
from coinbreakr.http.admission import Admission
from coinbreakr.http.context import Request
from coinbreakr.http.endpoint import Route
from coinbreakr.http.links import Links
from coinbreakr.http.requestlog import RequestLog
from coinbreakr.http.routing import Paths, Router
from coinbreakr.idempotency.feature import idempotency_service
from coinbreakr.idempotency.middleware import Idempotency
from coinbreakr.mongo import windows
from coinbreakr.openapi import resources as openapi
from coinbreakr.parts import Parts
from coinbreakr.settings import Settings

App = falcon.App[Any, Any]


def create_app(parts: Parts, features: Sequence[Feature] = FEATURES) -> App:
    """A WSGI application of features."""
    app: App = falcon.App(
        request_type=Request, router=Router(), middleware=_middleware(parts, features)
    )
    errors.add_handlers(app)
    for feature in features:
        for error, handler in feature.error_handlers.items():
            app.add_error_handler(error, handler)
    for route in routes(parts, features):
        app.add_route(route.path, route.resource)
    return app


def routes(parts: Parts, features: Sequence[Feature] = FEATURES) -> list[Route]:
    """The paths of features and of the document about them, and what answers there."""
    found = [route for feature in features for route in feature.routes(parts)]
    limits = [limit for feature in features for limit in feature.limits(parts.settings)]
    return [*found, *openapi.routes(found, {limit.route: limit.refusal for limit in limits})]


def _middleware(parts: Parts, features: Sequence[Feature]) -> list[Any]:
    """Outermost first."""
    settings = parts.settings
    probes = frozenset[str]().union(*(feature.probes for feature in features))
    authentication = Authentication(parts.get(authenticator))
    strict: list[Any] = []
    if settings.production:
        limits = _rate_limits(parts, features, authentication.person, probes)
        strict = [headers.FixedHeaders(headers.SECURITY), limits]
    return [
        RequestLog(quiet=probes),
        *_metrics(settings),
        body.Drained(),
        Paths(),
        Admission(parts.availability, settings.queue_max_s, probes),
        Links(
            settings.jwt_secret or "",
            settings.public_url,
            behind_proxy=settings.trusted_proxy_hops > 0,
        ),
        headers.EntityTags(),
        *strict,
        headers.ContactCors(),
        authentication,
        Idempotency(parts.get(idempotency_service), settings.jwt_secret or ""),
    ]


def _rate_limits(
    parts: Parts,
    features: Sequence[Feature],
    person_of: Callable[[Request], str | None],
    exempt: frozenset[str],
) -> ratelimit.RateLimits:
    settings = parts.settings
    own = [limit for feature in features for limit in feature.limits(settings)]
    return ratelimit.RateLimits(
        [*ratelimit.general(settings), *own],
        windows.WindowCounters(parts.db[windows.COLLECTION], parts.availability.serving),
        person_of,
        parts.counters.unlimited_requests,
        exempt=exempt,
        trusted_hops=settings.trusted_proxy_hops,
    )


def _metrics(settings: Settings) -> list[Any]:
    if not settings.metrics_port:
        return []
    from coinbreakr.http.metrics import Metrics  # noqa: PLC0415  # opens files when imported

    return [Metrics()]
