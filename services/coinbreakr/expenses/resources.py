"""Expenses over HTTP."""

from typing import Any, Final

from coinbreakr import ids
from coinbreakr.clock import Clock
from coinbreakr.expenses import schemas
from coinbreakr.expenses.domain import Ledger, Shown
from coinbreakr.expenses.recording import Draft
from coinbreakr.http import answers, forms
from coinbreakr.http.context import Request
from coinbreakr.http.endpoint import Route, endpoint
from coinbreakr.http.pagination import page_of
from coinbreakr.paging import Page

MALFORMED: Final = "Invalid expense ID format"


class ExpenseListResource:
    """My expenses."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    @endpoint("List my expenses")
    def on_get(self, req: Request) -> dict[str, Any]:
        query = forms.parse(req.query_string)
        page = page_of(query)
        friend = query.get("friendId")
        shown = self._ledger.mine(
            req.context.caller,
            page,
            friend=ids.require(friend, "Invalid friendId format") if friend else None,
            settled=_settled(query),
        )
        pagination = {**_pagination(shown, page), "limit": page.limit}
        data = schemas.listed(shown, self._clock())
        return answers.success(data=data, pagination=pagination)

    @endpoint("Record an expense", body=schemas.NewExpense(), status=201, errors=(404,))
    def on_post(self, req: Request, *, body: Draft) -> dict[str, Any]:
        shown = self._ledger.record(req.context.caller, body)
        data = schemas.recorded(shown, self._clock())
        return answers.success("Expense created successfully", data=data)


class ExpenseResource:
    """One expense."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    @endpoint("Show an expense", errors=(403, 404))
    def on_get(self, req: Request, expense_id: str) -> dict[str, Any]:
        shown = self._ledger.get(req.context.caller, ids.require(expense_id, MALFORMED))
        return answers.success(data=schemas.one(shown, self._clock()))

    @endpoint("Change an expense", body=schemas.ExpenseChanges(), errors=(403, 404, 409))
    def on_put(self, req: Request, expense_id: str, *, body: dict[str, Any]) -> dict[str, Any]:
        expense = ids.require(expense_id, MALFORMED)
        shown = self._ledger.change(req.context.caller, expense, body)
        data = schemas.one(shown, self._clock())
        return answers.success("Expense updated successfully", data=data)

    @endpoint("Delete an expense", errors=(403, 404))
    def on_delete(self, req: Request, expense_id: str) -> dict[str, Any]:
        self._ledger.delete(req.context.caller, ids.require(expense_id, MALFORMED))
        return answers.success("Expense deleted successfully")


class SettlementResource:
    """The caller's own part of an expense."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    @endpoint("Settle my part", errors=(403, 404))
    def on_patch(self, req: Request, expense_id: str) -> dict[str, Any]:
        shown = self._ledger.settle(req.context.caller, ids.require(expense_id, MALFORMED))
        data = schemas.one(shown, self._clock())
        return answers.success("Split settled successfully", data=data)


class GroupExpensesResource:
    """The expenses of a group."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    @endpoint("List the expenses of a group", errors=(403, 404))
    def on_get(self, req: Request, group_id: str) -> dict[str, Any]:
        group = ids.require(group_id, "Invalid group ID format")
        query = forms.parse(req.query_string)
        page = page_of(query)
        caller = req.context.caller
        shown = self._ledger.of_group(caller, group, page, settled=_settled(query))
        data = schemas.in_group(shown, self._clock())
        return answers.success(data=data, pagination=_pagination(shown, page))


def routes(ledger: Ledger, clock: Clock) -> list[Route]:
    """The paths of this feature."""
    return [
        Route("/v1/expenses", ExpenseListResource(ledger, clock)),
        Route("/v1/expenses/{expense_id}", ExpenseResource(ledger, clock)),
        Route("/v1/expenses/{expense_id}/settle", SettlementResource(ledger, clock)),
        Route("/v1/expenses/group/{group_id}", GroupExpensesResource(ledger, clock)),
    ]


def _settled(query: dict[str, Any]) -> bool | None:
    return query["settled"] == "true" if "settled" in query else None


def _pagination(shown: Shown, page: Page) -> dict[str, int]:
    pages = -(-shown.total // page.limit)
    return {"current": page.number, "pages": pages, "total": shown.total}
