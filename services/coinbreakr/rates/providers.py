"""Where published rates come from.

A provider is anything with `rates()`. There is one: a file in the format of the European Central
Bank, here or on the web, of one day or of many.
"""

import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

from coinbreakr.currencies import ecb
from coinbreakr.currencies.model import Rates

_MOST: Final = 64 * 1024 * 1024  # bytes; all days since 1999 are 7 MB
_SECONDS: Final = 60


class RateProvider(Protocol):
    """Publishes rates."""

    def rates(self) -> Sequence[Rates]:
        """Those of each day that it knows; OSError or ValueError if it cannot tell."""


class EcbFile:
    """The euro's reference rates, from a path or an address."""

    def __init__(self, place: str) -> None:
        self._place = place

    def rates(self) -> Sequence[Rates]:
        """Those of each day in the file."""
        return ecb.read(_content(self._place))


def _content(place: str) -> bytes:
    if place.startswith(("https://", "http://")):
        with urllib.request.urlopen(place, timeout=_SECONDS) as answer:  # noqa: S310  # see above
            content: bytes = answer.read(_MOST + 1)
    else:
        with Path(place).open("rb") as file:
            content = file.read(_MOST + 1)
    if len(content) > _MOST:
        raise ecb.Unreadable(f"more than {_MOST} bytes")
    return content
