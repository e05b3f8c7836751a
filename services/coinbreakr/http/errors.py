"""The table from what went wrong to a status and the one error shape."""

from typing import Any, Final

import falcon
import structlog
from pymongo.errors import DocumentTooLarge, OperationFailure, PyMongoError

from coinbreakr.errors import (
    Busy,
    Conflict,
    DomainError,
    ErrorMessage,
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
from coinbreakr.http import messages, responses, routing
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
_log = structlog.get_logger("coinbreakr.errors")


def add_handlers(app: falcon.App[Any, Any]) -> None:
    """Make every error an answer of ours, with no word about the inside."""
    app.add_error_handler(Exception, _unexpected)
    app.add_error_handler(PyMongoError, _database)
    app.add_error_handler(falcon.HTTPError, _http)
    app.add_error_handler(DomainError, _domain)


def _domain(_req: Any, resp: falcon.Response, error: DomainError, _params: Any) -> None:
    extra: dict[str, Any] = {} if error.errors is None else {"errors": error.errors}
    if error.retry_after is not None:
        resp.set_header("Retry-After", str(error.retry_after))
    _refuse(resp, STATUS[type(error)], error.message, **extra)


def _http(
    req: falcon.Request, resp: falcon.Response, error: falcon.HTTPError, _params: Any
) -> None:
    if error.status_code in {404, 405}:  # a wrong method is an unknown route
        _refuse(resp, 404, messages.ROUTE_NOT_FOUND.format(target=routing.target(req)))
    else:
        _refuse(resp, error.status_code, messages.BAD_REQUEST)


def _database(req: Request, resp: falcon.Response, error: PyMongoError, _params: Any) -> None:
    """503, and Retry-After only where sending the request again cannot do a thing twice."""
    code = error.code if isinstance(error, OperationFailure) else None
    if isinstance(error, DocumentTooLarge) or code in _TOO_LARGE_CODES:
        _refuse(resp, 413, messages.TOO_LARGE_TO_STORE)
        return
    trace = None if isinstance(error, DatabaseAway) else error  # every request meets the same
    _log.error("database", error=type(error).__name__, code=code, exc_info=trace)
    if _harmless_again(req):
        resp.set_header("Retry-After", "1")
        _refuse(resp, 503, messages.UNAVAILABLE)
    else:
        _refuse(resp, 503, messages.OUTCOME_UNKNOWN)


def _harmless_again(req: Request) -> bool:
    writes = req.context.writes
    return req.context.once is not None or writes is None or not writes.sent


def _unexpected(_req: Any, resp: falcon.Response, error: Exception, _params: Any) -> None:
    _log.error("unexpected", error=type(error).__name__, exc_info=error)
    _refuse(resp, 500, messages.SERVER_ERROR)


def _refuse(resp: falcon.Response, status: int, message: ErrorMessage, **extra: Any) -> None:
    responses.write(resp, responses.failure(message, message.code, **extra), status)
