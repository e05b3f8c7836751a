"""The table from what went wrong to a status and the one error shape."""

from typing import Any, Final

import falcon
import structlog
from pymongo.errors import DocumentTooLarge, OperationFailure, PyMongoError

from coinbreakr.errors import (
    Busy,
    Conflict,
    DomainError,
    Forbidden,
    Invalid,
    NotFound,
    Stale,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unprocessable,
    Unsupported,
)
from coinbreakr.http import responses, routing
from coinbreakr.http.context import Request
from coinbreakr.mongo.availability import DatabaseAway

STATUS: Final[dict[type[DomainError], int]] = {
    Invalid: 400,
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    Stale: 412,
    TooLarge: 413,
    Unsupported: 415,
    Unprocessable: 422,
    TooMany: 429,
    Busy: 503,
}
# BSONObjectTooLarge and its older names, KeyTooLong: the client sent more than a document holds.
_TOO_LARGE_CODES: Final = {10334, 17280, 17419, 17420}
_UNKNOWN: Final = (
    "Service unavailable. Your change may have been stored: please check before you try again."
)
_log = structlog.get_logger("coinbreakr.errors")


def add_handlers(app: falcon.App[Any, Any]) -> None:
    """Make every error an answer of ours, with no word about the inside."""
    app.add_error_handler(Exception, _unexpected)
    app.add_error_handler(PyMongoError, _database)
    app.add_error_handler(falcon.HTTPError, _http)
    app.add_error_handler(DomainError, _domain)


def _domain(_req: Any, resp: falcon.Response, error: DomainError, _params: Any) -> None:
    extra: dict[str, Any] = {} if error.errors is None else {"errors": error.errors}
    if error.code is not None:
        extra["code"] = error.code
    if error.retry_after is not None:
        resp.set_header("Retry-After", str(error.retry_after))
    responses.write(resp, responses.failure(error.message, **extra), STATUS[type(error)])


def _http(
    req: falcon.Request, resp: falcon.Response, error: falcon.HTTPError, _params: Any
) -> None:
    if error.status_code in {404, 405}:  # a wrong method is an unknown route
        message = f"Route {routing.target(req)} not found"
        responses.write(resp, responses.failure(message), 404)
    else:
        responses.write(resp, responses.failure(error.title or "Bad request"), error.status_code)


def _database(req: Request, resp: falcon.Response, error: PyMongoError, _params: Any) -> None:
    """503, and Retry-After only where sending the request again cannot do a thing twice."""
    code = error.code if isinstance(error, OperationFailure) else None
    if isinstance(error, DocumentTooLarge) or code in _TOO_LARGE_CODES:
        responses.write(resp, responses.failure("This is more than can be stored"), 413)
        return
    trace = None if isinstance(error, DatabaseAway) else error  # every request meets the same
    _log.error("database", error=type(error).__name__, code=code, exc_info=trace)
    if _harmless_again(req):
        resp.set_header("Retry-After", "1")
        responses.write(resp, responses.failure("Service unavailable"), 503)
    else:
        responses.write(resp, responses.failure(_UNKNOWN), 503)


def _harmless_again(req: Request) -> bool:
    writes = req.context.writes
    return req.context.once is not None or writes is None or not writes.sent


def _unexpected(_req: Any, resp: falcon.Response, error: Exception, _params: Any) -> None:
    _log.error("unexpected", error=type(error).__name__, exc_info=error)
    responses.write(resp, responses.failure("Server error"), 500)
