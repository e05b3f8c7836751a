"""What a request is answered, before it is written for the wire."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    """A success: HTTP status, body, and the version of the resource that it shows, or ""."""

    status: int
    body: dict[str, Any]
    version: str = ""
    replayed: bool = False
