"""Balances, as a feature of the application. They are computed from the expenses."""

from coinbreakr.balances import resources
from coinbreakr.balances.domain import BalanceService
from coinbreakr.balances.repository import BalanceQueries
from coinbreakr.feature import Feature
from coinbreakr.groups.domain import OpenBalances
from coinbreakr.groups.repository import Groups
from coinbreakr.parts import Parts
from coinbreakr.rates.feature import rate_service
from coinbreakr.users.repository import Users


def balance_service(parts: Parts) -> BalanceService:
    """Who owes whom."""
    exchanges = parts.get(rate_service).exchange
    return BalanceService(BalanceQueries(parts.db), Groups(parts.db), Users(parts.db), exchanges)


def open_balances(parts: Parts) -> OpenBalances:
    """What a member of a group leaves open there."""
    return parts.get(balance_service).open_in_group


FEATURE = Feature(
    "balances",
    routes=lambda parts: resources.routes(parts.get(balance_service)),
)
