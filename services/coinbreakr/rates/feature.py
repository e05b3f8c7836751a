"""Rates of exchange, as a feature of the application."""

from pymongo import ASCENDING, DESCENDING, IndexModel

from coinbreakr.activity.feature import activity_log
from coinbreakr.feature import Feature
from coinbreakr.groups.repository import Groups
from coinbreakr.parts import Parts
from coinbreakr.rates import resources
from coinbreakr.rates.domain import RateService
from coinbreakr.rates.history import RateHistory
from coinbreakr.rates.repository import RateStore


def rate_service(parts: Parts) -> RateService:
    """The rules of rates."""
    return RateService(
        RateStore(parts.db),
        Groups(parts.db),
        RateHistory(parts.get(activity_log)),
        parts.transactions,
        parts.clock,
    )


FEATURE = Feature(
    "rates",
    routes=lambda parts: resources.routes(parts.get(rate_service)),
    indexes={"rates": [IndexModel([("group", ASCENDING), ("date", DESCENDING)], unique=True)]},
    field_checks=lambda parts: {"Rates": RateStore(parts.db).odd},
)
