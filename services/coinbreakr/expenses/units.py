"""Pure: what shares are worth in minor units, which is what balances add up.

They are stored beside the amounts, of which the app sends thirds of 10 as 3.3333333333333335. The
Node server leaves them where they are, or drops them when it replaces the shares.
"""

from collections.abc import Sequence
from decimal import Decimal

from coinbreakr import money
from coinbreakr.expenses.model import Expense
from coinbreakr.splits import rounding


def minor_units(expense: Expense) -> list[int]:
    """Minor units of each share, in their order; together they are the sum, rounded half up."""
    if not expense.shares:
        return []
    parts = list(zip((share.user for share in expense.shares), amounts(expense), strict=True))
    return rounding.of_parts(parts, expense.details.currency, expense.id)


def amounts(expense: Expense) -> Sequence[Decimal]:
    """The amounts of the shares, 0 for infinity, which older versions let in."""
    return [money.parse(share.amount) or Decimal(0) for share in expense.shares]


def fractions(expense: Expense, units: Sequence[int]) -> list[Decimal]:
    """What each share has beyond its minor units, in minor units: a fraction, perhaps below 0."""
    scale = 10 ** money.places(expense.details.currency)
    return [amount * scale - whole for amount, whole in zip(amounts(expense), units, strict=True)]
