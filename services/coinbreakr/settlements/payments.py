"""Pure: a payment is an expense of who paid, for who received.

So everybody who adds up expenses, the Node server too, counts it. The expense has the id of its
settlement, and is the truth about the money: an amount that is changed there is that of the
settlement, and without it, or once its share is closed, the settlement counts no more.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Final

from bson import ObjectId

from coinbreakr import money
from coinbreakr.expenses.model import PAYMENT, Details, Expense, Share
from coinbreakr.expenses.units import minor_units
from coinbreakr.settlements.model import Settlement, Status

_CATEGORY: Final = "other"
_MOST_OF_A_NAME: Final = 80  # two of them and some words are 200 at most


def expense(settlement: Settlement, names: Mapping[ObjectId, str], now: datetime) -> Expense:
    """The expense of a payment that counts from now on."""
    payer, payee = (
        names.get(user, "")[:_MOST_OF_A_NAME] for user in (settlement.payer, settlement.payee)
    )
    amount = money.stored(money.from_minor(Decimal(settlement.units), settlement.currency))
    return Expense(
        id=settlement.id,
        details=Details(
            description=f"Payment from {payer} to {payee}",
            currency=settlement.currency,
            category=_CATEGORY,
            date=settlement.date,
        ),
        amount=amount,
        created_by=settlement.created_by,
        paid_by=settlement.payer,
        shares=[Share(ObjectId(), settlement.payee, amount)],
        kind=PAYMENT,
        settlement=settlement.id,
        group=settlement.group,
        created_at=now,
        updated_at=now,
    )


def as_it_counts(settlement: Settlement, found: Expense | None) -> Settlement:
    """A settlement as its expense has it now; `found` is the expense of a payment."""
    if not settlement.is_payment or settlement.status is not Status.COUNTED:
        return settlement
    units = 0 if found is None else _received(found, settlement)
    if found is None or not units:
        return replace(settlement, status=Status.VOID)
    details = found.details
    date = details.date or settlement.date
    return replace(settlement, units=units, currency=details.currency, date=date)


def _received(found: Expense, settlement: Settlement) -> int:
    """What the payee has open in the expense of a payment."""
    if found.paid_by != settlement.payer:
        return 0
    shares = zip(found.shares, minor_units(found), strict=True)
    return sum(
        units for share, units in shares if share.user == settlement.payee and not share.settled
    )
