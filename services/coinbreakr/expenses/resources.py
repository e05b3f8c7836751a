"""Expenses over HTTP."""

from typing import Any, Final

from coinbreakr import ids
from coinbreakr.clock import Clock
from coinbreakr.expenses import schemas
from coinbreakr.expenses.domain import ExpenseService, Shown
from coinbreakr.expenses.recording import Draft
from coinbreakr.http import forms, responses
from coinbreakr.http.context import Request
from coinbreakr.http.endpoint import Route, endpoint
from coinbreakr.http.pagination import page_of
from coinbreakr.http.preconditions import held_versions
from coinbreakr.paging import Page

MALFORMED: Final = "Invalid expense ID format"


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
            friend=ids.require(friend, "Invalid friendId format") if friend else None,
            settled=_settled(query),
        )
        pagination = {**_pagination(shown, page), "limit": page.limit}
        data = schemas.listed(shown, self._clock())
        return responses.success(data=data, pagination=pagination)

    @endpoint("Record an expense", body=schemas.NewExpense(), status=201, errors=(404,))
    def on_post(self, req: Request, *, body: Draft) -> dict[str, Any]:
        shown = self._expenses.record(req.context.caller, body)
        data = schemas.recorded(shown, self._clock())
        return responses.success("Expense created successfully", data=data)


class ExpenseResource:
    """One expense."""

    def __init__(self, expenses: ExpenseService, clock: Clock) -> None:
        self._expenses = expenses
        self._clock = clock

    @endpoint("Show an expense", errors=(403, 404))
    def on_get(self, req: Request, expense_id: str) -> dict[str, Any]:
        shown = self._expenses.get(req.context.caller, ids.require(expense_id, MALFORMED))
        req.context.version = shown.version
        return responses.success(data=schemas.one(shown, self._clock()))

    @endpoint("Change an expense", body=schemas.ExpenseChanges(), errors=(403, 404, 409, 412))
    def on_put(self, req: Request, expense_id: str, *, body: dict[str, Any]) -> dict[str, Any]:
        expense = ids.require(expense_id, MALFORMED)
        held = held_versions(req)
        shown = self._expenses.change(req.context.caller, expense, body, held=held)
        req.context.version = shown.version
        data = schemas.one(shown, self._clock())
        return responses.success("Expense updated successfully", data=data)

    @endpoint("Delete an expense", errors=(403, 404, 412))
    def on_delete(self, req: Request, expense_id: str) -> dict[str, Any]:
        expense = ids.require(expense_id, MALFORMED)
        self._expenses.delete(req.context.caller, expense, held=held_versions(req))
        return responses.success("Expense deleted successfully")


class SettlementResource:
    """The caller's own part of an expense."""

    def __init__(self, expenses: ExpenseService, clock: Clock) -> None:
        self._expenses = expenses
        self._clock = clock

    @endpoint("Settle my part", errors=(403, 404, 412))
    def on_patch(self, req: Request, expense_id: str) -> dict[str, Any]:
        expense = ids.require(expense_id, MALFORMED)
        held = held_versions(req)
        shown = self._expenses.settle(req.context.caller, expense, held=held)
        req.context.version = shown.version
        data = schemas.one(shown, self._clock())
        return responses.success("Split settled successfully", data=data)


class GroupExpensesResource:
    """The expenses of a group."""

    def __init__(self, expenses: ExpenseService, clock: Clock) -> None:
        self._expenses = expenses
        self._clock = clock

    @endpoint("List the expenses of a group", errors=(403, 404))
    def on_get(self, req: Request, group_id: str) -> dict[str, Any]:
        group = ids.require(group_id, "Invalid group ID format")
        query = forms.parse(req.query_string)
        page = page_of(query)
        caller = req.context.caller
        shown = self._expenses.of_group(caller, group, page, settled=_settled(query))
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
