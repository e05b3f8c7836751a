"""Writing down in the activity log what was converted."""

from decimal import Decimal
from typing import Any

from bson import ObjectId

from coinbreakr import money
from coinbreakr.activity.log import ActivityLog
from coinbreakr.activity.model import EventDetails
from coinbreakr.conversions.model import ConversionView
from coinbreakr.expenses.model import Money
from coinbreakr.groups.model import Group


class ConversionHistory:
    """One event for each conversion."""

    def __init__(self, log: ActivityLog) -> None:
        self._log = log

    def converted(self, actor: ObjectId, group: Group, view: ConversionView) -> None:
        """A debt has moved to another currency; in the transaction that moves it."""
        conversion = view.debt.conversion
        assert conversion is not None  # it was made with one
        debtor, creditor = view.reversal.paid_by, view.debt.paid_by
        self._log.record(
            "settlement.converted",
            actor=actor,
            people=[debtor, creditor],
            subject=view.reversal.id,
            group=group.id,
            snapshot={
                "user": debtor,
                "other": creditor,
                "from": _amount(conversion.source),
                "to": _amount(conversion.target),
                "rate": f"{conversion.rate:f}",
            },
            details=EventDetails(group_name=group.name),
        )


def _amount(value: Money) -> dict[str, Any]:
    amount = money.from_minor(Decimal(value.units), value.currency)
    return {"currency": value.currency, "amount": money.number(amount)}
