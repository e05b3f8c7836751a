"""docs/openapi.json is the document that is served, and a change of it breaks no client unasked."""

import schemathesis

from tests.conformance import document, made
from tests.openapi.changes import breaks
from tests.openapi.stored import FILE, stored, written


def test_no_client_breaks() -> None:
    assert breaks(stored(), document()) == [], "see CONTRIBUTING.md about docs/openapi.json"


def test_the_file_is_the_document() -> None:
    assert FILE.read_bytes() == written(document()), "make openapi writes it anew"


def test_it_is_the_same_in_every_environment() -> None:
    elsewhere = {
        "APP_ENV": "production",
        "PUBLIC_URL": "https://api.example.com",
        "APP_REVISION": "0" * 40,
        "RATE_LIMIT_LOGIN": "7",
        "TRUSTED_PROXY_HOPS": "3",
    }
    assert written(made(elsewhere)) == written(document())


def test_it_is_valid_openapi() -> None:
    schemathesis.openapi.from_dict(document()).validate()
