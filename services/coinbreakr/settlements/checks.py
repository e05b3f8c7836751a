"""What may be wrong with payments: each that counts has its record, which says so."""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from coinbreakr.expenses.repository import Expenses
from coinbreakr.findings import Finding
from coinbreakr.settlements.repository import Settlements

_BATCH: Final = 500


class PaymentCheck:
    """Expenses that are payments of a settlement that is gone, or does not count.

    They are in every balance. Whether that is right, or the settlement, only a person can tell.
    """

    def __init__(self, settlements: Settlements, expenses: Expenses) -> None:
        self._settlements = settlements
        self._expenses = expenses

    def __call__(self) -> Iterator[Finding]:
        """One finding for each."""
        payments = self._expenses.payments()
        while batch := list(islice(payments, _BATCH)):
            strays = set(batch) - self._settlements.counted(batch)
            # One that is voided meanwhile is gone, since both are done together.
            for stray in sorted(self._expenses.many(strays)):
                yield Finding("expenses", stray, "is a payment of a settlement that does not count")
