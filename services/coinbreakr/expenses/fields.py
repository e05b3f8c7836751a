"""Fields of what is sent about expenses."""

from typing import Any, Final

from marshmallow import fields, validate

from coinbreakr import dates, ids, money
from coinbreakr.errors import ErrorMessage
from coinbreakr.expenses import messages
from coinbreakr.http.inputs import Object
from coinbreakr.http.schema import FirstViolation, Text
from coinbreakr.http.validators import Rule, at_most, no_nul, not_empty

_MAX_LINE: Final = 200


class IdInput(FirstViolation, fields.String):
    """An id; None for what is none."""

    def __init__(self, **options: Any) -> None:
        metadata = {"pattern": "^[0-9a-fA-F]{24}$", "example": "65f1a0c2b7e4d9836a1f0c2e"}
        super().__init__(metadata=metadata, **options)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        return ids.parse(value)


class FriendIdInput(FirstViolation, fields.String):
    """An id, or an empty text for nobody's."""

    default_error_messages = {"invalid": messages.MALFORMED_FRIEND}

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        found = ids.parse(value)
        if value and found is None:
            raise self.make_error("invalid")
        return found


class AmountInput(FirstViolation, fields.Float):
    """A decimal number, or a text that is one as a whole; None for what is none."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        return money.parse(value)


class MomentInput(FirstViolation, fields.DateTime):
    """A date in ISO 8601, or milliseconds since 1970; None for what is none."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        return dates.parse(value)


class CurrencyInput(FirstViolation, fields.String):
    """A code in capitals, which is not looked up."""

    default_error_messages = {"invalid": messages.CURRENCY_INVALID}

    def _deserialize(self, *args: Any, **kwargs: Any) -> Any:
        return super()._deserialize(*args, **kwargs).upper()


class SettledInput(fields.Boolean):
    """True for `true`, false for anything else."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> bool:
        return bool(value == "true")


class ShareField(FirstViolation, fields.Nested):
    """A share."""

    default_error_messages = {"null": messages.SHARE_INCOMPLETE}


class OriginalObject(FirstViolation, Object):
    """An amount of another currency."""


def known(message: ErrorMessage) -> Rule:
    """Refuses what a field could not read."""
    return Rule(lambda value: value is not None, message)


def positive() -> list[validate.Validator]:
    """Refuses what is no amount of an expense."""
    invalid = messages.AMOUNT_INVALID
    return [known(invalid), validate.Range(min=0, min_inclusive=False, error=invalid)]


def line(name: str, **options: Any) -> Text:
    """A text of 1 to 200 characters, trimmed; `name` begins the message for a longer one."""
    empty = messages.TEXT_MISSING
    long = messages.TEXT_TOO_LONG.format(field=name)
    checks = [not_empty(empty), no_nul(empty), at_most(_MAX_LINE, long)]
    return Text(deferred=True, validate=checks, error_messages={"invalid": empty}, **options)
