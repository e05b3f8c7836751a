"""The parts of a running application, each made once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from pymongo.database import Database

from coinbreakr.clock import Clock
from coinbreakr.counters import Counters
from coinbreakr.mongo.availability import Availability
from coinbreakr.mongo.transactions import Transactions
from coinbreakr.settings import Settings

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """What every feature may use; `get` gives what the features make of it.

    A factory is a function `f(parts) -> part` in the `feature.py` of the folder that the part is
    of. It asks `parts` for what it needs itself.
    """

    settings: Settings
    db: Database[dict[str, Any]]
    clock: Clock
    counters: Counters
    transactions: Transactions
    availability: Availability
    _made: dict[Callable[["Parts"], Any], Any] = field(default_factory=dict, init=False)

    def get(self, factory: Callable[["Parts"], T]) -> T:
        """What the factory makes, the same at every call."""
        if factory not in self._made:
            self._made[factory] = factory(self)
        return cast("T", self._made[factory])
