"""Health over HTTP: healthz for the app, livez and readyz for orchestrators."""

from typing import Any, Final

import falcon

from coinbreakr.errors import ErrorMessage
from coinbreakr.health import messages, schemas
from coinbreakr.health.domain import HealthService
from coinbreakr.http import responses
from coinbreakr.http.context import Request
from coinbreakr.http.endpoint import Route, endpoint
from coinbreakr.http.schema import answer

PATHS: Final = frozenset({"/v1/healthz", "/v1/livez", "/v1/readyz"})


class HealthResource:
    """The state of the service, which the app asks for first of all."""

    def __init__(self, health: HealthService) -> None:
        self._health = health

    @endpoint(
        "Tell whether the service works",
        public=True,
        returns=answer(schemas.ServiceState, message=True),
        errors={503: [messages.DATABASE_AWAY]},
        error_data={503: schemas.ServiceState()},
    )
    def on_get(self, _req: Request) -> dict[str, Any]:
        health = self._health.health()
        state = schemas.state(health)
        if not health.connected:
            raise Unhealthy(messages.DATABASE_AWAY, data=state)
        return responses.success("Service is healthy", data=state)


class LiveResource:
    """Whether the process answers; asks nobody else."""

    @endpoint("Tell whether the process lives", public=True, returns=answer(message=True))
    def on_get(self, _req: Request) -> dict[str, Any]:
        return responses.success("Alive")


class ReadyResource:
    """Whether requests can be served."""

    def __init__(self, health: HealthService) -> None:
        self._health = health

    @endpoint(
        "Tell whether requests can be served",
        public=True,
        returns=answer(message=True),
        errors={503: [messages.NOT_READY]},
    )
    def on_get(self, _req: Request) -> dict[str, Any]:
        if not self._health.ready():
            raise Unhealthy(messages.NOT_READY)
        return responses.success("Ready")


class Unhealthy(Exception):
    """The database does not answer; a 503 with what is known."""

    def __init__(self, message: ErrorMessage, **extra: Any) -> None:
        super().__init__(message)
        self.body = responses.failure(message, message.code, **extra)


def handle_unhealthy(_req: Any, resp: falcon.Response, error: Unhealthy, _params: Any) -> None:
    """Answer with 503."""
    responses.write(resp, error.body, 503)


def routes(health: HealthService) -> list[Route]:
    """The paths of this feature."""
    return [
        Route("/v1/healthz", HealthResource(health)),
        Route("/v1/livez", LiveResource()),
        Route("/v1/readyz", ReadyResource(health)),
    ]
