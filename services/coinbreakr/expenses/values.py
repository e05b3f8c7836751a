"""Pure: the values of an expense that have rules of their own."""

from datetime import datetime
from typing import Final

from coinbreakr import dates, text
from coinbreakr.errors import Invalid
from coinbreakr.expenses import messages

DEFAULT_CURRENCY: Final = "USD"
DEFAULT_CATEGORY: Final = "other"
CATEGORIES: Final = (
    "food", "transport", "entertainment", "shopping", "utilities", "travel", "other",
)  # fmt: skip
# What the mobile app offers when an expense is edited, and what the server has for it.
_LABELS: Final = {
    "Food & Dining": "food",
    "Groceries": "food",
    "Transportation": "transport",
    "Shopping": "shopping",
    "Entertainment": "entertainment",
    "Bills & Utilities": "utilities",
    "Travel": "travel",
    "Healthcare": "other",
    "Education": "other",
    "Other": "other",
}
_MAX_LINE: Final = 200
_MAX_CURRENCY: Final = 3


def description(value: object) -> str:
    """1 to 200 characters, trimmed."""
    return _line(value, "description")


def title(value: object) -> str:
    """1 to 200 characters, trimmed."""
    return _line(value, "title")


def currency(value: object) -> str:
    """At most 3 characters, in capitals; it is not looked up."""
    code = value.upper() if isinstance(value, str) else ""
    if not text.trim(code) or text.length(code) > _MAX_CURRENCY or text.has_nul(code):
        raise Invalid(messages.CURRENCY_INVALID)
    return code


def claimed_currency(value: object) -> str:
    """The currency that amounts are checked in, before it is known whether it is a valid one."""
    return value.upper()[:_MAX_CURRENCY] if isinstance(value, str) else DEFAULT_CURRENCY


def category(value: object) -> str:
    """One of the seven, also for the label that the app has for it."""
    known = _LABELS.get(value, value) if isinstance(value, str) else None
    if known not in CATEGORIES:
        raise Invalid(messages.CATEGORY_INVALID.format(choices=", ".join(CATEGORIES)))
    return known


def date(value: object) -> datetime:
    """A date in ISO 8601, or milliseconds."""
    found = dates.parse(value)
    if found is None:
        raise Invalid(messages.DATE_INVALID)
    return found


def _line(value: object, name: str) -> str:
    trimmed = text.trim(value) if isinstance(value, str) else ""
    if not trimmed or text.has_nul(trimmed):
        raise Invalid(messages.TEXT_MISSING.format(field=name))
    if text.length(trimmed) > _MAX_LINE:
        raise Invalid(messages.TEXT_TOO_LONG.format(field=name.capitalize(), max=_MAX_LINE))
    return trimmed
