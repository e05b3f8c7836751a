"""The id of a request, which its lines and its answer share."""

import re

import pytest

from tests.api import Api


@pytest.mark.parametrize("given", ["12345678", "a-b_c" * 12])
def test_one_that_is_clean_is_kept(given: str, api: Api) -> None:
    answer = api("GET", "/v1/livez", headers={"X-Request-ID": given})
    assert answer.headers["x-request-id"] == given


@pytest.mark.parametrize("given", ["", "short", "a" * 65, "two words", 'a","status":"200'])
def test_any_other_is_replaced(given: str, api: Api) -> None:
    answer = api("GET", "/v1/livez", headers={"X-Request-ID": given})
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["x-request-id"])
