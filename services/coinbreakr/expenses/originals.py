"""Pure: what an expense was in another currency, with the rate that made it the amount."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from coinbreakr import money, typed
from coinbreakr.currencies.codes import is_currency
from coinbreakr.errors import Invalid
from coinbreakr.expenses import messages
from coinbreakr.expenses.model import Expense, Original


def check(original: Original, amount: Decimal, currency: str) -> None:
    """Refuse one that does not become the amount, give or take a minor unit."""
    if not is_currency(original.currency):
        raise Invalid(messages.ORIGINAL_CURRENCY.format(field="original.currency"))
    for path, value in (("amount", original.amount), ("rate", original.rate)):
        if value <= 0:
            raise Invalid(messages.ORIGINAL_NOTHING.format(field=f"original.{path}"))
    if money.to_minor(original.amount, original.currency) is None:
        digits = {"places": money.places(original.currency), "currency": original.currency}
        raise Invalid(messages.TOO_PRECISE.format(field="original.amount", **digits))
    if not _becomes(original, amount, currency):
        worth = money.rounded(money.product(original.amount, original.rate), money.places(currency))
        raise Invalid(messages.ORIGINAL_WORTH.format(worth=worth, currency=currency))


def with_current(expense: Expense) -> Expense:
    """The same, without its original if that does not become its amount any more."""
    if expense.original is None:
        return expense
    amount = money.parse(expense.amount) or Decimal(0)
    current = _becomes(expense.original, amount, expense.details.currency)
    return expense if current else replace(expense, original=None)


def written(expense: Expense) -> dict[str, Any]:
    """As it is stored, with the currency that it was exchanged for; {} without one."""
    shown = {} if expense.original is None else shown_as(expense.original)
    return {**shown, "into": expense.details.currency} if shown else {}


def shown_as(original: Original) -> dict[str, Any]:
    """As it was typed."""
    numbers = {"amount": original.amount.sent, "rate": original.rate.sent}
    return {**numbers, "currency": original.currency}


def read(stored: object) -> Original | None:
    """A stored one; None if it is none that was written here."""
    if not isinstance(stored, Mapping):
        return None
    amount, rate = typed.read(stored.get("amount")), typed.read(stored.get("rate"))
    currency, into = stored.get("currency"), stored.get("into")
    if amount is None or rate is None or not isinstance(currency, str):
        return None
    return Original(amount, currency, rate, into if isinstance(into, str) else "")


def _becomes(original: Original, amount: Decimal, currency: str) -> bool:
    worth = money.product(original.amount, original.rate)
    return original.into in ("", currency) and money.add_up([worth], amount, currency)
