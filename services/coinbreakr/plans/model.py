"""Who should pay whom, so that nobody owes anybody anything; in one currency, in minor units."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bson import ObjectId

from coinbreakr.currencies.model import Exchange
from coinbreakr.users.model import Person

Balances = Mapping[ObjectId, int]  # what is owed to each person; negative: what the person owes


class Strategy(StrEnum):
    """How a plan is made."""

    PAIRWISE = "pairwise"
    GREEDY = "greedy"
    MINIMAL = "minimal"
    EXISTING_EDGES = "existing-edges"


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


@dataclass(frozen=True, slots=True)
class PlanQuery:
    """How a plan is to be made and shown: perhaps in another currency as well."""

    strategy: Strategy
    currency: str | None


@dataclass(frozen=True, slots=True)
class PlansView:
    """A plan for each currency, and the people in them as they are now."""

    strategy: Strategy
    plans: Sequence[Plan]
    people: Mapping[ObjectId, Person]
    exchange: Exchange | None
