"""What happens to settlements, as events."""

from decimal import Decimal
from typing import Any, Final

from bson import ObjectId

from coinbreakr import money
from coinbreakr.activity.log import ActivityLog
from coinbreakr.activity.model import EventDetails
from coinbreakr.groups.repository import Groups
from coinbreakr.settlements.model import Settlement, SettlementView, Status

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

    def recorded(self, actor: ObjectId, view: SettlementView) -> None:
        """A new one, counted or pending."""
        self._record("settlement.recorded", actor, view)

    def changed(self, actor: ObjectId, view: SettlementView) -> None:
        """It is confirmed, rejected or voided."""
        self._record(_KINDS[view.settlements[0].status], actor, view)

    def _record(self, kind: str, actor: ObjectId, view: SettlementView) -> None:
        [settlement] = view.settlements
        name = "" if settlement.group is None else self._groups.name(settlement.group)
        names = {user: person.name for user, person in view.people.items()}
        self._log.record(
            kind,
            actor=actor,
            people=[settlement.payer, settlement.payee],
            subject=settlement.id,
            group=settlement.group,
            snapshot=_snapshot(settlement),
            details=EventDetails(group_name=name, names=names),
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
