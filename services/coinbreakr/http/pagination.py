"""Pages of lists: whole numbers from 1, a limit of at most 100, 10 unless told."""

import re
from typing import Any, Final

from coinbreakr.paging import Page

_DEFAULT_LIMIT: Final = 10
_MAX_LIMIT: Final = 100
_LEADING_INTEGER: Final = re.compile(r"\s*\+?0*(\d+)", re.ASCII)
_MOST_DIGITS: Final = 15  # what is longer, is beyond the end of every list


def page_of(query: dict[str, Any]) -> Page:
    """The page that a query asks for; what is no number of at least 1 falls back."""
    return Page(
        _integer(query.get("page")) or 1,
        min(_integer(query.get("limit")) or _DEFAULT_LIMIT, _MAX_LIMIT),
    )


def _integer(value: object) -> int:
    match = _LEADING_INTEGER.match(value) if isinstance(value, str) else None
    if match is None:
        return 0
    return int(match[1]) if len(match[1]) <= _MOST_DIGITS else 10**_MOST_DIGITS - 1
