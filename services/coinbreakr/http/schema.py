"""Marshmallow for the app's two kinds of bodies.

Forms: falsy values count as missing, unknown keys are ignored, one message.
Strict bodies: every violation has the text that the web and mobile clients show.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any, Final, TypeVar

from marshmallow import EXCLUDE, Schema, ValidationError, fields

from coinbreakr import text
from coinbreakr.errors import Invalid

T = TypeVar("T")
MOST_ERRORS: Final = 20
_MOST_OF_A_PASSWORD: Final = 4096  # bcrypt sees the first 72 bytes
_MOST_OF_A_KEY: Final = 64


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
            raise Invalid(first_text(error)) from None


class StrictBody(Schema):
    """A body with known keys only. The first 20 violations are reported, in a fixed order.

    Fields come in their order, then unknown keys in the order of the body.
    """

    def load(self, data: Any, **options: Any) -> Any:
        """The fields; Invalid with `errors`."""
        if not _is_object(data):
            raise self.refusal([{"field": "", "message": '"value" must be of type object'}])
        known = {name: data[name] for name in self.fields if name in data}
        found: dict[str, Any] = {}
        loaded: Any = None
        try:
            loaded = super().load(known, **options)
        except ValidationError as error:
            found = error.messages_dict
        if found or len(known) < len(data):
            raise self.refusal(list(islice(self._errors(found, data), MOST_ERRORS)))
        return loaded

    def refusal(self, errors: list[dict[str, str]]) -> Invalid:
        """What is raised for a list of violations."""
        return Invalid("Validation failed", errors=errors)

    def _errors(self, found: dict[str, Any], data: dict[str, Any]) -> Iterator[dict[str, str]]:
        for name in self.fields:
            yield from _flat(name, found.get(name))
        for name in data:
            if name not in self.fields:
                shown = name if len(name) <= _MOST_OF_A_KEY else f"{name[:_MOST_OF_A_KEY]}..."
                yield {"field": shown, "message": f'"{shown}" is not allowed'}


class Word(fields.Field[str]):
    """A string of a form, up to `most` UTF-16 units when trimmed: any other type is refused."""

    def __init__(
        self, *, most: int | None = None, too_long: str = "", nul: bool = False, **options: Any
    ) -> None:
        super().__init__(**options)
        self.most = most
        self.too_long = too_long
        self.nul = nul  # whether a NUL is a character like others

    def _deserialize(self, value: Any, attr: str | None, *_: Any, **__: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError(f"{attr} must be a string")
        if self.most is not None and text.length(text.trim(value)) > self.most:
            long = self.too_long or f"{attr} cannot be more than {self.most} characters"
            raise ValidationError(long)
        if not self.nul and text.has_nul(value):
            raise ValidationError(f"{attr} must not contain a NUL character")
        return value


def email_word(**options: Any) -> Word:
    """An address in a form."""
    return Word(most=text.MAX_ADDRESS, too_long=text.ADDRESS_TOO_LONG, **options)


def password_word() -> Word:
    """A password in a form."""
    return Word(most=_MOST_OF_A_PASSWORD, nul=True)


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
    """A string of a strict body, up to `most` UTF-16 units; `check` looks at it last.

    It is trimmed first, unless `trims` is false.
    """

    def __init__(
        self,
        *,
        most: int,
        empty: str | None = None,
        too_long: str = "",
        check: Callable[[str], bool] | None = None,
        wrong: str = "",
        trims: bool = True,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.trims = trims
        self.empty = empty
        self.most = most
        self.too_long = too_long
        self.check = check
        self.wrong = wrong

    def _deserialize(self, value: Any, attr: str | None, *_: Any, **__: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError(f'"{attr}" must be a string')
        line = text.trim(value) if self.trims else value
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
    return {name: value for name, value in fields_sent if text.is_given(value)}


def _is_object(data: Any) -> bool:
    return isinstance(data, dict)


def first_text(error: ValidationError) -> str:
    """The first of its messages."""
    return next(_texts(error.messages_dict))


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
