"""The process's streams, handed over instead of reached for."""

from dataclasses import dataclass
from typing import TextIO


@dataclass(frozen=True, slots=True)
class Streams:
    """Where digests come from, where answers go, and where progress goes."""

    stdin: TextIO
    stdout: TextIO
    stderr: TextIO
