"""Answers: the envelope of the app as JSON bytes."""

from datetime import datetime
from typing import Any, Final

import falcon
import orjson

JSON: Final = "application/json; charset=utf-8"


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


def date(moment: datetime) -> str:
    """`2024-01-31T12:00:00.000Z`."""
    return moment.isoformat(timespec="milliseconds")[:23] + "Z"
