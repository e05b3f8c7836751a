"""Counting again what balances tell, as a feature: it brings checks and no routes."""

from collections.abc import Mapping

from coinbreakr.balances.repository import BalanceQueries
from coinbreakr.expenses.repository import Expenses
from coinbreakr.feature import Feature
from coinbreakr.findings import Check
from coinbreakr.parts import Parts
from coinbreakr.recount.balances import BalanceCheck
from coinbreakr.recount.checks import ExpenseCheck, GroupCheck
from coinbreakr.recount.repository import StoredDocuments


def _checks(parts: Parts) -> Mapping[str, Check]:
    stored = StoredDocuments(parts.db)
    return {
        "People in groups": GroupCheck(stored),
        "Shares of expenses": ExpenseCheck(stored, Expenses(parts.db)),
        "Balances, counted again": BalanceCheck(
            stored, BalanceQueries(parts.db), parts.transactions
        ),
    }


FEATURE = Feature("recount", checks=_checks)
