"""Answers: the envelope of the app as JSON bytes."""

from datetime import datetime
from typing import Any, Final

import falcon
import orjson
from bson.datetime_ms import DatetimeMS

JSON: Final = "application/json; charset=utf-8"
_LAST_MS: Final = 253_402_300_799_999  # 9999-12-31T23:59:59.999Z, the end of Python's years


def write(resp: falcon.Response, body: dict[str, Any], status: int = 200) -> None:
    """Put a body into a response."""
    resp.status = status
    resp.content_type = JSON
    resp.data = orjson.dumps(body)


def success(message: str | None = None, **fields: Any) -> dict[str, Any]:
    """`{"success": true, "message"?, ...}`."""
    return {"success": True, **({} if message is None else {"message": message}), **fields}


def failure(message: str, **fields: Any) -> dict[str, Any]:
    """`{"success": false, "message", ...}`, the one shape of an error."""
    return {"success": False, "message": message, **fields}


def date(moment: datetime | DatetimeMS) -> str:
    """`2024-01-31T12:00:00.000Z`; years that Python does not have are cut to those it has."""
    if isinstance(moment, DatetimeMS):
        moment = DatetimeMS(max(-62_135_596_800_000, min(int(moment), _LAST_MS))).as_datetime()
    return moment.isoformat(timespec="milliseconds")[:23] + "Z"
