"""Settle-up plans, as a feature of the application. They are computed from the expenses."""

from coinbreakr.balances.repository import BalanceQueries
from coinbreakr.feature import Feature
from coinbreakr.groups.repository import Groups
from coinbreakr.parts import Parts
from coinbreakr.plans import resources
from coinbreakr.plans.domain import PlanService
from coinbreakr.rates.feature import rate_service
from coinbreakr.users.repository import Users


def plan_service(parts: Parts) -> PlanService:
    """Who should pay whom."""
    exchanges = parts.get(rate_service).exchange
    return PlanService(BalanceQueries(parts.db), Groups(parts.db), Users(parts.db), exchanges)


FEATURE = Feature("plans", routes=lambda parts: resources.routes(parts.get(plan_service)))
