"""Pure: amounts in another currency. A missing rate is named and never guessed.

A cross rate has 20 significant digits. An amount is converted by the rate that is shown, and
rounded once to the minor unit, halves away from zero: so a debt and its credit stay opposite, and
anybody can check the figure.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from typing import Final

from coinbreakr import money
from coinbreakr.currencies.model import Converted, Displayed, Exchange, Rates

_RATE: Final = Context(prec=20, rounding=ROUND_HALF_EVEN)
_EXACT: Final = Context(prec=200, rounding=ROUND_HALF_UP)


def rate(rates: Rates, source: str, target: str) -> Decimal | None:
    """How much one of `source` is in `target`; None if either is not among the rates."""
    if source == target:
        return Decimal(1)
    one, other = _in_base(rates, source), _in_base(rates, target)
    if one is None or other is None:
        return None
    return other if source == rates.base else _RATE.divide(other, one)


def convert(amounts: Mapping[str, int], target: str, rates: Rates) -> Converted:
    """Minor units of several currencies as one amount."""
    given = {currency: units for currency, units in amounts.items() if units}
    needed = given.keys() | {target} if given.keys() - {target} else set()
    if missing := sorted(code for code in needed if _in_base(rates, code) is None):
        return Converted(None, tuple(missing))
    worth = [
        _EXACT.multiply(money.from_minor(Decimal(units), currency), by)
        for currency, units in given.items()
        if (by := rate(rates, currency, target)) is not None
    ]
    scaled = money.total(worth).scaleb(money.places(target), _EXACT)
    return Converted(int(scaled.to_integral_value(context=_EXACT)))


def display(amounts: Mapping[str, Decimal], exchange: Exchange) -> Displayed:
    """Amounts of several currencies as one that is shown; nothing is stored or changed by that."""
    target, known = exchange.currency, exchange.rates
    rates = Rates(target, {}, date.min, "") if known is None else known
    units = {code: int(money.scaled(amount, code)) for code, amount in amounts.items()}
    found = convert(units, target, rates)
    by = {code: rate(rates, code, target) for code in sorted(units) if units[code]}
    return Displayed(
        currency=target,
        amount=None if found.units is None else money.from_minor(Decimal(found.units), target),
        missing=found.missing,
        rates={code: one for code, one in by.items() if one is not None and code != target},
        date=None if known is None else known.date,
        source=None if known is None else known.source,
    )


def of_day(history: Iterable[Rates], day: date) -> Rates | None:
    """The rates of a day; of a day without any, those of the last day before it."""
    return max((one for one in history if one.date <= day), key=lambda one: one.date, default=None)


def _in_base(rates: Rates, currency: str) -> Decimal | None:
    return Decimal(1) if currency == rates.base else rates.rates.get(currency)
