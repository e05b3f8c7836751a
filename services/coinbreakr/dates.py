"""Dates as the app sends them: ISO 8601 strings, or milliseconds since 1970."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Final

_ISO: Final = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?"
    r"(?:[T ](?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d+))?)?"
    r"(?P<zone>Z|[+-](?:[01]\d|2[0-3]):?[0-5]\d)?)?",
    re.ASCII | re.IGNORECASE,
)
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_LONGEST: Final = 64
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def parse(value: object) -> datetime | None:
    """The moment in UTC, cut to milliseconds; None for what is no date.

    A date without a time is midnight UTC, a time without a zone is UTC. A day that the month
    does not have (up to the 31st) runs into the next one, as ECMAScript dates do.
    """
    try:
        if isinstance(value, str):
            match = _ISO.fullmatch(value.strip()) if len(value) <= _LONGEST else None
            return None if match is None else _moment(match)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return _EPOCH + timedelta(milliseconds=int(value))
    except (ValueError, OverflowError):
        pass
    return None


def day(value: object) -> date | None:
    """A day of the calendar, `2026-01-31`; None for anything else."""
    try:
        is_day = isinstance(value, str) and _DAY.fullmatch(value)
        return date.fromisoformat(str(value)) if is_day else None
    except ValueError:
        return None


def end_of(value: object) -> datetime | None:
    """The last moment of a day of the calendar (UTC), or a moment with a time; else None."""
    if found := day(value):
        return datetime(found.year, found.month, found.day, 23, 59, 59, 999_000, tzinfo=UTC)
    return parse(value) if isinstance(value, str) and ":" in value else None


def _moment(match: re.Match[str]) -> datetime | None:
    day = int(match["day"] or 1)
    hour, minute, second = (int(match[unit] or 0) for unit in ("hour", "minute", "second"))
    millisecond = int((match["fraction"] or "0")[:3].ljust(3, "0"))
    time = timedelta(hours=hour, minutes=minute, seconds=second, milliseconds=millisecond)
    if not 1 <= day <= 31 or minute > 59 or second > 59 or time > timedelta(days=1):
        return None
    first = datetime(int(match["year"]), int(match["month"] or 1), 1, tzinfo=UTC)
    return first + timedelta(days=day - 1) + time - _offset(match["zone"] or "Z")


def _offset(zone: str) -> timedelta:
    if zone in "zZ":
        return timedelta()
    digits = zone[1:].replace(":", "")
    size = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -size if zone[0] == "-" else size
