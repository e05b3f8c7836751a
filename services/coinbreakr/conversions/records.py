"""Pure: a conversion is two expenses that together are nothing but a change of currency.

One, paid by who owes for who is owed, gives the debt back in the old currency. The other, paid by
who is owed for who owes, is the debt in the new one. So everybody who adds up expenses, the Node
server too, counts it, and no rate is needed for that, then or ever.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Final

from bson import ObjectId

from coinbreakr import money, typed
from coinbreakr.balances.model import Debt
from coinbreakr.conversions import messages
from coinbreakr.conversions.model import AmountInput, ConversionInput
from coinbreakr.errors import Invalid
from coinbreakr.expenses.model import CONVERSION, Conversion, Details, Expense, Money, Share
from coinbreakr.splits import messages as splits

_CATEGORY: Final = "other"


def check(wanted: ConversionInput) -> tuple[Money, Money]:
    """The amounts in minor units; Invalid if they cannot be converted, whoever owes."""
    if wanted.user == wanted.other:
        raise Invalid(messages.ONE_PERSON)
    if wanted.source.currency == wanted.target.currency:
        raise Invalid(messages.ONE_CURRENCY)
    return _money(wanted.source, "from.amount"), _money(wanted.target, "to.amount")


def debtor_of(wanted: ConversionInput, source: Money, debts: Iterable[Debt]) -> ObjectId:
    """Who of the two owes that much; Invalid if nobody does. `debts` are in that currency.

    More cannot be converted: that would not move a debt, but make one each way.
    """
    owed = sum(_units(debt, wanted.user, wanted.other) for debt in debts)
    if not owed:
        raise Invalid(messages.NOTHING_OWED.format(currency=source.currency))
    if source.units > abs(owed):
        most = money.from_minor(Decimal(abs(owed)), source.currency)
        raise Invalid(messages.MORE_THAN_OWED.format(owed=most, currency=source.currency))
    return wanted.user if owed > 0 else wanted.other


def pair(
    amounts: tuple[Money, Money],
    sides: tuple[ObjectId, ObjectId],
    group: ObjectId,
    by: ObjectId,
    now: datetime,
) -> tuple[Expense, Expense]:
    """The two expenses; `sides` are who owes and who is owed."""
    (source, target), (debtor, creditor) = amounts, sides
    line = f"Conversion of {_shown(source)} to {_shown(target)}"
    first, second = ObjectId(), ObjectId()

    def expense(
        own: ObjectId, other: ObjectId, payer: ObjectId, user: ObjectId, value: Money
    ) -> Expense:
        amount = money.stored(money.from_minor(Decimal(value.units), value.currency))
        return Expense(
            id=own,
            details=Details(
                description=line, currency=value.currency, category=_CATEGORY, date=now
            ),
            amount=amount,
            created_by=by,
            paid_by=payer,
            shares=[Share(ObjectId(), user, amount)],
            kind=CONVERSION,
            conversion=Conversion(other, source, target, reverses=own == first),
            group=group,
            created_at=now,
            updated_at=now,
        )

    return (
        expense(first, second, debtor, creditor, source),
        expense(second, first, creditor, debtor, target),
    )


def _money(value: AmountInput, field: str) -> Money:
    currency, places = value.currency, money.places(value.currency)
    if value.amount <= 0:
        raise Invalid(splits.NOT_POSITIVE.format(field=field))
    if not typed.fits(value.amount, places):
        raise Invalid(splits.PLACES.format(field=field, places=places, currency=currency))
    least, most = money.smallest(currency), money.largest(currency)
    if value.amount < least:
        refusal = messages.AMOUNT_TOO_SMALL
        raise Invalid(refusal.format(field=field, least=least, currency=currency))
    if value.amount > most:
        raise Invalid(messages.AMOUNT_TOO_BIG.format(field=field, most=most, currency=currency))
    return Money(currency, int(money.scaled(value.amount, currency)))


def _units(debt: Debt, user: ObjectId, other: ObjectId) -> int:
    """What `user` owes `other` by a debt; below zero, the other way round."""
    if (debt.debtor, debt.creditor) == (user, other):
        return debt.units
    return -debt.units if (debt.debtor, debt.creditor) == (other, user) else 0


def _shown(value: Money) -> str:
    return f"{money.from_minor(Decimal(value.units), value.currency):f} {value.currency}"
