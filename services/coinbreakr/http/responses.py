"""Answers: the envelope of the app as JSON bytes."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

import falcon
import orjson

from coinbreakr.answers import File

JSON: Final = "application/json; charset=utf-8"
Default = Callable[[Any], Any]  # makes JSON of a value that is none


def write(
    resp: falcon.Response,
    body: dict[str, Any] | File,
    status: int = 200,
    default: Default | None = None,
) -> None:
    """Put a body into a response."""
    resp.status = status
    if isinstance(body, File):
        resp.content_type = body.content_type
        resp.data = body.data
        resp.set_headers(dict(body.headers))
    else:
        resp.content_type = JSON
        resp.data = _dumps(body, default)


def plain(body: dict[str, Any] | File, default: Default) -> dict[str, Any] | File:
    """A body of JSON values only."""
    return body if isinstance(body, File) else orjson.loads(_dumps(body, default))


def _dumps(body: dict[str, Any], default: Default | None) -> bytes:
    return orjson.dumps(body, default, orjson.OPT_PASSTHROUGH_DATACLASS)


def success(message: str | None = None, **fields: Any) -> dict[str, Any]:
    """`{"success": true, "message"?, ...}`."""
    return {"success": True, **({} if message is None else {"message": message}), **fields}


def failure(message: str, code: str, **fields: Any) -> dict[str, Any]:
    """`{"success": false, "message", "code", ...}`, the one shape of an error."""
    return {"success": False, "message": message, "code": code, **fields}


def date(moment: datetime) -> str:
    """`2024-01-31T12:00:00.000Z`."""
    return moment.isoformat(timespec="milliseconds")[:23] + "Z"
