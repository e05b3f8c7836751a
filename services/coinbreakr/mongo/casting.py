"""Pure: stored values as the type that a schema asks for, cast as Mongoose does when it reads.

Each function gives the very value back where its type is right, and None where nothing of that
type can be made of it.
"""

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from bson import Code, Decimal128, Int64, ObjectId

from coinbreakr import dates, ids, money

# Mongoose, castBoolean.convertToTrue and convertToFalse.
TRUE: Final = (True, "true", 1, "1", "yes")
FALSE: Final = (False, "false", 0, "0", "no")


def text(value: object) -> str | None:
    """A string; numbers and ids are written out, integral ones without a fraction."""
    if isinstance(value, str):
        return None if isinstance(value, Code) else value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, ObjectId):
        return str(value)
    found = number(value)
    if found is None:
        return None
    return str(int(found)) if float(found).is_integer() else repr(float(found))


def number(value: object) -> float | None:
    """A finite number; of a string only if the whole of it is a decimal number."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, Int64):
        return value
    if isinstance(value, int | float):
        return value if math.isfinite(value) else None
    read = money.parse(str(value) if isinstance(value, Decimal128) else value)
    return None if read is None else money.stored(read)


def date(value: object) -> datetime | None:
    """A moment; strings are ISO 8601, numbers are milliseconds since 1970."""
    if isinstance(value, datetime):
        return value
    return None if isinstance(value, bool) else dates.parse(value) or dates.parse(number(value))


def object_id(value: object) -> ObjectId | None:
    """An id; of a string if it is 24 hexadecimal digits."""
    return value if isinstance(value, ObjectId) else ids.parse(value)


def flag(value: object) -> bool | None:
    """True or false."""
    if isinstance(value, bool):
        return value
    if value in TRUE:
        return True
    return False if value in FALSE else None


def items(value: Any) -> Sequence[Any]:
    """A list; any other value is the only one in it, and null is none."""
    if isinstance(value, list):
        return value
    return [] if value is None else [value]
