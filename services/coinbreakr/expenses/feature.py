"""Expenses, as a feature of the application."""

from collections.abc import Mapping

from coinbreakr.expenses import indexes, migrations, resources
from coinbreakr.expenses.checks import MarkCheck
from coinbreakr.expenses.domain import ExpenseService
from coinbreakr.expenses.repository import Expenses
from coinbreakr.feature import Feature
from coinbreakr.findings import Check
from coinbreakr.groups.repository import Groups
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
        transactions=parts.transactions,
        clock=parts.clock,
    )


def _checks(parts: Parts) -> Mapping[str, Check]:
    return {"Marks of settled expenses": MarkCheck(Expenses(parts.db), parts.clock)}


FEATURE = Feature(
    "expenses",
    routes=lambda parts: resources.routes(parts.get(expense_service), parts.clock),
    indexes={"expenses": indexes.INDEXES},
    migrations=[
        Migration(1, "marks of settled expenses", migrations.mend_marks),
        Migration(2, "minor units of shares", migrations.store_units),
    ],
    field_checks=lambda parts: {"Expenses": Expenses(parts.db).odd},
    checks=_checks,
)
