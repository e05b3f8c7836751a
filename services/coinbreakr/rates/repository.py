"""The rates collection. Nobody else knows its field names."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from itertools import islice
from typing import Any, Final

from bson import ObjectId
from pymongo import UpdateOne
from pymongo.database import Database

from coinbreakr import typed
from coinbreakr.currencies.model import Rates
from coinbreakr.findings import Finding
from coinbreakr.mongo.documents import Documents
from coinbreakr.mongo.reading import Fields

_BATCH: Final = 500
_LATEST: Final = [("date", -1)]


class RateStore:
    """The rates of each day: those that the members of a group have set, and published ones.

    Of a group there is one document a day, and one a day of those that are published (no group).
    """

    def __init__(self, db: Database[dict[str, Any]]) -> None:
        self._rates = db["rates"]
        self._documents = Documents(self._rates)

    def put(self, rates: Rates, *, group: ObjectId, by: ObjectId, now: datetime) -> None:
        """Keep the rates of a group, in place of those of the same day."""
        self._rates.update_one(*_change(rates, group, {"setBy": by, "updatedAt": now}), upsert=True)

    def publish(self, rates: Iterable[Rates], now: datetime) -> int:
        """Keep rates that everybody uses, each in place of those of the same day; how many."""
        changes = (_change(each, None, {"updatedAt": now}) for each in rates)
        kept = 0
        while some := [UpdateOne(*each, upsert=True) for each in islice(changes, _BATCH)]:
            self._rates.bulk_write(some)
            kept += len(some)
        return kept

    def of_day(self, day: date, *, group: ObjectId | None) -> Rates | None:
        """The rates of a day; of a day without any, those of the last day before it."""
        query = {"group": group, "date": {"$lte": _midnight(day)}}
        found = self._rates.find_one(query, sort=_LATEST)
        return None if found is None else self._documents.read(found, _read)

    def odd(self) -> Iterator[Finding]:
        """What is not as it is written."""
        return self._documents.odd(_read)


def _change(
    rates: Rates, group: ObjectId | None, more: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    key = {"group": group, "date": _midnight(rates.date)}
    texts = {code: f"{rate:f}" for code, rate in sorted(rates.rates.items())}
    return key, {"$set": {"base": rates.base, "rates": texts, "source": rates.source, **more}}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _read(fields: Fields) -> Rates:
    known = fields.optional("rates", _numbers)
    return Rates(
        base=fields.text("base"),
        rates={} if known is None else known,
        date=fields.created("date").date(),
        source=fields.text("source"),
    )


def _numbers(stored: object) -> dict[str, Decimal] | None:
    """Rates by currency; None if one of them is none."""
    if not isinstance(stored, Mapping):
        return None
    found = {code: number for code, text in stored.items() if (number := typed.read(text))}
    return dict(found) if len(found) == len(stored) else None
