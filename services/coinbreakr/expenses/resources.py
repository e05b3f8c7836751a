"""Expenses over HTTP."""

from typing import Any, Final

from bson import ObjectId
from marshmallow import fields

from coinbreakr.activity.resources import PAGE
from coinbreakr.activity.schemas import ActivityQuery
from coinbreakr.clock import Clock
from coinbreakr.expenses import answers, messages, schemas
from coinbreakr.expenses.domain import ExpenseService
from coinbreakr.expenses.model import ExpenseInput, ExpenseQuery, ExpenseUpdate, ExpenseView
from coinbreakr.expenses.versions import VersionService
from coinbreakr.groups import messages as groups
from coinbreakr.http import cursors, responses
from coinbreakr.http.answer_fields import Moment
from coinbreakr.http.context import Request
from coinbreakr.http.endpoint import Route, endpoint
from coinbreakr.http.pagination import GroupPagination, ListPagination
from coinbreakr.http.preconditions import expected_versions
from coinbreakr.http.schema import answer
from coinbreakr.paging import Page, Stretch
from coinbreakr.splits import messages as splits
from coinbreakr.splits import schemas as split_fields
from coinbreakr.versions import CHANGED

_EXPENSE: Final = {"expense_id": messages.MALFORMED_ID}
_SPLIT: Final = (*splits.REFUSALS, *split_fields.REFUSALS)
_CREATION: Final = {
    400: [*messages.CREATION_REFUSALS, *_SPLIT, splits.REFUND_TOO_BIG],
    403: [messages.NOT_YOURS_TO_SEE],
    404: [messages.PAYER_NOT_FOUND, messages.NOT_FOUND],
}


class ExpenseListResource:
    """My expenses."""

    def __init__(self, expenses: ExpenseService, clock: Clock) -> None:
        self._expenses = expenses
        self._clock = clock

    @endpoint(
        "List my expenses",
        query=schemas.ExpenseListQuery(),
        returns=answer(
            fields.List(fields.Nested(answers.Expense), required=True),
            pagination=fields.Nested(ListPagination, required=True),
        ),
        errors={400: [messages.MALFORMED_FRIEND]},
    )
    def on_get(self, req: Request, *, query: ExpenseQuery) -> dict[str, Any]:
        view = self._expenses.mine(req.context.caller, query)
        pagination = {**_pagination(view, query.page), "limit": query.page.limit}
        data = answers.listed(view, self._clock())
        return responses.success(data=data, pagination=pagination)

    @endpoint(
        "Record an expense",
        body=schemas.NewExpense(),
        status=201,
        repeated=200,
        returns=answer(answers.CreatedExpense, message=True),
        errors={**_CREATION, 409: [messages.ID_TAKEN]},
    )
    def on_post(self, req: Request, *, body: ExpenseInput) -> dict[str, Any]:
        view = self._expenses.create(req.context.caller, body)
        req.context.repeated = view.repeated
        data = answers.created(view, self._clock())
        return responses.success("Expense created successfully", data=data)


class PreviewResource:
    """An expense that is not made yet."""

    def __init__(self, expenses: ExpenseService) -> None:
        self._expenses = expenses

    @endpoint(
        "Show what everybody would owe of a new expense",
        body=schemas.NewExpense(),
        returns=answer(answers.ExpensePreview),
        errors=_CREATION,
    )
    def on_post(self, req: Request, *, body: ExpenseInput) -> dict[str, Any]:
        expense = self._expenses.preview(req.context.caller, body)
        return responses.success(data=answers.preview(expense))


class ExpenseResource:
    """One expense."""

    def __init__(self, expenses: ExpenseService, clock: Clock) -> None:
        self._expenses = expenses
        self._clock = clock

    @endpoint(
        "Show an expense",
        ids=_EXPENSE,
        returns=answer(answers.Expense),
        errors={
            400: [messages.MALFORMED_ID],
            403: [messages.NOT_YOURS_TO_SEE],
            404: [messages.NOT_FOUND],
        },
    )
    def on_get(self, req: Request, expense_id: ObjectId) -> dict[str, Any]:
        view = self._expenses.get(req.context.caller, expense_id)
        req.context.version = view.version
        return responses.success(data=answers.one(view, self._clock()))

    @endpoint(
        "Change an expense",
        ids=_EXPENSE,
        body=schemas.ExpenseChanges(partial=True),
        returns=answer(answers.Expense, message=True),
        errors={
            400: [
                messages.MALFORMED_ID,
                messages.SETTLED,
                messages.CONVERSION_NOT_TO_CHANGE,
                *messages.UPDATE_REFUSALS,
                *_SPLIT,
            ],
            403: [messages.NOT_YOURS_TO_CHANGE],
            404: [messages.NOT_FOUND],
            409: [messages.CHANGED_BY_OTHERS],
            412: [CHANGED],
        },
    )
    def on_put(self, req: Request, expense_id: ObjectId, *, body: ExpenseUpdate) -> dict[str, Any]:
        expected = expected_versions(req)
        view = self._expenses.update(req.context.caller, expense_id, body, expected=expected)
        req.context.version = view.version
        data = answers.one(view, self._clock())
        return responses.success("Expense updated successfully", data=data)

    @endpoint(
        "Delete an expense",
        ids=_EXPENSE,
        returns=answer(message=True),
        errors={
            400: [messages.MALFORMED_ID],
            403: [messages.NOT_YOURS_TO_DELETE],
            404: [messages.NOT_FOUND],
            412: [CHANGED],
        },
    )
    def on_delete(self, req: Request, expense_id: ObjectId) -> dict[str, Any]:
        self._expenses.delete(req.context.caller, expense_id, expected=expected_versions(req))
        return responses.success("Expense deleted successfully")


