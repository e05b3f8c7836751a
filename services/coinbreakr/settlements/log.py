"""What people settle at the expense itself, as the app does, is a settlement, too."""

from datetime import datetime

from bson import ObjectId

from coinbreakr.expenses.model import Expense
from coinbreakr.settlements import shares
from coinbreakr.settlements.model import Settlement, Status
from coinbreakr.settlements.repository import Settlements


class SettlementLog:
    """Keeps settlements of own shares (expenses.domain.Settlements)."""

    def __init__(self, settlements: Settlements) -> None:
        self._settlements = settlements

    def shares_settled(self, expense: Expense, user: ObjectId, now: datetime) -> None:
        """Keep that a user has settled the own shares that have this moment; in a transaction."""
        settled = shares.settled_by(expense, user, now)
        if settled:
            self._settlements.insert(
                Settlement(
                    id=ObjectId(),
                    payer=user,
                    payee=expense.paid_by,
                    units=sum(share.units for share in settled),
                    currency=expense.details.currency,
                    group=expense.group,
                    date=now,
                    status=Status.COUNTED,
                    expenses=[expense.id],
                    shares=settled,
                    settled_at=now,
                    created_by=user,
                    created_at=now,
                    updated_at=now,
                )
            )

    def has(self, settlement: ObjectId) -> bool:
        """Whether there is one with an id, which its expense has when it counts."""
        return self._settlements.get(settlement) is not None
