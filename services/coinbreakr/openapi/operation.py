"""What answers one method of one path."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from coinbreakr.errors import ErrorMessage
from coinbreakr.http.endpoint import Endpoint, Route, contract_of

_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
_PARAMETER: Final = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Operation:
    """A method of a path template, the feature that it belongs to, and its contract."""

    method: str
    path: str
    feature: str
    contract: Endpoint
    limits: Sequence[ErrorMessage]  # of this operation alone

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def id(self) -> str:
        """A name for generated clients: `getGroupsByGroupId`."""
        words = _PARAMETER.sub(r"by_\1", self.path.removeprefix("/v1/"))
        parts = re.split(r"[^a-zA-Z0-9]+", words)
        return self.method.lower() + "".join(part.capitalize() for part in parts if part)

    @property
    def params(self) -> list[str]:
        """The names of the parameters in the path."""
        return _PARAMETER.findall(self.path)

    @property
    def writes(self) -> bool:
        """Whether it may change something."""
        return self.method != "GET"

    @property
    def takes_key(self) -> bool:
        """Whether it may be sent with an Idempotency-Key."""
        return self.method in {"POST", "PATCH"}


def operations(routes: Iterable[Route], limited: Mapping[str, ErrorMessage]) -> Iterator[Operation]:
    """Those of some routes, in their order; `limited` has rate limits by "POST /v1/contact"."""
    for route in routes:
        feature = type(route.resource).__module__.split(".")[-2]
        for method in _METHODS:
            contract = contract_of(route.resource, method)
            if contract is not None:
                refusal = limited.get(f"{method} {route.path}")
                limits = [] if refusal is None else [refusal]
                yield Operation(method, route.path, feature, contract, limits)
