"""Health checks, as a feature of the application."""

from collections.abc import Sequence

from coinbreakr.feature import Feature
from coinbreakr.health import resources
from coinbreakr.health.repository import HealthCheck
from coinbreakr.http.endpoint import Route
from coinbreakr.parts import Parts


def health_check(parts: Parts) -> HealthCheck:
    """Whether the database answers."""
    return HealthCheck(parts.db, parts.availability)


def _routes(parts: Parts) -> Sequence[Route]:
    settings = parts.settings
    return resources.routes(
        parts.get(health_check), parts.clock, settings.environment, settings.revision
    )


FEATURE = Feature(
    "health",
    routes=_routes,
    probes=resources.PATHS,
    error_handlers={resources.Unhealthy: resources.handle_unhealthy},
)
