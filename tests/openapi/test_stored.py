"""docs/openapi.json is the document that is served, and a change of it breaks no client unasked."""

from tests.conformance import document
from tests.openapi.changes import breaks
from tests.openapi.stored import FILE, stored, written


def test_no_client_breaks() -> None:
    assert breaks(stored(), document()) == [], "see CONTRIBUTING.md about docs/openapi.json"


def test_the_file_is_the_document() -> None:
    assert FILE.read_bytes() == written(document()), "make openapi writes it anew"
