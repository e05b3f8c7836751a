"""Health over HTTP: healthz for the app, livez and readyz for orchestrators."""

import os
import resource
import sys
import time
from typing import Any, Final

import falcon

from coinbreakr import __version__
from coinbreakr.clock import Clock
from coinbreakr.errors import ErrorMessage
from coinbreakr.health import messages
from coinbreakr.health.repository import HealthCheck
from coinbreakr.http import responses
from coinbreakr.http.context import Request
from coinbreakr.http.endpoint import Route, endpoint

_MIB: Final = 1024 * 1024
PATHS: Final = frozenset({"/v1/healthz", "/v1/livez", "/v1/readyz"})


class HealthResource:
    """What the app asks first of all."""

    def __init__(self, health: HealthCheck, clock: Clock, environment: str, revision: str) -> None:
        self._health = health
        self._clock = clock
        self._environment = environment
        self._version = f"{__version__}+{revision}" if revision else __version__
        self._started = time.monotonic()

    @endpoint("Tell whether the service works", public=True, errors={503: [messages.DATABASE_AWAY]})
    def on_get(self, _req: Request) -> dict[str, Any]:
        alive = self._health.answers()
        data = {
            "status": "OK",
            "timestamp": responses.date(self._clock()),
            "uptime": round(time.monotonic() - self._started, 3),
            "environment": self._environment,
            "version": self._version,
            "database": {
                "status": "connected" if alive else "disconnected",
                "name": self._health.database,
            },
            "memory": _memory(),
        }
        if not alive:
            raise Unhealthy(messages.DATABASE_AWAY, data)
        return responses.success("Service is healthy", data=data)


class LiveResource:
    """Whether the process answers; asks nobody else."""

    @endpoint("Tell whether the process lives", public=True)
    def on_get(self, _req: Request) -> dict[str, Any]:
        return responses.success("Alive")


class ReadyResource:
    """Whether requests can be served."""

    def __init__(self, health: HealthCheck) -> None:
        self._health = health

    @endpoint(
        "Tell whether requests can be served", public=True, errors={503: [messages.NOT_READY]}
    )
    def on_get(self, _req: Request) -> dict[str, Any]:
        if not self._health.answers():
            raise Unhealthy(messages.NOT_READY, None)
        return responses.success("Ready")


class Unhealthy(Exception):
    """The database is away."""

    def __init__(self, message: ErrorMessage, data: dict[str, Any] | None) -> None:
        super().__init__(message)
        extra = {} if data is None else {"data": data}
        self.body = responses.failure(message, message.code, **extra)


def handle_unhealthy(_req: Any, resp: falcon.Response, error: Unhealthy, _params: Any) -> None:
    """503, with what is known."""
    responses.write(resp, error.body, 503)


def routes(health: HealthCheck, clock: Clock, environment: str, revision: str) -> list[Route]:
    """The paths of this feature."""
    return [
        Route("/v1/healthz", HealthResource(health, clock, environment, revision)),
        Route("/v1/livez", LiveResource()),
        Route("/v1/readyz", ReadyResource(health)),
    ]


def _memory() -> dict[str, float]:
    """MiB: the most that the process has used, and what the machine has."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    used = peak / _MIB if sys.platform == "darwin" else peak / 1024
    return {"used": round(used, 2), "total": round(_machine_memory() / _MIB, 2)}


def _machine_memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
