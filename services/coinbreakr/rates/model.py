"""What may be asked of rates of exchange."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class RatesInput:
    """How much one of `base` is in other currencies, from a day on; None: from today on."""

    base: str
    rates: Mapping[str, Decimal]
    date: date | None
