"""Every route and method that the application serves, as a test fills them in."""

from coinbreakr.app import routes
from coinbreakr.openapi import operation
from coinbreakr.openapi.operation import Operation
from coinbreakr.parts import Parts


def operations(parts: Parts) -> list[Operation]:
    return list(operation.operations(routes(parts), {}))
