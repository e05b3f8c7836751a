"""The application: middleware, error handlers, and the routes of every feature."""

from dataclasses import dataclass
from typing import Any

import falcon

from coinbreakr.auth import resources as auth
from coinbreakr.auth.domain import Authenticator, LoginService, RegistrationService
from coinbreakr.auth.middleware import Authentication
from coinbreakr.balances import resources as balances
from coinbreakr.balances.domain import BalanceService
from coinbreakr.clock import Clock
from coinbreakr.contact import resources as contact
from coinbreakr.contact.domain import ContactService
from coinbreakr.counters import Counters
from coinbreakr.expenses import resources as expenses
from coinbreakr.expenses.domain import ExpenseService
from coinbreakr.friends import resources as friends
from coinbreakr.friends.domain import FriendService
from coinbreakr.groups import resources as groups
from coinbreakr.groups.domain import GroupService
from coinbreakr.health import resources as health
from coinbreakr.health.repository import HealthCheck
from coinbreakr.http import body, errors, headers, ratelimit
from coinbreakr.http.admission import Admission
from coinbreakr.http.context import Request
from coinbreakr.http.endpoint import Route
from coinbreakr.http.links import Links
from coinbreakr.http.requestlog import RequestLog
from coinbreakr.http.routing import Paths, Router
from coinbreakr.idempotency.domain import Idempotency
from coinbreakr.idempotency.middleware import IdempotencyKeys
from coinbreakr.mongo.availability import Availability
from coinbreakr.mongo.windows import Windows
from coinbreakr.openapi import resources as openapi
from coinbreakr.settings import Settings
from coinbreakr.users import resources as users
from coinbreakr.users.domain import UserService

App = falcon.App[Any, Any]


@dataclass(frozen=True, slots=True)
class Deps:
    """All that the application is made of."""

    settings: Settings
    clock: Clock
    health: HealthCheck
    availability: Availability
    authenticator: Authenticator
    registration: RegistrationService
    login: LoginService
    users: UserService
    friends: FriendService
    groups: GroupService
    expenses: ExpenseService
    balances: BalanceService
    contact: ContactService
    windows: Windows
    counters: Counters
    idempotency: Idempotency


def create_app(deps: Deps) -> App:
    """A WSGI application on finished parts."""
    app: App = falcon.App(request_type=Request, router=Router(), middleware=_middleware(deps))
    errors.add_handlers(app)
    app.add_error_handler(health.Unhealthy, health.handle_unhealthy)
    for route in routes(deps):
        app.add_route(route.path, route.resource)
    return app


def routes(deps: Deps) -> list[Route]:
    """The table of contents."""
    settings = deps.settings
    found = [
        *health.routes(deps.health, deps.clock, settings.environment, settings.revision),
        *auth.routes(deps.registration, deps.login, settings.trusted_proxy_hops),
        *users.routes(deps.users),
        *friends.routes(deps.friends),
        *balances.routes(deps.balances),
        *groups.routes(deps.groups),
        *expenses.routes(deps.expenses, deps.clock),
        *contact.routes(deps.contact, settings.trusted_proxy_hops),
    ]
    return [*found, *openapi.routes(found)]


def _middleware(deps: Deps) -> list[Any]:
    """Outermost first."""
    settings = deps.settings
    authentication = Authentication(deps.authenticator)
    strict: list[Any] = []
    if settings.production:
        limits = ratelimit.RateLimits(
            ratelimit.Limits.chosen(settings),
            deps.windows,
            authentication.person,
            deps.counters.unlimited_requests,
            exempt=health.PATHS,
            trusted_hops=settings.trusted_proxy_hops,
        )
        strict = [headers.FixedHeaders(headers.SECURITY), limits]
    return [
        RequestLog(quiet=health.PATHS),
        *_metrics(settings),
        body.Drained(),
        Paths(),
        Admission(deps.availability, settings.queue_max_s, health.PATHS),
        Links(
            settings.jwt_secret or "",
            settings.public_url,
            behind_proxy=settings.trusted_proxy_hops > 0,
        ),
        headers.EntityTags(),
        *strict,
        headers.ContactCors(),
        authentication,
        IdempotencyKeys(deps.idempotency, settings.jwt_secret or ""),
    ]


def _metrics(settings: Settings) -> list[Any]:
    if not settings.metrics_port:
        return []
    from coinbreakr.http.metrics import Metrics  # noqa: PLC0415  # opens files when imported

    return [Metrics()]
