"""Versions of a resource, for clients that change only what they have seen."""

from typing import Final

from coinbreakr.errors import ErrorMessage, Stale

ExpectedVersions = frozenset[str] | None
ANY: Final = None
CHANGED: Final = ErrorMessage(
    "STALE", "This has been changed since you read it, please read it again"
)


def require_current(version: str, expected: ExpectedVersions) -> None:
    """Refuse a change of another version than those that the client expects."""
    if expected is not None and version not in expected:
        raise Stale(CHANGED)