class VersionsResource:
    """What became of an expense."""

    def __init__(self, versions: VersionService) -> None:
        self._versions = versions

    @endpoint(
        "List the versions of an expense",
        ids=_EXPENSE,
        query=ActivityQuery(),
        returns=answer(
            fields.List(fields.Nested(answers.Version), required=True),
            page=PAGE,
            deletedAt=Moment(required=False, metadata={"description": "Of a deleted one"}),
        ),
        errors={
            400: [messages.MALFORMED_ID, *cursors.REFUSALS],
            403: [messages.NOT_YOURS_TO_SEE],
            404: [messages.NOT_FOUND],
        },
    )
    def on_get(self, req: Request, expense_id: ObjectId, *, query: Stretch) -> dict[str, Any]:
        view = self._versions.of(req.context.caller, expense_id, query)
        at = view.deleted_at
        deleted = {} if at is None else {"deletedAt": responses.date(at)}
        page = cursors.page(view.after)
        return responses.success(data=answers.versions(view), page=page, **deleted)


class RestorationResource:
    """An expense that was deleted."""

    def __init__(self, expenses: ExpenseService, clock: Clock) -> None:
        self._expenses = expenses
        self._clock = clock

    @endpoint(
        "Restore a deleted expense",
        ids=_EXPENSE,
        returns=answer(answers.Expense, message=True),
        errors={
            400: [messages.MALFORMED_ID],
            403: [messages.NOT_YOURS_TO_RESTORE],
            404: [messages.NOT_FOUND],
            409: [messages.NOT_DELETED, messages.ID_TAKEN],
        },
    )
    def on_post(self, req: Request, expense_id: ObjectId) -> dict[str, Any]:
        view = self._expenses.restore(req.context.caller, expense_id)
        req.context.version = view.version
        data = answers.one(view, self._clock())
        return responses.success("Expense restored successfully", data=data)


class SettlementResource:
    """The caller's own share of an expense."""

    def __init__(self, expenses: ExpenseService, clock: Clock) -> None:
        self._expenses = expenses
        self._clock = clock

    @endpoint(
        "Settle my share",
        ids=_EXPENSE,
        returns=answer(answers.Expense, message=True),
        errors={
            400: [
                messages.MALFORMED_ID,
                messages.ALREADY_SETTLED,
                messages.PAYMENT_NOT_TO_SETTLE,
                messages.CONVERSION_NOT_TO_SETTLE,
            ],
            403: [messages.NOT_YOURS_TO_SETTLE],
            404: [messages.NOT_FOUND],
            412: [CHANGED],
        },
    )
    def on_patch(self, req: Request, expense_id: ObjectId) -> dict[str, Any]:
        expected = expected_versions(req)
        view = self._expenses.settle(req.context.caller, expense_id, expected=expected)
        req.context.version = view.version
        data = answers.one(view, self._clock())
        return responses.success("Split settled successfully", data=data)


class GroupExpensesResource:
    """The expenses of a group."""

    def __init__(self, expenses: ExpenseService, clock: Clock) -> None:
        self._expenses = expenses
        self._clock = clock

    @endpoint(
        "List the expenses of a group",
        ids={"group_id": groups.MALFORMED_ID},
        query=schemas.GroupExpenseQuery(),
        returns=answer(
            fields.List(fields.Nested(answers.GroupExpense), required=True),
            pagination=fields.Nested(GroupPagination, required=True),
        ),
        errors={
            400: [groups.MALFORMED_ID],
            403: [groups.NOT_A_MEMBER],
            404: [groups.NOT_FOUND],
        },
    )
    def on_get(self, req: Request, group_id: ObjectId, *, query: ExpenseQuery) -> dict[str, Any]:
        view = self._expenses.of_group(req.context.caller, group_id, query)
        data = answers.in_group(view, self._clock())
        return responses.success(data=data, pagination=_pagination(view, query.page))


def routes(expenses: ExpenseService, versions: VersionService, clock: Clock) -> list[Route]:
    """The paths of this feature."""
    return [
        Route("/v1/expenses", ExpenseListResource(expenses, clock)),
        Route("/v1/expenses/preview", PreviewResource(expenses)),
        Route("/v1/expenses/{expense_id}", ExpenseResource(expenses, clock)),
        Route("/v1/expenses/{expense_id}/settle", SettlementResource(expenses, clock)),
        Route("/v1/expenses/{expense_id}/versions", VersionsResource(versions)),
        Route("/v1/expenses/{expense_id}/restore", RestorationResource(expenses, clock)),
        Route("/v1/expenses/group/{group_id}", GroupExpensesResource(expenses, clock)),
    ]


def _pagination(view: ExpenseView, page: Page) -> dict[str, int]:
    pages = -(-view.total // page.limit)
    return {"current": page.number, "pages": pages, "total": view.total}
