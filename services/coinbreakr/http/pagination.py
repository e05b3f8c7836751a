"""Pages of lists: whole numbers from 1, a limit of at most 100, 10 unless told."""

import re
from typing import Any, Final

from coinbreakr.paging import Page

_DEFAULT_LIMIT: Final = 10
_MAX_LIMIT: Final = 100
_LEADING_INTEGER: Final = re.compile(r"\s*\+?(\d{1,15})", re.ASCII)


def page_of(query: dict[str, Any]) -> Page:
    """The page that a query asks for; what is no number of at least 1 falls back."""
    return Page(
        _integer(query.get("page")) or 1,
        min(_integer(query.get("limit")) or _DEFAULT_LIMIT, _MAX_LIMIT),
    )


def _integer(value: object) -> int:
    match = _LEADING_INTEGER.match(value) if isinstance(value, str) else None
    return int(match[1]) if match else 0
