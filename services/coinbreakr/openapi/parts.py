"""Parts of the API document that no contract says: headers, the token, and the introduction."""

from typing import Any, Final

INTRODUCTION: Final = """\
Accounts, friends, groups, shared expenses, balances.

- Every refusal is an `Error`: `message` is a text for people, `code` is stable. In the examples,
  words in braces stand for values.
- Answers may get new fields. Ids are 24 hexadecimal digits; dates are UTC with milliseconds.
- Lengths of texts are counted in UTF-16 code units, after white space at both ends is cut off.
- `HEAD` works wherever `GET` does, `OPTIONS` lists the methods. Letter case and more slashes or
  less in a path make no difference; a method that a path does not have is an unknown route.
- Rate limits and their headers exist in production only.

Before an operation is found, or where none is there or can be reached, requests are refused with"""

BEARER: Final = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "The `token` of a registration or login.",
}

RATE_LIMITS: Final = [
    "RateLimit-Policy", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset",
]  # fmt: skip


def _text(description: str, example: str) -> dict[str, Any]:
    return {"description": description, "schema": {"type": "string", "examples": [example]}}


def _number(description: str) -> dict[str, Any]:
    return {"description": description, "schema": {"type": "integer", "minimum": 0}}


SIGNATURE: Final = {
    "name": "signature",
    "in": "query",
    "required": True,
    **_text("Part of the address as an answer has shown it.", "3q2-7w"),
}

HEADERS: Final = {
    "ETag": _text("The version of the answer; strong where a single resource is shown.", '"0-5c"'),
    "Idempotent-Replayed": {
        "description": "`true`: this is the stored answer to the first request with this key, "
        "without `data` if that was more than 1 MiB.",
        "schema": {"type": "string", "const": "true"},
    },
    "Retry-After": _number("Seconds after which the request may be sent again."),
    "RateLimit-Policy": _text("The limit that is shown: requests, and seconds.", "600;w=900"),
    "RateLimit-Limit": _number("Requests in a window."),
    "RateLimit-Remaining": _number("Requests that are left in this window."),
    "RateLimit-Reset": _number("Seconds until the next window."),
}

PARAMETERS: Final = {
    "Idempotency-Key": {
        **_text(
            "A new UUID for each new request, the same when it is sent again: it is carried out "
            "once, and for 24 hours its answer comes again.",
            "7f1c6d0e-6f0b-4c39-9d0c-2a2d5f2f8a51",
        ),
        "required": False,
    },
    "If-Match": {
        **_text("ETags of the versions that may be changed, or `*`.", '"0-5c"'),
        "required": False,
    },
    "If-None-Match": {
        **_text("ETags of the answers that the client has.", 'W/"1f-5c"'),
        "required": False,
    },
}


def headers(*names: str) -> dict[str, str]:
    """Response headers, which apispec refers to by name."""
    return {name: name for name in names}


def path_parameter(name: str, *, is_id: bool) -> dict[str, Any]:
    """A parameter in the path."""
    schema: dict[str, Any] = {"type": "string"}
    if is_id:
        schema |= {"pattern": "^[0-9a-fA-F]{24}$", "examples": ["65f1a0c2b7e4d9836a1f0c2e"]}
    return {"name": name, "in": "path", "required": True, "schema": schema}
