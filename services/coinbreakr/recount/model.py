"""What the documents of expenses say, read for counting again."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from bson import ObjectId


@dataclass(frozen=True, slots=True)
class Part:
    """What one person bears, in minor units and fractions of them; `units` as they are stored."""

    user: ObjectId
    exact: Decimal
    units: int | None
    settled: bool


@dataclass(frozen=True, slots=True)
class Bill:
    """An expense, as far as debts and sums depend on it; `amount` in minor units."""

    id: ObjectId
    payer: ObjectId
    creator: ObjectId | None
    group: ObjectId | None
    currency: str
    amount: Decimal
    parts: tuple[Part, ...]

    @property
    def people(self) -> set[ObjectId]:
        """Who is named."""
        creator = {self.creator} if self.creator else set()
        return {self.payer, *creator, *(part.user for part in self.parts)}


@dataclass(slots=True)
class Sum:
    """What somebody is owed in one currency: minor units, and what amounts have beyond them.

    `gross` is all that was counted, whichever way it is owed.
    """

    units: int = 0
    rest: Decimal = Decimal(0)
    gross: int = 0

    def add(self, sign: int, other: "Sum") -> None:
        """Count what is owed (1), or owed the other way round (-1)."""
        self.units += sign * other.units
        self.rest += sign * other.rest
        self.gross += other.gross


Sums = Mapping[str, Sum]  # by currency


def sums() -> defaultdict[str, Sum]:
    """Nothing, in any currency."""
    return defaultdict(Sum)


Pairs = defaultdict[tuple[ObjectId, ObjectId], defaultdict[str, Sum]]  # debtor, creditor


def pairs() -> Pairs:
    """Nobody owes anybody anything."""
    return defaultdict(sums)


@dataclass(slots=True)
class Ledger:
    """Everything that is owed: one sum for each pair in each group and currency.

    `people` are all who are named. Who is named in a document that cannot be counted is `unsure`,
    and so is its group.
    """

    groups: defaultdict[ObjectId | None, Pairs] = field(default_factory=lambda: defaultdict(pairs))
    people: set[ObjectId] = field(default_factory=set)
    unsure: set[ObjectId] = field(default_factory=set)
