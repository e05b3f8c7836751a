"""Rates of exchange."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Rates:
    """How much one of `base` is in each currency (`{"USD": 1.0859}` for EUR), by whom and when."""

    base: str
    rates: Mapping[str, Decimal]
    date: date
    source: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """The currency that amounts are shown in as well, and the rates for that, if there are any."""

    currency: str
    rates: Rates | None


@dataclass(frozen=True, slots=True)
class Displayed:
    """An amount in that currency, and by how much one of each of its own was multiplied.

    None while rates of some currencies are missing. Date and source are those of the rates.
    """

    currency: str
    amount: Decimal | None
    missing: tuple[str, ...]
    rates: Mapping[str, Decimal]
    date: date | None
    source: str | None


@dataclass(frozen=True, slots=True)
class Converted:
    """Minor units of one currency; None while rates of some currencies are missing."""

    units: int | None
    missing: tuple[str, ...] = ()
