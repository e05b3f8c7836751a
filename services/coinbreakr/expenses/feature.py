"""Expenses, as a feature of the application."""

from collections.abc import Mapping, Sequence

from coinbreakr.activity.feature import activity_log, events
from coinbreakr.expenses import indexes, migrations, resources
from coinbreakr.expenses.checks import MarkCheck, PayersCheck
from coinbreakr.expenses.deleted import DeletedExpenses
from coinbreakr.expenses.domain import ExpenseService
from coinbreakr.expenses.history import ExpenseHistory
from coinbreakr.expenses.repository import Expenses
from coinbreakr.expenses.versions import VersionService
from coinbreakr.feature import Feature
from coinbreakr.findings import Check
from coinbreakr.groups.repository import Groups
from coinbreakr.http.endpoint import Route
from coinbreakr.mongo.schema import Migration
from coinbreakr.parts import Parts
from coinbreakr.settlements.feature import settlement_log
from coinbreakr.users.repository import Users


def expense_service(parts: Parts) -> ExpenseService:
    """The rules of expenses."""
    return ExpenseService(
        Expenses(parts.db),
        Groups(parts.db),
        Users(parts.db),
        parts.get(settlement_log),
        deleted=DeletedExpenses(parts.db),
        history=ExpenseHistory(parts.get(activity_log), Groups(parts.db)),
        transactions=parts.transactions,
        clock=parts.clock,
    )


def version_service(parts: Parts) -> VersionService:
    """What became of expenses."""
    return VersionService(
        Expenses(parts.db), DeletedExpenses(parts.db), parts.get(events), Users(parts.db)
    )


def _routes(parts: Parts) -> Sequence[Route]:
    service, versions = parts.get(expense_service), parts.get(version_service)
    return resources.routes(service, versions, parts.clock)


def _checks(parts: Parts) -> Mapping[str, Check]:
    expenses = Expenses(parts.db)
    return {
        "Marks of settled expenses": MarkCheck(expenses, parts.clock),
        "Expenses that several have paid": PayersCheck(expenses, parts.clock),
    }


FEATURE = Feature(
    "expenses",
    routes=_routes,
    indexes={"expenses": indexes.INDEXES, "deletedexpenses": indexes.OF_DELETED},
    migrations=[
        Migration(1, "marks of settled expenses", migrations.mend_marks),
        Migration(2, "minor units of shares", migrations.store_units),
    ],
    field_checks=lambda parts: {"Expenses": Expenses(parts.db).odd},
    checks=_checks,
)
