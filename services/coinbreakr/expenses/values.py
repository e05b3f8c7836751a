"""Pure: the values of an expense that have rules of their own."""

from datetime import datetime
from typing import Final

from coinbreakr import dates, text
from coinbreakr.errors import Invalid

DEFAULT_CURRENCY: Final = "USD"
DEFAULT_CATEGORY: Final = "other"
CATEGORIES: Final = (
    "food", "transport", "entertainment", "shopping", "utilities", "travel", "other",
)  # fmt: skip
_MAX_DESCRIPTION: Final = 200
_MAX_CURRENCY: Final = 3


def description(value: object) -> str:
    """1 to 200 characters, trimmed."""
    trimmed = text.trim(value) if isinstance(value, str) else ""
    if not trimmed or text.has_nul(trimmed):
        raise Invalid("Please provide a description")
    if text.length(trimmed) > _MAX_DESCRIPTION:
        raise Invalid("Description cannot be more than 200 characters")
    return trimmed


def currency(value: object) -> str:
    """At most 3 characters, in capitals; it is not looked up."""
    code = value.upper() if isinstance(value, str) else ""
    if not code or text.length(code) > _MAX_CURRENCY or text.has_nul(code):
        raise Invalid("Currency must be a code of at most 3 characters")
    return code


def category(value: object) -> str:
    """One of the seven."""
    if not isinstance(value, str) or value not in CATEGORIES:
        raise Invalid("Category must be one of " + ", ".join(CATEGORIES))
    return value


def date(value: object) -> datetime:
    """A date in ISO 8601, or milliseconds."""
    found = dates.parse(value)
    if found is None:
        raise Invalid("Invalid date format")
    return found
