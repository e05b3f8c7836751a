"""Telling long texts apart without reading them: MongoDB sends samples of them only.

A fingerprint is the length, the beginning, 16 windows at even distances and the end: about 650
bytes. A photo is compressed data; another one of the same length differs in nearly every window.
"""

from typing import Any, Final

Expression = dict[str, Any]
HEAD: Final = 64
_WINDOWS: Final = 16
_WINDOW: Final = 32
_END: Final = 64


def expression(value: object) -> Expression:
    """The fingerprint of a string of at least 512 bytes; null where it is not all ASCII.

    Only of ASCII any byte can be taken: MongoDB refuses to cut a character.
    """
    start = {"$toInt": {"$divide": [{"$multiply": ["$$this", "$$length"]}, _WINDOWS]}}
    window = {"$substrBytes": ["$$text", start, _WINDOW]}
    windows = {
        "$reduce": {
            "input": list(range(_WINDOWS)),
            "initialValue": "",
            "in": {"$concat": ["$$value", window]},
        }
    }
    end = {"$substrBytes": ["$$text", {"$subtract": ["$$length", _END]}, _END]}
    head = {"$substrBytes": ["$$text", 0, HEAD]}
    sampled = {"$concat": [{"$toString": "$$length"}, ":", head, windows, end]}
    is_ascii = {"$eq": ["$$length", {"$strLenCP": "$$text"}]}
    inner = {"vars": {"length": {"$strLenBytes": "$$text"}}}
    return {
        "$let": {
            "vars": {"text": value},
            "in": {"$let": {**inner, "in": {"$cond": [is_ascii, sampled, None]}}},
        }
    }


def fingerprint(text: str) -> str | None:
    """The same, of a text that is here."""
    if not text.isascii():
        return None
    length = len(text)
    windows = (text[(at := index * length // _WINDOWS) : at + _WINDOW] for index in range(_WINDOWS))
    return f"{length}:{text[:HEAD]}{''.join(windows)}{text[-_END:]}"
