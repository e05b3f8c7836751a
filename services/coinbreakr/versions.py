"""Versions of a resource, for clients that change only what they have seen."""

from typing import Final

from coinbreakr.errors import ErrorMessage, Stale

Held = frozenset[str] | None
ANY: Final = None
CHANGED: Final = ErrorMessage(
    "STALE", "This has been changed since you read it, please read it again"
)


def require_current(version: str, held: Held) -> None:
    """Refuse a change of another version than those that the client holds."""
    if held is not None and version not in held:
        raise Stale(CHANGED)
