"""Pure: the euro's reference rates, in the XML that the European Central Bank publishes.

The file of a day (`eurofxref-daily.xml`) and those of many days have one format:
`<Cube><Cube time="2026-11-20"><Cube currency="USD" rate="1.0859"/>...`.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final
from xml.parsers.expat import ExpatError, ParserCreate

from coinbreakr import typed
from coinbreakr.currencies.model import Rates

_CUBE: Final = "http://www.ecb.int/vocabulary/2002-08-01/eurofxref Cube"
SOURCE: Final = "ECB"


class Unreadable(ValueError):
    """The file is not of this format."""


def read(content: bytes) -> list[Rates]:
    """The rates of each day in the file, in its order: the newest first."""
    days: list[tuple[date, dict[str, Decimal]]] = []

    def element(name: str, attributes: Mapping[str, str]) -> None:
        if name != _CUBE:
            return
        if "time" in attributes:
            days.append((date.fromisoformat(attributes["time"]), {}))
        elif "currency" in attributes:
            days[-1][1][attributes["currency"]] = _rate(attributes["rate"])

    def no_document_type(*_: object) -> None:
        raise Unreadable("a document type, which the format does not have")  # nor entities

    parser = ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = element
    parser.StartDoctypeDeclHandler = no_document_type
    try:
        parser.Parse(content, True)
    except (ExpatError, KeyError, IndexError, ValueError) as error:
        raise Unreadable(f"no reference rates of the ECB: {error}") from error
    if not days or not all(rates for _, rates in days):
        raise Unreadable("no rates")
    return [Rates("EUR", rates, day, SOURCE) for day, rates in days]


def _rate(text: str) -> Decimal:
    number = typed.read(text)
    if number is None or number <= 0:
        raise Unreadable(f"{text!r} is no rate")
    return Decimal(number)
