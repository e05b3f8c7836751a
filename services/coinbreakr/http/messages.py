"""Texts of refusals that no single feature owns, with their codes.

`{field}` is filled in when an answer is written, with the path of the value that is refused.
"""

from typing import Final

from coinbreakr import text
from coinbreakr.errors import ErrorMessage

# Bodies whose every violation is told.
VALIDATION: Final = ErrorMessage("VALIDATION_FAILED", "Validation failed")
NOT_AN_OBJECT: Final = ErrorMessage("BODY_NOT_AN_OBJECT", '"value" must be of type object')
UNKNOWN_FIELD: Final = ErrorMessage("FIELD_NOT_ALLOWED", '"{field}" is not allowed')
REQUIRED: Final = ErrorMessage("FIELD_REQUIRED", '"{field}" is required')
NOT_A_STRING: Final = ErrorMessage("FIELD_NOT_A_STRING", '"{field}" must be a string')
NOT_A_DECIMAL: Final = ErrorMessage(
    "FIELD_NOT_A_DECIMAL", '"{field}" must be a number, or a string such as "12.50"'
)
NOT_AN_ID: Final = ErrorMessage(
    "FIELD_NOT_AN_ID", '"{field}" must be an id of 24 hexadecimal digits'
)
NOT_A_FLAG: Final = ErrorMessage("FIELD_NOT_A_BOOLEAN", '"{field}" must be true or false')
NOT_A_MOMENT: Final = ErrorMessage(
    "FIELD_NOT_A_DATE", '"{field}" must be a date of ISO 8601, or milliseconds since 1970'
)
FIELD_NOT_AN_OBJECT: Final = ErrorMessage("FIELD_NOT_AN_OBJECT", '"{field}" must be an object')
NOT_A_DAY: Final = ErrorMessage("FIELD_NOT_A_DAY", '"{field}" must be a date such as 2026-01-31')
NOT_A_TIME: Final = ErrorMessage(
    "FIELD_NOT_A_TIME",
    '"{field}" must be a date such as 2026-01-31, or one with a time in ISO 8601',
)
NOT_AN_ARRAY: Final = ErrorMessage("FIELD_NOT_AN_ARRAY", '"{field}" must be an array')
TOO_MANY_ITEMS: Final = ErrorMessage(
    "FIELD_TOO_MANY_ITEMS", '"{field}" must contain less than or equal to {max} items'
)
EMPTY: Final = ErrorMessage("FIELD_EMPTY", '"{field}" is not allowed to be empty')
NUL: Final = ErrorMessage("FIELD_HAS_NUL", '"{field}" must not contain a NUL character')
ADDRESS_TOO_LONG: Final = ErrorMessage("EMAIL_TOO_LONG", text.ADDRESS_TOO_LONG)

# Forms, where falsy values count as missing and one violation is told.
FORM_NOT_A_STRING: Final = ErrorMessage("FIELD_NOT_A_STRING", "{field} must be a string")
FORM_TOO_LONG: Final = ErrorMessage(
    "FIELD_TOO_LONG", "{field} cannot be more than {max} characters"
)
FORM_NUL: Final = ErrorMessage("FIELD_HAS_NUL", "{field} must not contain a NUL character")

# Lists that are read by a cursor.
LIMIT_INVALID: Final = ErrorMessage("LIMIT_INVALID", "limit must be a whole number from 1 to 100")
CURSOR_INVALID: Final = ErrorMessage(
    "CURSOR_INVALID", "cursor must be page.next of the page before"
)

# What no route answers itself.
ROUTE_NOT_FOUND: Final = ErrorMessage("ROUTE_NOT_FOUND", "Route {target} not found")
BAD_REQUEST: Final = ErrorMessage("BAD_REQUEST", "Bad request")
TOO_LARGE_TO_STORE: Final = ErrorMessage("TOO_LARGE_TO_STORE", "This is more than can be stored")
UNAVAILABLE: Final = ErrorMessage("UNAVAILABLE", "Service unavailable")
QUEUE_FULL: Final = ErrorMessage("QUEUE_FULL", "Service unavailable: too many requests are waiting")
CLIENT_GONE: Final = ErrorMessage("CLIENT_GONE", "The client is gone")
OUTCOME_UNKNOWN: Final = ErrorMessage(
    "OUTCOME_UNKNOWN",
    "Service unavailable. Your change may have been stored: please check before you try again.",
)
ADDRESS_LINE_TOO_LONG: Final = ErrorMessage(
    "REQUEST_LINE_TOO_LONG", "The request's address is too long"
)
REQUEST_TOO_SLOW: Final = ErrorMessage("REQUEST_TOO_SLOW", "The request took too long")
HEADERS_TOO_LARGE: Final = ErrorMessage("HEADERS_TOO_LARGE", "The request's headers are too large")
EXPECTATION_FAILED: Final = ErrorMessage("EXPECTATION_FAILED", "This expectation cannot be met")
NOT_IMPLEMENTED: Final = ErrorMessage("NOT_IMPLEMENTED", "Not implemented")
SERVER_ERROR: Final = ErrorMessage("SERVER_ERROR", "Server error")

# Bodies that cannot be read, whatever the route.
BODY_UNREADABLE: Final = ErrorMessage("BODY_UNREADABLE", "The body cannot be read")
BODY_CUT_OFF: Final = ErrorMessage("BODY_CUT_OFF", "The body is cut off")
BODY_TOO_LARGE: Final = ErrorMessage("BODY_TOO_LARGE", "The body cannot be more than {max} bytes")
BODY_TOO_MANY_VALUES: Final = ErrorMessage(
    "BODY_TOO_MANY_VALUES", "A body of more than {bytes} bytes can hold {max} values"
)
BODY_NOT_JSON: Final = ErrorMessage("BODY_NOT_JSON", "The body is not valid JSON")
BODY_NOT_AN_OBJECT: Final = ErrorMessage(
    "BODY_NOT_AN_OBJECT", "The body must be a JSON object or array"
)
ENCODING_UNSUPPORTED: Final = ErrorMessage(
    "CONTENT_ENCODING_UNSUPPORTED", "Unsupported content encoding"
)
CHARSET_UNSUPPORTED: Final = ErrorMessage("CHARSET_UNSUPPORTED", "Unsupported charset")
COMPRESSED_UNREADABLE: Final = ErrorMessage("BODY_UNREADABLE", "The compressed body cannot be read")
COMPRESSED_CUT_OFF: Final = ErrorMessage("BODY_CUT_OFF", "The compressed body is cut off")
PATH_UNDECODABLE: Final = ErrorMessage("PATH_UNDECODABLE", "Failed to decode param '{param}'")

# Rate limits.
RATE_LIMITED: Final = ErrorMessage(
    "RATE_LIMITED", "Too many requests from this IP, please try again later."
)
