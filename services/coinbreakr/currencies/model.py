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
class Converted:
    """Minor units of one currency; None while rates of some currencies are missing."""

    units: int | None
    missing: tuple[str, ...] = ()
