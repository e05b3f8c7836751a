"""Ids: 24 hexadecimal digits on the wire, ObjectIds inside."""

import re
from typing import Final

from bson import ObjectId

from coinbreakr.errors import ErrorMessage, Invalid

PATTERN: Final = "^[0-9a-fA-F]{24}$"
_ID: Final = re.compile(PATTERN)


def parse(value: object) -> ObjectId | None:
    """The id that a value from outside names, or None."""
    return ObjectId(value) if isinstance(value, str) and _ID.fullmatch(value) else None


def require(value: object, message: ErrorMessage) -> ObjectId:
    """The same, refusing anything else with `message`."""
    found = parse(value)
    if found is None:
        raise Invalid(message)
    return found
