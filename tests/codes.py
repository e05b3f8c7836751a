"""Refusals that clients know from the API document, by code and text."""

from collections.abc import Iterator
from types import ModuleType
from typing import Any

from coinbreakr.errors import ErrorMessage
from tests.openapi.stored import stored


def undocumented(messages: ModuleType) -> list[str]:
    """The messages of a feature that docs/openapi.json has not with this code and this text.

    A text with names to fill in is there in other words, so that only its code is compared.
    """
    known = set(_examples(stored()))
    codes = {code for code, _ in known}
    ours = {n: value for n, value in vars(messages).items() if isinstance(value, ErrorMessage)}
    assert ours
    return [
        name
        for name, message in ours.items()
        if (message.code not in codes if "{" in message else (message.code, message) not in known)
    ]


def _examples(document: Any) -> Iterator[tuple[str, str]]:
    if isinstance(document, list):
        for item in document:
            yield from _examples(item)
    elif isinstance(document, dict):
        if isinstance(document.get("code"), str) and isinstance(document.get("message"), str):
            yield document["code"], document["message"]
        for value in document.values():
            yield from _examples(value)
