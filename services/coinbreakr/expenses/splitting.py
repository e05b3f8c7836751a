"""Pure: what an amount and the shares that it is split into must be."""

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from bson import ObjectId

from coinbreakr import money
from coinbreakr.currencies.codes import is_currency
from coinbreakr.errors import Invalid
from coinbreakr.expenses import messages
from coinbreakr.expenses.model import Expense, Share, ShareInput
from coinbreakr.expenses.units import amounts
from coinbreakr.splits.domain import divide, gives
from coinbreakr.splits.model import Split

MAX_SHARES: Final = 200


def check_count(shares: int, *, stored: int) -> None:
    """Refuse more shares than are allowed, if not as many are `stored` already."""
    if shares > max(MAX_SHARES, stored):
        raise Invalid(messages.SHARES_TOO_MANY.format(max=MAX_SHARES))


def check_amount(amount: Decimal, currency: str) -> None:
    """Refuse what is too small or too big to be kept to the minor unit."""
    least, most = money.smallest(currency), money.largest(currency)
    if amount < least:
        raise Invalid(messages.AMOUNT_TOO_SMALL.format(least=least))
    if amount > most:
        raise Invalid(messages.AMOUNT_TOO_BIG.format(most=most, currency=currency))


def check_sum(shares: Iterable[Decimal], amount: Decimal, currency: str) -> None:
    """Refuse shares that do not add up to the amount, within a minor unit."""
    if not money.add_up(shares, amount, currency):
        raise Invalid(messages.SHARES_UNEQUAL)


def check_least(
    amounts: Iterable[Decimal], currency: str, *, stored: Container[Decimal] = ()
) -> None:
    """Refuse shares that are less than a minor unit, and would be rounded away, if not `stored`."""
    least = money.unit(currency)
    if any(0 < amount < least and amount not in stored for amount in amounts):
        raise Invalid(messages.SHARE_AMOUNT_TOO_SMALL.format(least=least, currency=currency))


def check_once(shares: Iterable[ShareInput], stored: Iterable[ObjectId] = ()) -> None:
    """Refuse two shares of one participant, but for those that are `stored` with as many."""
    before = Counter(stored)
    now = Counter(share.user for share in shares if share.user is not None)
    if any(times > max(1, before[user]) for user, times in now.items()):
        raise Invalid(messages.SHARE_TWICE)


def divided(split: Split, amount: Decimal, currency: str, expense: ObjectId) -> list[ShareInput]:
    """The shares that a split gives, exact to the minor unit of a currency of ISO 4217."""
    if not is_currency(currency):
        raise Invalid(messages.CURRENCY_UNKNOWN)
    check_amount(amount, currency)
    return [
        ShareInput(share.user, money.from_minor(Decimal(share.units), currency))
        for share in divide(split, amount, currency, expense)
    ]


def with_current_split(expense: Expense) -> Expense:
    """The same, without what was typed for a split if that does not give its shares any more."""
    if expense.split is None:
        return expense
    shares = zip((share.user for share in expense.shares), amounts(expense), strict=True)
    amount = money.parse(expense.amount) or Decimal(0)
    current = gives(expense.split, shares, amount, expense.details.currency, expense.id)
    return expense if current else replace(expense, split=None)


def as_stored(shares: Sequence[ShareInput]) -> list[Share]:
    """The shares to be stored, with new ids; each has a user."""
    return [
        Share(ObjectId(), share.user, money.stored(share.amount), share.settled)
        for share in shares
        if share.user is not None
    ]
