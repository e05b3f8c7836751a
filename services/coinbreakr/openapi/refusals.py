"""The refusals of an operation: its own, and those that the layers around all operations give."""

from collections.abc import Sequence
from typing import Any, Final

from coinbreakr.auth import messages as auth
from coinbreakr.errors import ErrorMessage
from coinbreakr.health.resources import PATHS as HEALTH
from coinbreakr.http import body, messages
from coinbreakr.http.endpoint import Endpoint
from coinbreakr.idempotency import messages as idempotency
from coinbreakr.openapi.operation import Operation

Refusals = dict[int, list[ErrorMessage]]
_REASONS: Final = {
    400: "The request does not fit the rules.",
    401: "Nobody, or nobody any more.",
    403: "Somebody else's.",
    404: "Not there, or not for this caller to know of.",
    409: "Another request is changing the same thing, or has the same key.",
    412: "The version in `If-Match` is not the current one; nothing has been changed.",
    413: "The body is too large.",
    415: "The body is in an encoding that is not read.",
    422: "The key in `Idempotency-Key` came with another request before.",
    429: "A rate limit is used up.",
    503: "The service or its database is away or busy. With `Retry-After` nothing has been "
    "changed.",
}
_SHARED: Final = {
    401: "Unauthenticated",
    409: "InProgress",
    413: "TooLarge",
    415: "Unsupported",
    422: "KeyReused",
    429: "RateLimited",
    503: "Unavailable",
}
_TOKEN: Final = [
    auth.NO_TOKEN, auth.INVALID_TOKEN, auth.TOKEN_EXPIRED, auth.UNKNOWN_USER, auth.DEACTIVATED,
]  # fmt: skip
_RAW_BODY: Final = [messages.BODY_UNREADABLE, messages.BODY_CUT_OFF]
_BODY: Final = [*_RAW_BODY, messages.BODY_NOT_JSON, messages.BODY_NOT_AN_OBJECT]

# What is answered before an operation is found, or in place of it; 408, 502 and 504 by nginx.
ELSEWHERE: Final = (
    (400, messages.BAD_REQUEST),
    (404, messages.ROUTE_NOT_FOUND),
    (408, messages.REQUEST_TOO_SLOW),
    (414, messages.ADDRESS_LINE_TOO_LONG),
    (417, messages.EXPECTATION_FAILED),
    (429, messages.RATE_LIMITED),
    (431, messages.HEADERS_TOO_LARGE),
    (500, messages.SERVER_ERROR),
    (501, messages.NOT_IMPLEMENTED),
    (502, messages.UNAVAILABLE),
    (503, messages.QUEUE_FULL),
    (504, messages.OUTCOME_UNKNOWN),
)


def refusals(operation: Operation) -> Refusals:
    """All refusals of an operation, by status; each code once."""
    found: Refusals = {}
    for part in (_common(operation), _declared(operation.contract)):
        for status, refused in part.items():
            found.setdefault(status, []).extend(refused)
    return {status: _once(found[status]) for status in sorted(found) if found[status]}


def response(
    status: int, refused: Sequence[ErrorMessage], data: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The response object of a status: the shape of errors with these codes, one example each.

    `data` is the schema of what some of them have beside it.
    """
    properties: dict[str, Any] = {"code": {"enum": [each.code for each in refused]}}
    if data is not None:
        properties["data"] = data
    schema = {"$ref": "#/components/schemas/Error", "properties": properties}
    examples = {each.code: {"value": _example(each)} for each in refused}
    content = {"application/json": {"schema": schema, "examples": examples}}
    return {"description": _REASONS[status], "content": content}


def component(operation: Operation, status: int) -> str:
    """The name of the response that operations share which have no refusals of their own with it.

    "" where they have some, or where the layers around them answer differently.
    """
    if status in operation.contract.errors or (status == 429 and operation.limits):
        return ""
    return "OutcomeUnknown" if status == 503 and operation.writes else _SHARED.get(status, "")


def _example(message: ErrorMessage) -> dict[str, Any]:
    shown: dict[str, Any] = {"success": False, "message": str(message), "code": message.code}
    if message == messages.VALIDATION:
        refused = messages.REQUIRED.format(field="name")
        shown["errors"] = [{"field": "name", "message": str(refused), "code": refused.code}]
    return shown


def _declared(contract: Endpoint) -> Refusals:
    found = {status: list(refused) for status, refused in contract.errors.items()}
    found.setdefault(400, []).extend(contract.ids.values())
    return found


def _common(operation: Operation) -> Refusals:
    contract, repeatable = operation.contract, operation.takes_key
    reads = contract.body is not None
    many = [messages.BODY_TOO_MANY_VALUES] if contract.max_body > body.SMALL else []
    return {
        400: [
            *([messages.PATH_UNDECODABLE] if operation.params else []),
            *(_BODY + many if reads else _RAW_BODY if repeatable else []),
            *([idempotency.KEY_INVALID] if repeatable else []),
        ],
        401: [] if contract.public else _TOKEN,
        409: [idempotency.IN_PROGRESS] if repeatable else [],
        413: [messages.BODY_TOO_LARGE, messages.TOO_LARGE_TO_STORE] if reads or repeatable else [],
        415: [messages.ENCODING_UNSUPPORTED, messages.CHARSET_UNSUPPORTED] if reads else [],
        422: [idempotency.OTHER_REQUEST] if repeatable else [],
        429: [] if operation.path in HEALTH else [messages.RATE_LIMITED, *operation.limits],
        503: [
            messages.UNAVAILABLE,
            messages.QUEUE_FULL,
            messages.CLIENT_GONE,
            *([messages.OUTCOME_UNKNOWN] if operation.writes else []),
        ],
    }


def _once(refused: Sequence[ErrorMessage]) -> list[ErrorMessage]:
    return list({message.code: message for message in reversed(refused)}.values())[::-1]
