"""Fields of bodies that only this server takes: ids, decimals, objects in objects."""

from typing import Any

from bson import ObjectId
from marshmallow import fields

from coinbreakr import ids, typed
from coinbreakr.http import messages
from coinbreakr.typed import TypedDecimal


class Id(fields.Field[ObjectId]):
    """An id of 24 hexadecimal digits."""

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
