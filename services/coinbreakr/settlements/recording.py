"""Pure: what a settlement must be, whoever records it."""

from datetime import datetime
from decimal import Decimal

from bson import ObjectId

from coinbreakr import money, typed
from coinbreakr.errors import Forbidden, Invalid
from coinbreakr.settlements import messages
from coinbreakr.settlements.model import Settlement, SettlementInput, Status
from coinbreakr.splits import messages as split_messages


def settlement(new: SettlementInput, caller: ObjectId, now: datetime) -> Settlement:
    """A settlement with what was said of it; Invalid if the amount cannot be paid."""
    _check_expenses(new)
    return Settlement(
        id=ObjectId(),
        payer=new.payer or caller,
        payee=new.payee,
        units=_units(new.amount, new.currency),
        currency=new.currency,
        group=new.group,
        note=new.note,
        date=new.date or now,
        status=Status.COUNTED,
        expenses=new.expenses,
        created_by=caller,
        created_at=now,
        updated_at=now,
    )


def check_people(made: Settlement, caller: ObjectId) -> None:
    """Refuse what is not between the caller and somebody else."""
    if made.payer == made.payee:
        raise Invalid(messages.ONESELF)
    if not made.concerns(caller):
        raise Forbidden(messages.NOT_YOURS_TO_RECORD)


def check_sum(new: SettlementInput, total: Decimal) -> None:
    """Refuse another amount than that of the shares that are to be settled."""
    if new.amount != total:
        raise Invalid(messages.AMOUNT_NOT_OPEN.format(sum=total, currency=new.currency))


def _check_expenses(new: SettlementInput) -> None:
    for place, expense in enumerate(new.expenses):
        if expense in new.expenses[:place]:
            raise Invalid(messages.EXPENSE_TWICE.format(field=f"expenses[{place}]"))


def _units(amount: Decimal, currency: str) -> int:
    if amount <= 0:
        raise Invalid(split_messages.NOT_POSITIVE.format(field="amount"))
    places = money.places(currency)
    if not typed.fits(amount, places):
        refusal = split_messages.PLACES
        raise Invalid(refusal.format(field="amount", places=places, currency=currency))
    most = money.largest(currency)
    if amount > most:
        raise Invalid(messages.AMOUNT_TOO_BIG.format(most=most, currency=currency))
    return int(money.scaled(amount, currency))
