"""Marshmallow for the app's two kinds of bodies.

Forms: falsy values count as missing, unknown keys are ignored, one message.
Strict bodies: every violation has the text that the web and mobile clients show.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields

from coinbreakr import text
from coinbreakr.errors import Invalid

T = TypeVar("T")


class Form(Schema):
    """A body of which `required` fields must be there, else `missing` is the message."""

    required: tuple[str, ...] = ()
    missing = ""

    class Meta:
        """What happens to keys that are not known."""

        unknown = EXCLUDE

    def load(self, data: Any, **options: Any) -> Any:
        """The fields that are there; Invalid with one message."""
        given = present(data)
        if not all(name in given for name in self.required):
            raise Invalid(self.missing)
        try:
            return super().load(given, **options)
        except ValidationError as error:
            raise Invalid(next(_texts(error.messages_dict))) from None


class StrictBody(Schema):
    """A body with known keys only. All violations are reported, in the order of the fields."""

    class Meta:
        """What happens to keys that are not known."""

        unknown = RAISE

    def load(self, data: Any, **options: Any) -> Any:
        """The fields; Invalid with `errors`."""
        if not _is_object(data):
            raise self.refusal([{"field": "", "message": '"value" must be of type object'}])
        try:
            return super().load(data, **options)
        except ValidationError as error:
            order = [*self.fields, *data]
            found = error.messages_dict
            errors = [e for name in dict.fromkeys(order) for e in _flat(name, found.get(name))]
            raise self.refusal(errors) from None

    def refusal(self, errors: list[dict[str, str]]) -> Invalid:
        """What is raised for a list of violations."""
        return Invalid("Validation failed", errors=errors)

    def handle_error(self, error: ValidationError, data: Any, **_: Any) -> None:
        """Give unknown keys their text."""
        for name in data:
            if name not in self.fields:
                error.messages_dict[name] = [f'"{name}" is not allowed']


class Word(fields.Field[str]):
    """A string of a form: any other type is refused."""

    def _deserialize(self, value: Any, attr: str | None, *_: Any, **__: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError(f"{attr} must be a string")
        if attr not in {"password", "newPassword", "currentPassword"} and text.has_nul(value):
            raise ValidationError(f"{attr} must not contain a NUL character")
        return value


class NotNull(fields.Field[T]):
    """A field of a strict body, to which null is one more wrong type."""

    def deserialize(
        self, value: Any, attr: str | None = None, data: Mapping[str, Any] | None = None, **_: Any
    ) -> Any:
        """The value, or its default."""
        if value is None:
            return self._deserialize(value, attr, data)
        return super().deserialize(value, attr, data)


class Line(NotNull[str]):
    """A trimmed string of a strict body, up to `most` UTF-16 units; `check` looks at it last."""

    def __init__(
        self,
        *,
        empty: str | None = None,
        most: int = 2**31,
        too_long: str = "",
        check: Callable[[str], bool] | None = None,
        wrong: str = "",
        trim: bool = True,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.empty = empty
        self.most = most
        self.too_long = too_long
        self.check = check
        self.wrong = wrong
        self.trim = trim

    def _deserialize(self, value: Any, attr: str | None, *_: Any, **__: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError(f'"{attr}" must be a string')
        line = text.trim(value) if self.trim else value
        if not line:
            raise ValidationError(self.empty or f'"{attr}" is not allowed to be empty')
        if text.length(line) > self.most:
            raise ValidationError(self.too_long)
        if text.has_nul(line):
            raise ValidationError(f'"{attr}" must not contain a NUL character')
        if self.check is not None and not self.check(line):
            raise ValidationError(self.wrong)
        return line


def required(name: str) -> dict[str, Any]:
    """The options of a field that must be there."""
    return {"required": True, "error_messages": {"required": f'"{name}" is required'}}


def present(data: Any) -> dict[str, Any]:
    """The fields of a body that are there, which to the app means not falsy in ECMAScript."""
    fields_sent = data.items() if _is_object(data) else ()
    return {name: value for name, value in fields_sent if value or isinstance(value, dict | list)}


def _is_object(data: Any) -> bool:
    return isinstance(data, dict)


def _texts(messages: Any) -> Iterator[str]:
    if isinstance(messages, str):
        yield messages
    else:
        for part in messages.values() if isinstance(messages, dict) else messages:
            yield from _texts(part)


def _flat(path: str, messages: Any) -> Iterator[dict[str, str]]:
    if isinstance(messages, dict):
        for key, part in messages.items():
            yield from _flat(f"{path}.{key}", part)
    else:
        for message in messages or ():
            yield {"field": path, "message": message}
