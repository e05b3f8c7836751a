"""Pure: settling the open shares of expenses, and opening them again."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from bson import ObjectId

from coinbreakr import money
from coinbreakr.errors import Forbidden, Invalid, NotFound
from coinbreakr.expenses import messages as expense_messages
from coinbreakr.expenses.model import Expense
from coinbreakr.expenses.units import minor_units
from coinbreakr.settlements import messages
from coinbreakr.settlements.model import OpenShares, SettledShare, Settlement


def open_shares(
    settlement: Settlement, found: Mapping[ObjectId, Expense], caller: ObjectId
) -> OpenShares:
    """What the payer of a settlement owes the payee in its expenses; refuses those without."""
    shares: list[SettledShare] = []
    for place, wanted in enumerate(settlement.expenses):
        shares += _open_in(settlement, found.get(wanted), caller, f"expenses[{place}]")
    units = Decimal(sum(share.units for share in shares))
    groups = {found[one].group for one in settlement.expenses}
    group = groups.pop() if len(groups) == 1 else None
    return OpenShares(shares, money.from_minor(units, settlement.currency), group)


def _open_in(
    settlement: Settlement, expense: Expense | None, caller: ObjectId, field: str
) -> Sequence[SettledShare]:
    if expense is None:
        raise NotFound(expense_messages.NOT_FOUND)
    if not expense.concerns(caller):
        raise Forbidden(expense_messages.NOT_YOURS_TO_SEE)
    currency = expense.details.currency
    if currency != settlement.currency:
        raise Invalid(messages.EXPENSE_CURRENCY.format(field=field, currency=currency))
    if settlement.group is not None and expense.group != settlement.group:
        raise Invalid(messages.EXPENSE_GROUP.format(field=field))
    owed = [
        SettledShare(expense.id, units)
        for share, units in zip(expense.shares, minor_units(expense), strict=True)
        if share.user == settlement.payer and not share.settled and units
    ]
    if not owed or expense.paid_by != settlement.payee or expense.lowers_debt:
        raise Invalid(messages.EXPENSE_NOT_OPEN.format(field=field))
    return owed


def settled_by(expense: Expense, user: ObjectId, now: datetime) -> list[SettledShare]:
    """The shares of an expense that a user has settled at a moment, as far as they were owed."""
    if user == expense.paid_by:
        return []
    return [
        SettledShare(expense.id, units)
        for share, units in zip(expense.shares, minor_units(expense), strict=True)
        if share.user == user and share.settled_at == now and units
    ]


def is_as_settled(expense: Expense, settlement: Settlement) -> bool:
    """Whether the shares that a settlement has settled are settled by it, and worth the same.

    The Node server keeps a share settled whose expense is edited, but not since when.
    """
    before = [share.units for share in settlement.shares if share.expense == expense.id]
    now = [
        units
        for share, units in zip(expense.shares, minor_units(expense), strict=True)
        if share.user == settlement.payer
        and share.settled
        and share.settled_at in {None, settlement.settled_at}
        and units
    ]
    same = expense.paid_by == settlement.payee and expense.details.currency == settlement.currency
    return same and sorted(now) == sorted(before)
