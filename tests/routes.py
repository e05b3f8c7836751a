"""Every route and method that the application serves, as a test fills them in."""

from coinbreakr.app import Deps, routes
from coinbreakr.openapi import operation
from coinbreakr.openapi.operation import Operation


def operations(deps: Deps) -> list[Operation]:
    return list(operation.operations(routes(deps)))
