"""What a connection string must be."""

from typing import Final
from urllib.parse import parse_qsl

_SCHEMES: Final = ("mongodb://", "mongodb+srv://")
_JOURNAL: Final = {"journal", "j"}


def problem(url: str, *, weak_allowed: bool) -> str:
    """What is wrong with a MongoDB URL, or nothing.

    Writes are to be acknowledged by a majority of the members, in their journals. A number of
    members says less, or depends on the size of the set. Without any acknowledgement (`w=0`)
    nothing here works, allowed or not.
    """
    if not url.startswith(_SCHEMES):
        return "must begin with mongodb:// or mongodb+srv://"
    options = parse_qsl(url.partition("?")[2].replace(";", "&"), keep_blank_values=True)
    weak = [(name, value) for name, value in options if _weak(name.lower(), value.lower())]
    unanswered = any(name.lower() == "w" and value == "0" for name, value in weak)
    if not weak or (weak_allowed and not unanswered):
        return ""
    told = ", ".join(f"{name}={value}" for name, value in weak)
    return f"loses acknowledged writes by {told}: leave it out, or allow it by MONGO_WEAK_WRITES"


def _weak(name: str, value: str) -> bool:
    return (name == "w" and value != "majority") or (name in _JOURNAL and value != "true")
