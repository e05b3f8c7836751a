"""Health checks, as a feature of the application."""

from coinbreakr.feature import Feature
from coinbreakr.health import resources
from coinbreakr.health.domain import HealthService
from coinbreakr.health.repository import HealthCheck
from coinbreakr.parts import Parts


def health_service(parts: Parts) -> HealthService:
    """What knows the state of this process and of its database."""
    settings = parts.settings
    check = HealthCheck(parts.db, parts.availability)
    return HealthService(check, parts.clock, settings.environment, settings.revision)


FEATURE = Feature(
    "health",
    routes=lambda parts: resources.routes(parts.get(health_service)),
    probes=resources.PATHS,
    error_handlers={resources.Unhealthy: resources.handle_unhealthy},
)
