"""Settle-up plans over HTTP."""

from typing import Any

from bson import ObjectId

from coinbreakr.currencies import messages as currencies
from coinbreakr.groups import messages as groups
from coinbreakr.http import responses
from coinbreakr.http.context import Request
from coinbreakr.http.endpoint import Route, endpoint
from coinbreakr.http.schema import answer
from coinbreakr.plans import messages, schemas
from coinbreakr.plans.domain import PlanService
from coinbreakr.plans.model import PlanQuery


class GroupPlanResource:
    """Who in a group should pay whom."""

    def __init__(self, plans: PlanService) -> None:
        self._plans = plans

    @endpoint(
        "Plan how a group settles up",
        ids={"group_id": groups.MALFORMED_ID},
        query=schemas.GroupPlanQuery(),
        returns=answer(schemas.SettlementPlan),
        errors={
            400: [messages.STRATEGY_INVALID, currencies.UNKNOWN],
            403: [groups.NOT_A_MEMBER],
            404: [groups.NOT_FOUND],
        },
    )
    def on_get(self, req: Request, group_id: ObjectId, *, query: PlanQuery) -> dict[str, Any]:
        found = self._plans.of_group(req.context.caller, group_id, query)
        return responses.success(data=schemas.plans(found))


class OwnPlanResource:
    """Whom the caller should pay, and who should pay the caller."""

    def __init__(self, plans: PlanService) -> None:
        self._plans = plans

    @endpoint(
        "Plan how I settle up with everybody",
        query=schemas.OwnPlanQuery(),
        returns=answer(schemas.SettlementPlan),
        errors={400: [currencies.UNKNOWN]},
    )
    def on_get(self, req: Request, *, query: str | None) -> dict[str, Any]:
        found = self._plans.of_caller(req.context.caller, query)
        return responses.success(data=schemas.plans(found))


def routes(plans: PlanService) -> list[Route]:
    """The paths of this feature."""
    return [
        Route("/v1/groups/{group_id}/settlement-plan", GroupPlanResource(plans)),
        Route("/v1/users/settlement-plan", OwnPlanResource(plans)),
    ]
