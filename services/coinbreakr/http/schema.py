"""Marshmallow schemas for the app's two kinds of bodies.

`Form`: falsy values count as missing, unknown keys are ignored, one violation is reported.
`StrictBody`: only known keys, all violations are reported, with the texts that clients show.

Both raise Invalid. Their fields carry messages with a `{field}` in them, which is filled in when
the violations are collected: a field need not know its name or place.

`Query`: query strings. `answer`: the schema of a whole answer, for the API document and the tests.
"""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain, islice
from typing import Any, Final

from marshmallow import (
    EXCLUDE,
    Schema,
    ValidationError,
    fields,
    missing,
    pre_load,
    validate,
    validates_schema,
)
from marshmallow.validate import Validator

from coinbreakr import text
from coinbreakr.errors import ErrorMessage, Invalid
from coinbreakr.http import messages, validators

MOST_ERRORS: Final = 20
_MOST_OF_A_PASSWORD: Final = 4096  # bcrypt sees the first 72 bytes
_MOST_OF_A_KEY: Final = 64
Violation = tuple[tuple[str | int, ...], ErrorMessage]  # where, and what


class FirstViolation(fields.Field[Any]):
    """A field of whose validators the first that refuses is reported, not all.

    A `deferred` one loads a coinbreakr.deferred.Deferred, which reads the value when it is called.
    """

    def __init__(self, *args: Any, deferred: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self._deferred = deferred

    def deserialize(
        self, value: Any, attr: str | None = None, data: Any = None, **options: Any
    ) -> Any:
        """The value, or a Deferred of it; what is missing without a default is left out."""
        absent = value is missing and self.load_default is missing
        if absent or not self._deferred:
            return super().deserialize(value, attr, data, **options)
        return partial(self._read, value, attr, data)

    def _read(self, value: Any, attr: str | None, data: Any) -> Any:
        # Without the options of the form: the objects inside a partial one are whole.
        try:
            return super().deserialize(value, attr, data)
        except ValidationError as error:
            violation = next(_flat((attr,) if attr else (), error.messages))
            raise Invalid(filled(violation)[1]) from None

    def _validate(self, value: Any) -> None:
        for validator in self.validators:
            validator(value)


class Text(FirstViolation, fields.String):
    """A string of a strict body; white space at its ends does not count, unless told."""

    default_error_messages = {
        "required": messages.REQUIRED,
        "null": messages.NOT_A_STRING,
        "invalid": messages.NOT_A_STRING,
    }

    def __init__(self, *, trimmed: bool = True, **options: Any) -> None:
        super().__init__(pre_load=_trim if trimmed else None, allow_none=False, **options)


class FormText(FirstViolation, fields.String):
    """A string of a form, as it was sent; up to `most` UTF-16 code units when trimmed."""

    default_error_messages = {"invalid": messages.FORM_NOT_A_STRING}

    def __init__(
        self,
        *,
        most: int | None = None,
        too_long: ErrorMessage = messages.FORM_TOO_LONG,
        nul: bool = False,
        **options: Any,
    ) -> None:
        checks: list[Validator] = []
        if most is not None:
            checks.append(validators.TrimmedLength(max=most, error=too_long))
        checks += [] if nul else [validators.no_nul(messages.FORM_NUL)]
        super().__init__(validate=checks, **options)


class Items(FirstViolation, fields.List[Any]):
    """An array of at most `most` items, which are counted before any of them is looked at."""

    default_error_messages = {
        "required": messages.REQUIRED,
        "null": messages.NOT_AN_ARRAY,
        "invalid": messages.NOT_AN_ARRAY,
    }

    def __init__(
        self,
        item: fields.Field[Any],
        *,
        most: int | None = None,
        too_many: ErrorMessage = messages.TOO_MANY_ITEMS,
        metadata: dict[str, Any] | None = None,
        **options: Any,
    ) -> None:
        def few(value: Any) -> Any:
            if most is not None and isinstance(value, list) and len(value) > most:
                raise ValidationError(too_many.format(max=most))
            return value

        bound = {} if most is None else {"maxItems": most}
        super().__init__(item, pre_load=few, metadata={**bound, **(metadata or {})}, **options)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> list[Any]:
        if not isinstance(value, list):  # marshmallow takes an object for the list of its keys
            raise self.make_error("invalid")
        return super()._deserialize(value, *args, **kwargs)


def email_text(**options: Any) -> FormText:
    """An address in a form."""
    example = {"example": "ada@example.com"}
    known = {"metadata": example, **options}
    return FormText(most=text.MAX_ADDRESS, too_long=messages.ADDRESS_TOO_LONG, **known)


def password_text(**options: Any) -> FormText:
    """A password in a form; NUL is a character like others."""
    shown = {"example": "some-secret-1", **options.pop("metadata", {})}
    return FormText(most=_MOST_OF_A_PASSWORD, nul=True, metadata=shown, **options)


class Form(Schema):
    """A body in which falsy values count as missing; `missing` refuses one without a required."""

    missing: ErrorMessage

    class Meta:
        """What happens to keys that are not known."""

        unknown = EXCLUDE

    @pre_load
    def _given(self, data: Any, **_: Any) -> dict[str, Any]:
        return present(data)

    def handle_error(self, error: ValidationError, data: Any, **_: Any) -> None:
        """Raise Invalid with one message."""
        given = present(data)
        if any(field.required and name not in given for name, field in self.fields.items()):
            raise Invalid(self.missing)
        raise self.refusal(list(_violations(error, self.fields)))

    def refusal(self, violations: list[Violation]) -> Invalid:
        """What is raised for what was found, at least one: the first."""
        return Invalid(filled(violations[0])[1])


class KnownKeys(Schema):
    """An object with known keys only."""

    class Meta:
        """What happens to keys that are not known, before `_known` refuses them."""

        unknown = EXCLUDE  # marshmallow's RAISE takes quadratic time

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def _known(self, _: Any, sent: Any, **__: Any) -> None:
        keys = sent if isinstance(sent, dict) else ()
        unknown = islice((key for key in keys if key not in self.fields), MOST_ERRORS)
        if found := {key: [messages.UNKNOWN_FIELD] for key in unknown}:
            raise ValidationError(found)


class StrictBody(KnownKeys):
    """A body with known keys only. The first 20 violations are reported, in a fixed order.

    Fields come in their order, then unknown keys in the order of the body.
    """

    error_messages = {"type": messages.NOT_AN_OBJECT}

    def handle_error(self, error: ValidationError, data: Any, **_: Any) -> None:
        """Raise Invalid with `errors`."""
        keys = data if isinstance(data, dict) else ()
        found = islice(_violations(error, chain(self.fields, keys)), MOST_ERRORS)
        raise self.refusal([filled(violation) for violation in found])

    def refusal(self, violations: list[Violation]) -> Invalid:
        """What is raised for what was found, at least one."""
        errors = [
            {"field": ".".join(map(str, path)), "message": message, "code": message.code}
            for path, message in violations
        ]
        return Invalid(messages.VALIDATION, errors=errors)


class NamedBody(StrictBody):
    """The same of a route that only this server has: the message is that of the first violation.

    A value of null counts as not given.
    """

    @pre_load
    def _given(self, data: Any, **_: Any) -> Any:
        if not isinstance(data, dict):
            return data
        return {name: value for name, value in data.items() if value is not None}

    def refusal(self, violations: list[Violation]) -> Invalid:
        """What is raised for what was found, at least one."""
        refused = super().refusal(violations)
        return Invalid(violations[0][1], errors=refused.errors)


class Query(Schema):
    """A query string: names that are not known are ignored, one violation is reported."""

    class Meta:
        """What happens to names that are not known."""

        unknown = EXCLUDE

    def handle_error(self, error: ValidationError, data: Any, **_: Any) -> None:
        """Raise Invalid with one message."""
        del data
        raise Invalid(filled(next(_violations(error, self.fields)))[1])


def answer(
    data: type[Schema] | fields.Field[Any] | None = None,
    *,
    message: bool = False,
    **more: fields.Field[Any],
) -> Schema:
    """The schema of a success: `{"success": true, "message"?, "data"?}` and `more`."""
    parts: dict[str, fields.Field[Any]] = {
        "success": fields.Boolean(required=True, validate=validate.Equal(True))
    }
    if message:
        parts["message"] = fields.String(required=True, metadata={"description": "For people"})
    if data is not None:
        whole = data if isinstance(data, fields.Field) else fields.Nested(data, required=True)
        parts["data"] = whole
    return Schema.from_dict({**parts, **more}, name="Answer")()


def present(data: Any) -> dict[str, Any]:
    """The fields of a body that are there, which to the app means not falsy in ECMAScript."""
    sent = data.items() if isinstance(data, dict) else ()
    return {name: value for name, value in sent if text.is_given(value)}


def filled(violation: Violation) -> Violation:
    """With the path in the message: `members[0]`."""
    path, message = violation
    shown = tuple(_cut(part) if isinstance(part, str) else part for part in path)
    label = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in shown)
    return shown, message.format(field=label.removeprefix("."))


def _violations(error: ValidationError, order: Iterable[str]) -> Iterator[Violation]:
    """Those of the fields that `order` names, each once; then those of the body as a whole."""
    found = dict(error.messages_dict)
    for name in order:
        yield from _flat((name,), found.pop(name, ()))
    yield from _flat((), found.get("_schema", ()))


def _flat(path: tuple[str | int, ...], found: Any) -> Iterator[Violation]:
    if isinstance(found, dict):
        for key, part in found.items():
            yield from _flat((*path, key), part)
    else:
        for message in found:
            yield path, message


def _cut(key: str) -> str:
    return key if len(key) <= _MOST_OF_A_KEY else f"{key[:_MOST_OF_A_KEY]}..."


def _trim(value: Any) -> Any:
    return text.trim(value) if isinstance(value, str) else value
