"""Settlements over HTTP."""

from typing import Any, Final

from bson import ObjectId
from marshmallow import fields

from coinbreakr.expenses import messages as expenses
from coinbreakr.groups import messages as groups
from coinbreakr.http import cursors, responses
from coinbreakr.http.context import Request
from coinbreakr.http.endpoint import Route, endpoint
from coinbreakr.http.schema import answer
from coinbreakr.settlements import messages, schemas
from coinbreakr.settlements.domain import SettlementService
from coinbreakr.settlements.model import SettlementInput, SettlementQuery
from coinbreakr.splits import messages as splits

_ID: Final = {"settlement_id": messages.MALFORMED_ID}
_SETTLEMENT: Final = answer(schemas.Settlement, message=True)


class SettlementListResource:
    """My settlements."""

    def __init__(self, settlements: SettlementService) -> None:
        self._settlements = settlements

    @endpoint(
        "List settlements",
        query=schemas.SettlementListQuery(),
        returns=answer(
            fields.List(fields.Nested(schemas.Settlement), required=True),
            page=fields.Nested(cursors.CursorPage, required=True),
        ),
        errors={
            400: schemas.QUERY_REFUSALS,
            403: [groups.NOT_A_MEMBER],
            404: [groups.NOT_FOUND],
        },
    )
    def on_get(self, req: Request, *, query: SettlementQuery) -> dict[str, Any]:
        view = self._settlements.page(req.context.caller, query)
        return responses.success(data=schemas.listed(view), page=cursors.page(view.after))

    @endpoint(
        "Record that somebody has paid somebody",
        body=schemas.NewSettlement(),
        status=201,
        returns=_SETTLEMENT,
        errors={
            400: [
                *schemas.BODY_REFUSALS,
                splits.NOT_POSITIVE,
                splits.PLACES,
                messages.AMOUNT_TOO_BIG,
                messages.EXPENSE_TWICE,
                messages.ONESELF,
                messages.PERSON_DEACTIVATED,
                expenses.GROUP_NOT_FOUND,
                expenses.NOT_A_MEMBER,
                messages.PERSON_NOT_IN_GROUP,
                messages.NOT_A_FRIEND,
                messages.EXPENSE_CURRENCY,
                messages.EXPENSE_GROUP,
                messages.EXPENSE_NOT_OPEN,
                messages.AMOUNT_NOT_OPEN,
            ],
            403: [messages.NOT_YOURS_TO_RECORD, expenses.NOT_YOURS_TO_SEE],
            404: [messages.PERSON_NOT_FOUND, expenses.NOT_FOUND],
        },
    )
    def on_post(self, req: Request, *, body: SettlementInput) -> dict[str, Any]:
        view = self._settlements.record(req.context.caller, body)
        return responses.success("Settlement recorded successfully", data=schemas.one(view))


class SettlementResource:
    """One settlement."""

    def __init__(self, settlements: SettlementService) -> None:
        self._settlements = settlements

    @endpoint(
        "Show a settlement",
        ids=_ID,
        returns=answer(schemas.Settlement),
        errors={403: [messages.NOT_YOURS_TO_SEE], 404: [messages.NOT_FOUND]},
    )
    def on_get(self, req: Request, settlement_id: ObjectId) -> dict[str, Any]:
        view = self._settlements.get(req.context.caller, settlement_id)
        return responses.success(data=schemas.one(view))


class ConfirmationResource:
    """The confirmation of a payment that was recorded by who has paid."""

    def __init__(self, settlements: SettlementService) -> None:
        self._settlements = settlements

    @endpoint(
        "Confirm a pending settlement",
        ids=_ID,
        returns=_SETTLEMENT,
        errors={
            403: [messages.NOT_YOURS_TO_CONFIRM],
            404: [messages.NOT_FOUND],
            409: [messages.NOT_PENDING, messages.SHARES_CHANGED, expenses.ID_TAKEN],
        },
    )
    def on_post(self, req: Request, settlement_id: ObjectId) -> dict[str, Any]:
        view = self._settlements.confirm(req.context.caller, settlement_id)
        return responses.success("Settlement confirmed successfully", data=schemas.one(view))


class RejectionResource:
    """The refusal of such a payment."""

    def __init__(self, settlements: SettlementService) -> None:
        self._settlements = settlements

    @endpoint(
        "Reject a pending settlement",
        ids=_ID,
        body=schemas.Reason(),
        returns=_SETTLEMENT,
        errors={
            400: schemas.REASON_REFUSALS,
            403: [messages.NOT_YOURS_TO_CONFIRM],
            404: [messages.NOT_FOUND],
            409: [messages.NOT_PENDING],
        },
    )
    def on_post(self, req: Request, settlement_id: ObjectId, *, body: str) -> dict[str, Any]:
        view = self._settlements.reject(req.context.caller, settlement_id, body)
        return responses.success("Settlement rejected successfully", data=schemas.one(view))


class VoidingResource:
    """Undoing a settlement."""

    def __init__(self, settlements: SettlementService) -> None:
        self._settlements = settlements

    @endpoint(
        "Undo a counted settlement, or withdraw a pending one",
        ids=_ID,
        body=schemas.Reason(),
        returns=_SETTLEMENT,
        errors={
            400: schemas.REASON_REFUSALS,
            403: [messages.NOT_YOURS_TO_VOID],
            404: [messages.NOT_FOUND],
            409: [messages.NOT_COUNTED, messages.SHARES_CHANGED],
        },
    )
    def on_post(self, req: Request, settlement_id: ObjectId, *, body: str) -> dict[str, Any]:
        view = self._settlements.void(req.context.caller, settlement_id, body)
        return responses.success("Settlement voided successfully", data=schemas.one(view))


def routes(settlements: SettlementService) -> list[Route]:
    """The paths of this feature."""
    path = "/v1/settlements/{settlement_id}"
    return [
        Route("/v1/settlements", SettlementListResource(settlements)),
        Route(path, SettlementResource(settlements)),
        Route(f"{path}/confirm", ConfirmationResource(settlements)),
        Route(f"{path}/reject", RejectionResource(settlements)),
        Route(f"{path}/void", VoidingResource(settlements)),
    ]
