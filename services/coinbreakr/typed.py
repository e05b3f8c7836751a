"""Decimals as people type them: JSON numbers, or strings such as "12.50"."""

import re
from decimal import Decimal
from typing import Final, Self

_DECIMAL: Final = re.compile(r"-?\d{1,15}(?:\.\d{1,20})?", re.ASCII)
_MOST: Final = 10**15


class TypedDecimal(Decimal):
    """A decimal, with the number or string that was sent for it."""

    __slots__ = ("sent",)

    sent: float | str

    def __new__(cls, sent: float | str) -> Self:
        """The decimal that a number is shown as, or a string is."""
        number = super().__new__(cls, sent if isinstance(sent, str) else repr(sent))
        number.sent = sent
        return number


def read(value: object) -> TypedDecimal | None:
    """A number below 10**15, or a plain decimal string of one; else None."""
    if isinstance(value, str):
        return TypedDecimal(value) if _DECIMAL.fullmatch(value) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return TypedDecimal(value) if -_MOST < value < _MOST else None


def fits(number: Decimal, digits: int) -> bool:
    """Whether a number has at most `digits` after the point, not counting zeros at the end."""
    scaled = number.scaleb(digits)
    return scaled == scaled.to_integral_value()
