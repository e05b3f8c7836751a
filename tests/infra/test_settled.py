"""What is written down of the delivery is what the files say."""

import difflib

import pytest

from tests.infra import settled


@pytest.mark.parametrize("room", settled.ROOMS)
def test_what_is_settled_holds(room: str) -> None:
    written = settled.file(room).read_text(encoding="utf-8").splitlines()
    changed = list(difflib.unified_diff(written, settled.lines(room), "settled", "now", n=0))
    assert not changed, "\n".join([*changed, "if it is meant: make settled"])


def test_a_line_tells_one_value() -> None:
    found = list(settled.leaves({True: ["push"], "jobs": {"a": [{"name": "b", "if": False}]}}))
    assert found == ["/on/0 = 'push'", "/jobs/a/b/name = 'b'", "/jobs/a/b/if = 'False'"]


def test_pins_are_dependabots() -> None:
    digest = "a" * 64
    assert list(settled.leaves(f"mongo:8@sha256:{digest}")) == [" = 'mongo:8'"]
