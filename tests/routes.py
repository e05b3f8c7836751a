"""Every route and method that the application serves, as a test fills them in."""

from dataclasses import dataclass
from typing import Any

from coinbreakr.app import Deps, routes
from coinbreakr.http.endpoint import Endpoint, contract_of

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Operation:
    method: str
    path: str  # a template
    contract: Endpoint

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def operations(deps: Deps) -> list[Operation]:
    found = []
    for route in routes(deps):
        for method in METHODS:
            contract: Any = contract_of(route.resource, method)
            if contract is not None:
                found.append(Operation(method, route.path, contract))
    return found
