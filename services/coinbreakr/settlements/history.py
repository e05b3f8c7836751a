"""What happens to settlements, as events."""

from decimal import Decimal
from typing import Any, Final

from bson import ObjectId

from coinbreakr import money
from coinbreakr.activity.log import ActivityLog
from coinbreakr.activity.model import EventDetails
from coinbreakr.groups.repository import Groups
from coinbreakr.settlements.model import Settlement, Status

_KINDS: Final = {
    Status.COUNTED: "settlement.confirmed",
    Status.REJECTED: "settlement.rejected",
    Status.VOID: "settlement.voided",
}


class SettlementHistory:
    """Writes down what somebody does to a settlement, in the transaction of the change."""

    def __init__(self, log: ActivityLog, groups: Groups) -> None:
        self._log = log
        self._groups = groups

    def recorded(self, actor: ObjectId, settlement: Settlement) -> None:
        """A new one, counted or pending."""
        self._record("settlement.recorded", actor, settlement)

    def changed(self, actor: ObjectId, settlement: Settlement) -> None:
        """It is confirmed, rejected or voided."""
        self._record(_KINDS[settlement.status], actor, settlement)

    def _record(self, kind: str, actor: ObjectId, settlement: Settlement) -> None:
        group = None if settlement.group is None else self._groups.get(settlement.group)
        self._log.record(
            kind,
            actor=actor,
            people=[settlement.payer, settlement.payee],
            subject=settlement.id,
            group=settlement.group,
            snapshot=_snapshot(settlement),
            details=EventDetails(group_name="" if group is None else group.name),
        )


def _snapshot(settlement: Settlement) -> dict[str, Any]:
    amount = money.from_minor(Decimal(settlement.units), settlement.currency)
    shown: dict[str, Any] = {
        "from": settlement.payer,
        "to": settlement.payee,
        "amount": money.stored(amount),
        "currency": settlement.currency,
        "status": str(settlement.status),
    }
    said = {"note": settlement.note, "reason": settlement.reason}
    return {**shown, **{name: text for name, text in said.items() if text}}
