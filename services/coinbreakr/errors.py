"""What can go wrong in the rules, without a word about HTTP."""

from collections.abc import Sequence
from typing import Self


class ErrorMessage(str):
    """A text of the wire contract, and the stable code that programs read instead of it.

    Codes are in capitals with underscores (`EXPENSE_NOT_FOUND`). A text never changes its code,
    whatever values are filled in.
    """

    __slots__ = ("code",)

    code: str

    def __new__(cls, code: str, text: str) -> Self:
        """A text with its code."""
        message = super().__new__(cls, text)
        message.code = code
        return message

    def format(self, *_: object, **values: object) -> "ErrorMessage":
        """With values for its `{names}`; those that are not given stay as they are."""
        return ErrorMessage(self.code, self.format_map(_Given(values)))


class _Given(dict[str, object]):
    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


class DomainError(Exception):
    """A refusal: a message for the person with a code for programs; `errors` names fields.

    `retry_after`: seconds after which the same request may succeed; it has changed nothing.
    """

    def __init__(
        self,
        message: ErrorMessage,
        *,
        errors: Sequence[dict[str, str]] | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.errors = errors
        self.retry_after = retry_after


class Invalid(DomainError):
    """The request does not fit the rules."""


class TooLarge(DomainError):
    """The request is bigger than what can be kept."""


class Unsupported(DomainError):
    """The request is written in an encoding that is not read."""


class Unauthenticated(DomainError):
    """Nobody, or nobody any more."""


class Forbidden(DomainError):
    """Somebody else's."""


class NotFound(DomainError):
    """Not there, or not for this caller to know of."""


class Conflict(DomainError):
    """Others changed the same thing at the same moment, again and again."""


class Stale(DomainError):
    """The client wants to change another version than the one that is there."""


class Unprocessable(DomainError):
    """The request contradicts an earlier one."""


class TooMany(DomainError):
    """The caller has used up a rate limit."""


class Busy(DomainError):
    """More of this is asked for than can be done in time; nothing has happened."""
