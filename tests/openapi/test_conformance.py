"""The comparison of answers with the API document sees what is wrong with them."""

import pytest

from tests.conformance import declared

JSON = {"Content-Type": "application/json; charset=utf-8"}
ALIVE = b'{"success":true,"message":"Alive"}'
NO_GROUP = b'{"success":false,"message":"Group not found","code":"GROUP_NOT_FOUND"}'
GROUP = "/v1/groups/65f1a0c2b7e4d9836a1f0c2e"


@pytest.mark.parametrize(
    ("method", "path", "status", "content"),
    [
        ("GET", "/v1/livez", 200, ALIVE),
        ("HEAD", "//V1/LIVEZ/?more", 200, b""),
        ("GET", "/v1/livez", 304, b""),
        ("GET", GROUP, 404, NO_GROUP),
        ("GET", "/none", 404, b'{"success":false,"message":"-","code":"ROUTE_NOT_FOUND"}'),
        ("OPTIONS", "/none", 200, b"GET"),
    ],
)
def test_what_is_declared_is_fine(method: str, path: str, status: int, content: bytes) -> None:
    declared().check(method, path, status, JSON, content)


@pytest.mark.parametrize(
    ("method", "path", "status", "content"),
    [
        ("GET", "/v1/livez", 201, ALIVE),
        ("PUT", "/v1/livez", 200, ALIVE),
        ("GET", "/v1/livezz", 200, ALIVE),
        ("GET", "/v1/livez", 200, b'{"success":true}'),
        ("GET", "/v1/livez", 200, b'{"success":false,"message":"Alive"}'),
        ("GET", "/v1/livez", 200, b'{"success":true,"message":"Alive","more":1}'),
        ("GET", "/v1/users/balances", 200, b'{"success":true,"data":[{}]}'),
        ("GET", GROUP, 404, b'{"success":false,"message":"-","code":"EXPENSE_NOT_FOUND"}'),
        ("GET", GROUP, 404, b'{"success":false,"message":"-"}'),
        ("GET", GROUP, 404, NO_GROUP.replace(b"}", b',"more":1}')),
        ("GET", GROUP, 500, b'{"success":false,"message":"-","code":"GROUP_NOT_FOUND"}'),
    ],
)
def test_what_is_not_declared_fails(method: str, path: str, status: int, content: bytes) -> None:
    with pytest.raises(AssertionError):
        declared().check(method, path, status, JSON, content)


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {},
        {**JSON, "Retry-After": "1"},
        {**JSON, "Idempotent-Replayed": "true"},
    ],
)
def test_headers_that_are_not_declared_fail(headers: dict[str, str]) -> None:
    with pytest.raises(AssertionError):
        declared().check("GET", "/v1/livez", 200, headers, ALIVE)
