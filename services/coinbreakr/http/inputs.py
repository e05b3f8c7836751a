"""Fields of bodies that only this server takes: ids, decimals, objects in objects."""

from datetime import date, datetime
from typing import Any, Final

from bson import ObjectId
from marshmallow import fields

from coinbreakr import dates, ids, typed
from coinbreakr.http import messages
from coinbreakr.typed import TypedDecimal

_ID: Final = {"type": "string", "pattern": ids.PATTERN, "example": "65f1a0c2b7e4d9836a1f0c2e"}
_DAY: Final = {"type": "string", "format": "date", "example": "2026-01-31"}
_MOMENT: Final = {
    "type": ["string", "number"],
    "description": "ISO 8601, or ms since 1970",
    "example": "2026-05-01",
}
_TIME: Final = {"type": "string", "example": "2026-01-31"}
_DECIMAL: Final = {"type": ["number", "string"], "example": "12.50"}


class Id(fields.Field[ObjectId]):
    """An id of 24 hexadecimal digits."""

    def __init__(self, *, metadata: dict[str, Any] | None = None, **options: Any) -> None:
        super().__init__(metadata={**_ID, **(metadata or {})}, **options)

    default_error_messages = {
        "required": messages.REQUIRED,
        "null": messages.NOT_AN_ID,
        "invalid": messages.NOT_AN_ID,
    }

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> ObjectId:
        found = ids.parse(value)
        if found is None:
            raise self.make_error("invalid")
        return found


class DecimalNumber(fields.Field[TypedDecimal]):
    """A JSON number or a decimal string, as it was sent."""

    def __init__(self, *, metadata: dict[str, Any] | None = None, **options: Any) -> None:
        super().__init__(metadata={**_DECIMAL, **(metadata or {})}, **options)

    default_error_messages = {
        "required": messages.REQUIRED,
        "null": messages.NOT_A_DECIMAL,
        "invalid": messages.NOT_A_DECIMAL,
    }

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> TypedDecimal:
        found = typed.read(value)
        if found is None:
            raise self.make_error("invalid")
        return found


class Day(fields.Field[date]):
    """A day of the calendar: `2026-01-31`."""

    def __init__(self, *, metadata: dict[str, Any] | None = None, **options: Any) -> None:
        super().__init__(metadata={**_DAY, **(metadata or {})}, **options)

    default_error_messages = {
        "required": messages.REQUIRED,
        "null": messages.NOT_A_DAY,
        "invalid": messages.NOT_A_DAY,
    }

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> date:
        found = dates.day(value)
        if found is None:
            raise self.make_error("invalid")
        return found


class Moment(fields.Field[datetime]):
    """A date in ISO 8601, or milliseconds since 1970."""

    def __init__(self, *, metadata: dict[str, Any] | None = None, **options: Any) -> None:
        super().__init__(metadata={**_MOMENT, **(metadata or {})}, **options)

    default_error_messages = {
        "required": messages.REQUIRED,
        "null": messages.NOT_A_MOMENT,
        "invalid": messages.NOT_A_MOMENT,
    }

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> datetime:
        found = dates.parse(value)
        if found is None:
            raise self.make_error("invalid")
        return found


class PointInTime(fields.Field[datetime]):
    """A moment in ISO 8601; of a day, its end in UTC."""

    def __init__(self, *, metadata: dict[str, Any] | None = None, **options: Any) -> None:
        super().__init__(metadata={**_TIME, **(metadata or {})}, **options)

    default_error_messages = {"invalid": messages.NOT_A_TIME}

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> datetime:
        found = dates.end_of(value)
        if found is None:
            raise self.make_error("invalid")
        return found


class Flag(fields.Boolean):
    """True or false, nothing that stands for them."""

    default_error_messages = {
        "required": messages.REQUIRED,
        "null": messages.NOT_A_FLAG,
        "invalid": messages.NOT_A_FLAG,
    }

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid")
        return value


class Object(fields.Nested):
    """An object with a schema of its own."""

    default_error_messages = {
        "required": messages.REQUIRED,
        "null": messages.FIELD_NOT_AN_OBJECT,
        "type": messages.FIELD_NOT_AN_OBJECT,
    }

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if not isinstance(value, dict):
            raise self.make_error("type")
        return super()._deserialize(value, *args, **kwargs)
