"""Settlements, as a feature of the application."""

from collections.abc import Mapping
from typing import Final

from pymongo import ASCENDING, DESCENDING, IndexModel

from coinbreakr.activity.feature import activity_log
from coinbreakr.expenses.history import ExpenseHistory
from coinbreakr.expenses.repository import Expenses
from coinbreakr.feature import Feature
from coinbreakr.findings import Check
from coinbreakr.groups.repository import Groups
from coinbreakr.parts import Parts
from coinbreakr.settlements import resources
from coinbreakr.settlements.checks import PaymentCheck
from coinbreakr.settlements.domain import SettlementService
from coinbreakr.settlements.history import SettlementHistory
from coinbreakr.settlements.log import SettlementLog
from coinbreakr.settlements.repository import Settlements
from coinbreakr.users.repository import Users

_NEWEST: Final = ("_id", DESCENDING)


def settlement_log(parts: Parts) -> SettlementLog:
    """Keeps what people settle at the expense itself."""
    return SettlementLog(Settlements(parts.db))


def settlement_service(parts: Parts) -> SettlementService:
    """The rules of settlements."""
    return SettlementService(
        Settlements(parts.db),
        Expenses(parts.db),
        Groups(parts.db),
        Users(parts.db),
        SettlementHistory(parts.get(activity_log), Groups(parts.db)),
        expense_history=ExpenseHistory(parts.get(activity_log), Groups(parts.db)),
        transactions=parts.transactions,
        clock=parts.clock,
    )


def _checks(parts: Parts) -> Mapping[str, Check]:
    return {
        "Payments without a settlement": PaymentCheck(Settlements(parts.db), Expenses(parts.db))
    }


FEATURE = Feature(
    "settlements",
    routes=lambda parts: resources.routes(parts.get(settlement_service)),
    indexes={
        "settlements": [
            IndexModel([("people", ASCENDING), _NEWEST]),
            IndexModel([("pair", ASCENDING), _NEWEST]),
            IndexModel([("group", ASCENDING), _NEWEST]),
        ]
    },
    checks=_checks,
    field_checks=lambda parts: {"Settlements": Settlements(parts.db).odd},
)
