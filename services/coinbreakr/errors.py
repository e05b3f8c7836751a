"""What can go wrong in the rules, without a word about HTTP."""

from collections.abc import Sequence


class DomainError(Exception):
    """A refusal with a text for the person; `errors` names fields, `code` is for programs.

    `retry_after`: seconds after which the same request may succeed; it has changed nothing.
    """

    def __init__(
        self,
        message: str,
        *,
        errors: Sequence[dict[str, str]] | None = None,
        code: str | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.errors = errors
        self.code = code
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
