"""Conversions, as a feature of the application. They are stored as expenses."""

from coinbreakr.activity.feature import activity_log
from coinbreakr.balances.repository import BalanceQueries
from coinbreakr.conversions import resources
from coinbreakr.conversions.checks import HalfCheck
from coinbreakr.conversions.domain import ConversionService
from coinbreakr.conversions.history import ConversionHistory
from coinbreakr.expenses.repository import Expenses
from coinbreakr.feature import Feature
from coinbreakr.groups.repository import Groups
from coinbreakr.parts import Parts
from coinbreakr.users.repository import Users


def conversion_service(parts: Parts) -> ConversionService:
    """The rules of conversions."""
    return ConversionService(
        BalanceQueries(parts.db),
        Expenses(parts.db),
        Groups(parts.db),
        Users(parts.db),
        ConversionHistory(parts.get(activity_log)),
        transactions=parts.transactions,
        clock=parts.clock,
    )


FEATURE = Feature(
    "conversions",
    routes=lambda parts: resources.routes(parts.get(conversion_service)),
    checks=lambda parts: {"Conversions": HalfCheck(Expenses(parts.db))},
)
