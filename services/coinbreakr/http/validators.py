"""Validators of texts: lengths in UTF-16 code units, as the app counts them, and no NUL."""

from collections.abc import Callable
from typing import Any

from marshmallow import ValidationError, validate

from coinbreakr import text
from coinbreakr.errors import ErrorMessage
from coinbreakr.http import messages


class Length(validate.Length):
    """The length of a text in UTF-16 code units."""

    def __call__(self, value: Any) -> Any:
        """The value, if its length is allowed."""
        super().__call__(range(text.length(value)))
        return value


class TrimmedLength(Length):
    """The same without white space at its ends."""

    def __call__(self, value: Any) -> Any:
        """The value, if its length is allowed."""
        super().__call__(text.trim(value))
        return value


def not_empty(message: ErrorMessage = messages.EMPTY) -> Length:
    """Refuses a text without a character."""
    return Length(min=1, error=message)


def at_most(units: int, message: ErrorMessage = messages.FORM_TOO_LONG) -> Length:
    """Refuses a text of more code units."""
    return Length(max=units, error=message)


def no_nul(message: ErrorMessage = messages.NUL) -> validate.Validator:
    """Refuses a NUL character, which only passwords may have."""
    return Rule(lambda value: not text.has_nul(value), message)


class Rule(validate.Validator):
    """Refuses what a function does not accept."""

    def __init__(self, accepts: Callable[[str], bool], message: ErrorMessage) -> None:
        self._accepts = accepts
        self._message = message

    def __call__(self, value: str) -> str:
        """The value, if it is accepted."""
        if not self._accepts(value):
            raise ValidationError(self._message)
        return value
