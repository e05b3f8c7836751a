"""Pages of lists: whole numbers from 1, a limit of at most 100, 10 unless told."""

import re
from typing import Any, Final

from marshmallow import Schema, fields

from coinbreakr.http.schema import Query
from coinbreakr.paging import Page

_DEFAULT_LIMIT: Final = 10
_MAX_LIMIT: Final = 100
_LEADING_INTEGER: Final = re.compile(r"\s*\+?0*(\d+)", re.ASCII)
_MOST_DIGITS: Final = 15  # what is longer, is beyond the end of every list


class _PositiveInteger(fields.Integer):
    """The integer at the beginning of a text; `default` for what is no integer of at least 1."""

    def __init__(self, *, default: int, most: int | None = None, what: str) -> None:
        self._default = default
        self._most = most
        super().__init__(load_default=default, metadata={"description": what, "example": default})

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int:
        found = _integer(value) or self._default
        return found if self._most is None else min(found, self._most)


class PageQuery(Query):
    """The page of a list. Schemas with more fields inherit it; `page_in` makes a Page."""

    page = _PositiveInteger(default=1, what="Counted from 1; 1 for what is no positive integer.")
    limit = _PositiveInteger(
        default=_DEFAULT_LIMIT,
        most=_MAX_LIMIT,
        what=f"How many on a page, at most {_MAX_LIMIT}; "
        f"{_DEFAULT_LIMIT} for what is no positive integer.",
    )


def page_in(loaded: dict[str, Any]) -> Page:
    """The page in the fields that a PageQuery has loaded."""
    return Page(loaded["page"], loaded["limit"])


class _Pagination(Schema):
    current = fields.Integer(required=True, strict=True, metadata={"description": "This page"})


class SearchPagination(_Pagination):
    """Where in the results of a search the answer is."""

    limit = fields.Integer(required=True, strict=True, metadata={"description": "Most on a page"})
    total = fields.Integer(
        required=True, strict=True, metadata={"description": "Results on this page"}
    )


class GroupPagination(_Pagination):
    """Where in a list of known length the answer is."""

    pages = fields.Integer(required=True, strict=True, metadata={"description": "How many pages"})
    total = fields.Integer(
        required=True, strict=True, metadata={"description": "On all pages together"}
    )


class ListPagination(GroupPagination):
    """Where in a list of known length the answer is, with the limit."""

    limit = fields.Integer(required=True, strict=True, metadata={"description": "Most on a page"})


def _integer(value: object) -> int:
    match = _LEADING_INTEGER.match(value) if isinstance(value, str) else None
    if match is None:
        return 0
    return int(match[1]) if len(match[1]) <= _MOST_DIGITS else 10**_MOST_DIGITS - 1
