"""Amounts: read once, counted in minor units, rounded in one place. Never float arithmetic.

Minor units are those of ISO 4217: JPY has none, USD 2, KWD 3.
"""

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final

DEFAULT_PLACES: Final = 2
# ISO 4217 (amendment 176), the currencies whose minor unit is not 2.
PLACES: Final[dict[int, frozenset[str]]] = {
    0: frozenset(
        "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split()  # noqa: SIM905
    ),
    3: frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"}),
    4: frozenset({"CLF", "UYW"}),
}
_PLACES_OF: Final = {code: places for places, codes in PLACES.items() for code in codes}

MIN_AMOUNT: Final = Decimal("0.01")
# Any decimal of 15 digits survives the way into a double and back (IEEE 754, DBL_DIG).
_DIGITS: Final = 15
_NUMBER: Final = re.compile(
    r"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,4})?\s*", re.ASCII | re.IGNORECASE
)
_EXACT: Final = Context(prec=400)
_LONGEST_NUMBER: Final = 64


def places(currency: str) -> int:
    """Digits after the point of a currency; 2 for codes that are not in ISO 4217."""
    return _PLACES_OF.get(currency, DEFAULT_PLACES)


def unit(currency: str) -> Decimal:
    """The minor unit: 1 of JPY, 0.01 of USD, 0.001 of KWD."""
    return Decimal(1).scaleb(-places(currency))


def smallest(currency: str) -> Decimal:
    """The least that an expense can be."""
    return max(MIN_AMOUNT, unit(currency))


def largest(currency: str) -> Decimal:
    """The most that an expense can be, so that each minor unit of it is read as it was stored."""
    return (10**_DIGITS - 1) * unit(currency)


def parse(value: object) -> Decimal | None:
    """A finite number, or a string that is one as a whole; else None."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    text = value if isinstance(value, str) else repr(value)
    if len(text) > _LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        return None
    number = Decimal(text.strip())
    return number if abs(float(number)) != float("inf") else None


def total(amounts: Iterable[Decimal]) -> Decimal:
    """Their exact sum, whatever their exponents."""
    result = Decimal(0)
    for amount in amounts:
        result = _EXACT.add(result, amount)
    return result


def product(one: Decimal, other: Decimal) -> Decimal:
    """Their exact product."""
    return _EXACT.multiply(one, other)


def add_up(shares: Iterable[Decimal], amount: Decimal, currency: str) -> bool:
    """Whether shares sum up to an amount, within a minor unit."""
    return abs(_EXACT.subtract(total(shares), amount)) <= unit(currency)


def rounded(amount: Decimal, digits: int = DEFAULT_PLACES) -> Decimal:
    """`amount` with `digits` after the point, halves away from zero, never -0."""
    result = amount.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP, _EXACT)
    return abs(result) if result.is_zero() else result


def from_minor(units: Decimal, currency: str) -> Decimal:
    """Minor units of a currency as an amount: 1234 of USD is 12.34."""
    return units.scaleb(-places(currency), _EXACT)


def scaled(amount: Decimal, currency: str) -> Decimal:
    """An amount in minor units, with what is less than one: 12.345 of USD is 1234.5."""
    return amount.scaleb(places(currency), _EXACT)


def to_minor(amount: Decimal, currency: str) -> int | None:
    """An amount in minor units: 12.34 of USD is 1234; None if it is no whole number of them."""
    units = scaled(amount, currency)
    return int(units) if units == units.to_integral_value(context=_EXACT) else None


def number(amount: float | Decimal) -> int | float:
    """The amount as JSON has it: integral values up to 2**53 without a fraction."""
    if type(amount) is float and not amount.is_integer():
        return amount  # most of those in a list
    return _integral(amount, 2**53)


def stored(amount: float | Decimal) -> int | float:
    """The amount as the Node server stores it: int32 where integral values fit, else a double."""
    return _integral(amount, 2**31 - 1)


def _integral(amount: float | Decimal, most: int) -> int | float:
    value = float(amount)
    return int(value) if value.is_integer() and abs(value) <= most else value
