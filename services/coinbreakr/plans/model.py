"""Who should pay whom, so that nobody owes anybody anything; in one currency, in minor units."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bson import ObjectId

Balances = Mapping[ObjectId, int]  # what is owed to each person; negative: what the person owes


class Strategy(StrEnum):
    """How a plan is made."""

    PAIRWISE = "pairwise"
    GREEDY = "greedy"
    MINIMAL = "minimal"
    EXISTING_EDGES = "existing-edges"


@dataclass(frozen=True, slots=True)
class Debt:
    """One person owes another something; negative units are owed the other way round."""

    debtor: ObjectId
    creditor: ObjectId
    units: int


@dataclass(frozen=True, slots=True)
class Transfer:
    """One person should pay another so much."""

    payer: ObjectId
    payee: ObjectId
    units: int


@dataclass(frozen=True, slots=True)
class PlannedPerson:
    """What is owed to a person (negative: what the person owes), before and after the plan."""

    user: ObjectId
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The transfers of one currency; `optimal`: it is proved that no fewer will do."""

    currency: str
    optimal: bool
    transfers: tuple[Transfer, ...]
    people: tuple[PlannedPerson, ...]
