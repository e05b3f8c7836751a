"""Rates of exchange over HTTP."""

from datetime import date
from typing import Any

from bson import ObjectId
from marshmallow import fields

from coinbreakr.groups import messages as groups
from coinbreakr.http import responses
from coinbreakr.http.context import Request
from coinbreakr.http.endpoint import Route, endpoint
from coinbreakr.http.messages import NOT_A_DAY
from coinbreakr.http.schema import answer
from coinbreakr.rates import schemas
from coinbreakr.rates.domain import RateService
from coinbreakr.rates.model import RatesInput


class GroupRatesResource:
    """The rates by which a group shows amounts in another currency."""

    def __init__(self, rates: RateService) -> None:
        self._rates = rates

    @endpoint(
        "Show the rates that a group uses",
        ids={"group_id": groups.MALFORMED_ID},
        query=schemas.RatesQuery(),
        returns=answer(fields.Nested(schemas.ExchangeRates, required=True, allow_none=True)),
        errors={
            400: [NOT_A_DAY],
            403: [groups.NOT_A_MEMBER],
            404: [groups.NOT_FOUND],
        },
    )
    def on_get(
        self, req: Request, group_id: ObjectId, *, query: dict[str, date | None]
    ) -> dict[str, Any]:
        found = self._rates.of_group(req.context.caller, group_id, query["date"])
        return responses.success(data=None if found is None else schemas.rates(found))

    @endpoint(
        "Set rates of a group",
        ids={"group_id": groups.MALFORMED_ID},
        body=schemas.NewRates(),
        returns=answer(schemas.ExchangeRates, message=True),
        errors={
            400: schemas.BODY_REFUSALS,
            403: [groups.NOT_A_MEMBER],
            404: [groups.NOT_FOUND],
        },
    )
    def on_put(self, req: Request, group_id: ObjectId, *, body: RatesInput) -> dict[str, Any]:
        stored = self._rates.put(req.context.caller, group_id, body)
        return responses.success("Rates updated successfully", data=schemas.rates(stored))


def routes(rates: RateService) -> list[Route]:
    """The paths of this feature."""
    return [Route("/v1/groups/{group_id}/rates", GroupRatesResource(rates))]
