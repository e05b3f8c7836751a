"""Conversions over HTTP."""

from typing import Any

from bson import ObjectId

from coinbreakr.conversions import messages, schemas
from coinbreakr.conversions.domain import ConversionService
from coinbreakr.conversions.model import ConversionInput
from coinbreakr.groups import messages as groups
from coinbreakr.http import responses
from coinbreakr.http.context import Request
from coinbreakr.http.endpoint import Route, endpoint
from coinbreakr.http.schema import answer
from coinbreakr.splits import messages as splits


class ConversionListResource:
    """The debts of a group that move to another currency."""

    def __init__(self, conversions: ConversionService) -> None:
        self._conversions = conversions

    @endpoint(
        "Move a debt to another currency",
        ids={"group_id": groups.MALFORMED_ID},
        body=schemas.NewConversion(),
        status=201,
        returns=answer(schemas.Conversion, message=True),
        errors={
            400: [
                *schemas.BODY_REFUSALS,
                messages.ONE_PERSON,
                messages.ONE_CURRENCY,
                splits.NOT_POSITIVE,
                splits.PLACES,
                messages.AMOUNT_TOO_SMALL,
                messages.AMOUNT_TOO_BIG,
                messages.NOTHING_OWED,
                messages.MORE_THAN_OWED,
            ],
            403: [groups.NOT_A_MEMBER],
            404: [groups.NOT_FOUND],
        },
    )
    def on_post(self, req: Request, group_id: ObjectId, *, body: ConversionInput) -> dict[str, Any]:
        view = self._conversions.convert(req.context.caller, group_id, body)
        return responses.success("Debt converted successfully", data=schemas.conversion(view))


def routes(conversions: ConversionService) -> list[Route]:
    """The paths of this feature."""
    return [Route("/v1/groups/{group_id}/conversions", ConversionListResource(conversions))]
