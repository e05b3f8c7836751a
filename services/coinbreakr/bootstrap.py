"""From settings to the parts of the application: the only place that opens connections."""

from collections.abc import Sequence
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database

from coinbreakr.clock import Clock, utc_now
from coinbreakr.counters import Counters
from coinbreakr.feature import Feature
from coinbreakr.features import FEATURES
from coinbreakr.findings import Check
from coinbreakr.mongo.availability import Availability
from coinbreakr.mongo.client import connect, database
from coinbreakr.mongo.transactions import Transactions
from coinbreakr.parts import Parts
from coinbreakr.settings import Settings

Client = MongoClient[dict[str, Any]]


def build(settings: Settings) -> tuple[Parts, Client]:
    """The parts, and the client to close at the end. Needs `mongo_url` and `jwt_secret`."""
    if not settings.mongo_url or not settings.jwt_secret:
        raise ValueError("mongo_url and jwt_secret must be set")
    client = connect(settings.mongo_url)
    return assemble(settings, client, database(client), utc_now), client


def assemble(
    settings: Settings, client: Client, db: Database[dict[str, Any]], clock: Clock
) -> Parts:
    """The parts on a connection that is there."""
    return Parts(
        settings=settings,
        db=db,
        clock=clock,
        counters=_counters(settings),
        transactions=Transactions(client),
        availability=Availability(client),
    )


def checks(parts: Parts, features: Sequence[Feature] = FEATURES) -> dict[str, Check]:
    """What `coinbreakr verify` looks at, in this order."""
    found: dict[str, Check] = {}
    for feature in features:
        found |= feature.field_checks(parts)
    for feature in features:
        found |= feature.checks(parts)
    return found


def _counters(settings: Settings) -> Counters:
    if not settings.metrics_port:
        return Counters()
    from coinbreakr.http import metrics  # noqa: PLC0415  # opens files when imported

    return metrics.counters()
