"""Pure: expenses of a special kind. A refund owes the other way round, a loan is between two.

A refund is stored as what it does: who is entitled to it has paid, and who has received the money
bears it. So it is several people who have paid (see payers.py), like any other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial

from bson import ObjectId

from coinbreakr import money
from coinbreakr.currencies.codes import is_currency
from coinbreakr.errors import Invalid
from coinbreakr.expenses import messages
from coinbreakr.expenses.model import REFUND, Details, Expense, ExpenseInput, Payer, ShareInput
from coinbreakr.expenses.payers import MAX_LINE, check, check_owed, cut, paid
from coinbreakr.expenses.units import minor_units
from coinbreakr.splits import domain as splits
from coinbreakr.splits import rounding
from coinbreakr.splits.model import UnitShare


def check_loan(payers: Sequence[ObjectId], sharing: Sequence[ObjectId | None]) -> None:
    """Refuse a loan that is not from one person to one other."""
    if len(payers) != 1 or len(sharing) != 1 or sharing[0] == payers[0]:
        raise Invalid(messages.LOAN_OF_TWO)


def reversed_(new: ExpenseInput, received: Sequence[Payer]) -> ExpenseInput:
    """Income that some have received, and that is to be shared like an expense."""
    shares = [(share.user, share.amount) for share in new.shares if share.user is not None]
    check_owed((amount for _, amount in shares), new.amount, new.currency)
    units = rounding.of_parts(shares, new.currency, new.id)
    entitled = [UnitShare(user, whole) for (user, _), whole in zip(shares, units, strict=True)]
    found = _payers(entitled, new.currency)
    check(found, new.amount, new.currency)
    bearing = [ShareInput(payer.user, payer.amount) for payer in received]
    return replace(new, shares=bearing, payers=found)


def refund(new: ExpenseInput, of: Expense, earlier: Iterable[Expense]) -> ExpenseInput:
    """What goes back of an expense: to whom it was split, from who had paid, as they had."""
    currency = of.details.currency
    if not is_currency(currency):
        raise Invalid(messages.CURRENCY_UNKNOWN)
    refunds = list(earlier)
    bore = zip((share.user for share in of.shares), minor_units(of), strict=True)
    back = ((payer.user, _units(payer.amount, currency)) for one in refunds for payer in paid(one))
    owed = _left(bore, back)
    gave = ((payer.user, _units(payer.amount, currency)) for payer in paid(of))
    got = (
        (share.user, units)
        for one in refunds
        for share, units in zip(one.shares, minor_units(one), strict=True)
    )
    given = _left(gave, got)
    most = min(sum(one.units for one in owed), sum(one.units for one in given))
    amount = new.amount or money.from_minor(Decimal(most), currency)
    entitled, receiving = (
        [UnitShare(one.user, -one.units) for one in splits.refund(left, amount, currency, of.id)]
        for left in (owed, given)
    )
    bearing = [ShareInput(one.user, one.amount) for one in _payers(receiving, currency)]
    payers = _payers(entitled, currency)
    details = partial(_details, new, of.details)
    return replace(
        new, amount=amount, currency=currency, shares=bearing, payers=payers, details=details
    )


def with_current_split(expense: Expense) -> Expense:
    """A refund without what was typed for its split, if it is not shared like that any more."""
    if expense.kind != REFUND or expense.split is None:
        return expense
    amount = money.parse(expense.amount) or Decimal(0)
    currency = expense.details.currency
    try:
        shares = splits.divide(expense.split, amount, currency, expense.id)
    except Invalid:
        shares = []
    given = {one.user: one.amount for one in _payers(shares, currency)}
    same = given == {payer.user: payer.amount for payer in paid(expense)}
    return expense if same else replace(expense, split=None)


def _details(new: ExpenseInput, of: Details) -> Details:
    """What was said of a refund, else what its expense says."""
    said = new.details()
    line = said.description or cut(f"Refund: {of.description}", MAX_LINE)
    category = of.category if said.category == "other" else said.category
    return replace(said, description=line, category=category, currency=of.currency)


def _left(
    first: Iterable[tuple[ObjectId, int]], gone: Iterable[tuple[ObjectId, int]]
) -> list[UnitShare]:
    left: dict[ObjectId, int] = {}
    for user, units in first:
        left[user] = left.get(user, 0) + units
    for user, units in gone:
        left[user] = left.get(user, 0) - units
    return [UnitShare(user, max(units, 0)) for user, units in left.items()]


def _payers(shares: Iterable[UnitShare], currency: str) -> list[Payer]:
    return [
        Payer(one.user, money.from_minor(Decimal(one.units), currency))
        for one in shares
        if one.units > 0
    ]


def _units(amount: Decimal, currency: str) -> int:
    return round(money.scaled(amount, currency))
