"""Lists that are read by a cursor: `limit` from 1 to 100, 20 unless told."""

import re
from typing import Any, Final

from bson import ObjectId
from marshmallow import Schema, fields

from coinbreakr import ids
from coinbreakr.http import messages
from coinbreakr.http.schema import Query
from coinbreakr.paging import Stretch

_DEFAULT_LIMIT: Final = 20
_MAX_LIMIT: Final = 100
_DIGITS: Final = re.compile(r"\d{1,3}", re.ASCII)


class _Limit(fields.Integer):
    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int:
        number = int(value) if isinstance(value, str) and _DIGITS.fullmatch(value) else 0
        if not 1 <= number <= _MAX_LIMIT:
            raise self.make_error("invalid")
        return number


class _Cursor(fields.String):
    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        found = ids.parse(value)
        if found is None:
            raise self.make_error("invalid")
        return found


class CursorQuery(Query):
    """A page of a list. Schemas with more fields inherit it; `stretch_in` makes a Stretch."""

    limit = _Limit(
        load_default=_DEFAULT_LIMIT,
        error_messages={"invalid": messages.LIMIT_INVALID},
        metadata={"description": "How many on a page", "minimum": 1, "maximum": _MAX_LIMIT},
    )
    cursor = _Cursor(
        load_default=None,
        error_messages={"invalid": messages.CURSOR_INVALID},
        metadata={"description": "`page.next` of the page before; without it, the first page"},
    )


REFUSALS: Final = (messages.LIMIT_INVALID, messages.CURSOR_INVALID)


def stretch_in(loaded: dict[str, Any]) -> Stretch:
    """The page in the fields that a CursorQuery has loaded."""
    return Stretch(loaded["limit"], loaded["cursor"])


class CursorPage(Schema):
    """Where the list goes on."""

    next = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The `cursor` of the next page; null after the last one"},
    )


def page(after: ObjectId | None) -> dict[str, Any]:
    """Where the list goes on."""
    return {"next": None if after is None else str(after)}
