"""Refusals have the codes and texts that clients know."""

from coinbreakr.expenses import messages
from tests.codes import undocumented


def test_all_are_in_the_api_document() -> None:
    assert undocumented(messages) == []
