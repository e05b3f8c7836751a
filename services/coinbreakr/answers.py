"""What a request is answered, before it is written for the wire."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class File:
    """A body that is no JSON."""

    data: bytes
    content_type: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """A success: HTTP status, body, and the version of the resource that it shows, or ""."""

    status: int
    body: dict[str, Any] | File
    version: str = ""
    replayed: bool = False
