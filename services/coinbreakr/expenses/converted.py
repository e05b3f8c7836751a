"""Pure: what is stored of a conversion in each of its two expenses."""

from collections.abc import Mapping
from typing import Any

from coinbreakr.expenses.model import Conversion, Expense, Money
from coinbreakr.expenses.units import minor_units
from coinbreakr.mongo import casting


def written(conversion: Conversion) -> dict[str, Any]:
    """As it is stored."""
    return {
        "with": conversion.other,
        "reverses": conversion.reverses,
        "from": _document(conversion.source),
        "to": _document(conversion.target),
    }


def read(stored: object) -> Conversion | None:
    """As it was stored; None if it is none."""
    if not isinstance(stored, Mapping):
        return None
    other, reverses = casting.object_id(stored.get("with")), casting.flag(stored.get("reverses"))
    source, target = _money(stored.get("from")), _money(stored.get("to"))
    if other is None or reverses is None or source is None or target is None:
        return None
    return Conversion(other, source, target, reverses)


def is_as_made(expense: Expense) -> bool:
    """Whether an expense still says what its conversion said: others may have changed it."""
    made = expense.conversion
    if made is None:
        return False
    half = made.source if made.reverses else made.target
    return (expense.details.currency, minor_units(expense)) == (half.currency, [half.units])


def _document(value: Money) -> dict[str, Any]:
    return {"currency": value.currency, "units": value.units}


def _money(stored: object) -> Money | None:
    currency, units = (
        (stored.get("currency"), stored.get("units"))
        if isinstance(stored, Mapping)
        else (None, None)
    )
    if not isinstance(currency, str) or isinstance(units, bool) or not isinstance(units, int):
        return None
    return Money(currency, int(units)) if units > 0 else None
