"""Some generated requests to every operation; `make fuzz` sends more."""

import os

import pytest

from coinbreakr.app import App
from tests.api import Api
from tests.openapi.fuzz import OPERATIONS, Fuzzer

_CHOSEN = os.environ.get("FUZZ_REQUESTS", "")
_REQUESTS = int(_CHOSEN or 400)  # in all


@pytest.mark.parametrize("operation", OPERATIONS)
def test_any_request_is_answered_as_declared(operation: str, app: App, api: Api) -> None:
    del api  # the database is empty
    Fuzzer(app, by_chance=bool(_CHOSEN)).run(operation, max(6, _REQUESTS // len(OPERATIONS)))
