"""Expenses over HTTP."""

from typing import Any, Final

from bson import ObjectId

from coinbreakr import ids
from coinbreakr.clock import Clock
from coinbreakr.expenses import messages, schemas
from coinbreakr.expenses.domain import ExpenseService, Shown
from coinbreakr.expenses.recording import Draft
from coinbreakr.groups import messages as groups
from coinbreakr.http import forms, responses
from coinbreakr.http.context import Request
from coinbreakr.http.endpoint import Route, endpoint
from coinbreakr.http.pagination import page_of
from coinbreakr.http.preconditions import held_versions
from coinbreakr.paging import Page
from coinbreakr.versions import CHANGED

_EXPENSE: Final = {"expense_id": messages.MALFORMED_ID}


class ExpenseListResource:
    """My expenses."""

    def __init__(self, expenses: ExpenseService, clock: Clock) -> None:
        self._expenses = expenses
        self._clock = clock

    @endpoint("List my expenses")
    def on_get(self, req: Request) -> dict[str, Any]:
        query = forms.parse(req.query_string)
        page = page_of(query)
        friend = query.get("friendId")
        shown = self._expenses.mine(
            req.context.caller,
            page,
            friend=ids.require(friend, messages.MALFORMED_FRIEND) if friend else None,
            settled=_settled(query),
        )
        pagination = {**_pagination(shown, page), "limit": page.limit}
        data = schemas.listed(shown, self._clock())
        return responses.success(data=data, pagination=pagination)

    @endpoint(
        "Record an expense",
        body=schemas.NewExpense(),
        status=201,
        errors={404: [messages.PAYER_NOT_FOUND]},
    )
    def on_post(self, req: Request, *, body: Draft) -> dict[str, Any]:
        shown = self._expenses.record(req.context.caller, body)
        data = schemas.recorded(shown, self._clock())
        return responses.success("Expense created successfully", data=data)


class ExpenseResource:
    """One expense."""

    def __init__(self, expenses: ExpenseService, clock: Clock) -> None:
        self._expenses = expenses
        self._clock = clock

    @endpoint(
        "Show an expense",
        ids=_EXPENSE,
        errors={403: [messages.NOT_YOURS_TO_SEE], 404: [messages.NOT_FOUND]},
    )
    def on_get(self, req: Request, expense_id: ObjectId) -> dict[str, Any]:
        shown = self._expenses.get(req.context.caller, expense_id)
        req.context.version = shown.version
        return responses.success(data=schemas.one(shown, self._clock()))

    @endpoint(
        "Change an expense",
        ids=_EXPENSE,
        body=schemas.ExpenseChanges(),
        errors={
            403: [messages.NOT_YOURS_TO_CHANGE],
            404: [messages.NOT_FOUND],
            409: [messages.CHANGED_BY_OTHERS],
            412: [CHANGED],
        },
    )
    def on_put(self, req: Request, expense_id: ObjectId, *, body: dict[str, Any]) -> dict[str, Any]:
        held = held_versions(req)
        shown = self._expenses.change(req.context.caller, expense_id, body, held=held)
        req.context.version = shown.version
        data = schemas.one(shown, self._clock())
        return responses.success("Expense updated successfully", data=data)

    @endpoint(
        "Delete an expense",
        ids=_EXPENSE,
        errors={
            403: [messages.NOT_YOURS_TO_DELETE],
            404: [messages.NOT_FOUND],
            412: [CHANGED],
        },
    )
    def on_delete(self, req: Request, expense_id: ObjectId) -> dict[str, Any]:
        self._expenses.delete(req.context.caller, expense_id, held=held_versions(req))
        return responses.success("Expense deleted successfully")


class SettlementResource:
    """The caller's own part of an expense."""

    def __init__(self, expenses: ExpenseService, clock: Clock) -> None:
        self._expenses = expenses
        self._clock = clock

    @endpoint(
        "Settle my part",
        ids=_EXPENSE,
        errors={
            400: [messages.ALREADY_SETTLED],
            403: [messages.NOT_YOURS_TO_SETTLE],
            404: [messages.NOT_FOUND],
            412: [CHANGED],
        },
    )
    def on_patch(self, req: Request, expense_id: ObjectId) -> dict[str, Any]:
        held = held_versions(req)
        shown = self._expenses.settle(req.context.caller, expense_id, held=held)
        req.context.version = shown.version
        data = schemas.one(shown, self._clock())
        return responses.success("Split settled successfully", data=data)


class GroupExpensesResource:
    """The expenses of a group."""

    def __init__(self, expenses: ExpenseService, clock: Clock) -> None:
        self._expenses = expenses
        self._clock = clock

    @endpoint(
        "List the expenses of a group",
        ids={"group_id": groups.MALFORMED_ID},
        errors={403: [groups.NOT_A_MEMBER], 404: [groups.NOT_FOUND]},
    )
    def on_get(self, req: Request, group_id: ObjectId) -> dict[str, Any]:
        query = forms.parse(req.query_string)
        page = page_of(query)
        caller = req.context.caller
        shown = self._expenses.of_group(caller, group_id, page, settled=_settled(query))
        data = schemas.in_group(shown, self._clock())
        return responses.success(data=data, pagination=_pagination(shown, page))


def routes(expenses: ExpenseService, clock: Clock) -> list[Route]:
    """The paths of this feature."""
    return [
        Route("/v1/expenses", ExpenseListResource(expenses, clock)),
        Route("/v1/expenses/{expense_id}", ExpenseResource(expenses, clock)),
        Route("/v1/expenses/{expense_id}/settle", SettlementResource(expenses, clock)),
        Route("/v1/expenses/group/{group_id}", GroupExpensesResource(expenses, clock)),
    ]


def _settled(query: dict[str, Any]) -> bool | None:
    return query["settled"] == "true" if "settled" in query else None


def _pagination(shown: Shown, page: Page) -> dict[str, int]:
    pages = -(-shown.total // page.limit)
    return {"current": page.number, "pages": pages, "total": shown.total}
