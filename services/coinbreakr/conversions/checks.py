"""What may be wrong with a conversion: the Node server knows nothing of halves."""

from collections.abc import Iterator

from coinbreakr.expenses.repository import Expenses
from coinbreakr.findings import Finding


class HalfCheck:
    """Halves of conversions that are alone. Which of the two is meant to count, people know."""

    def __init__(self, expenses: Expenses) -> None:
        self._expenses = expenses

    def __call__(self) -> Iterator[Finding]:
        """One finding for each."""
        for expense in self._expenses.halves_alone():
            yield Finding("expenses", expense, "the other half of this conversion is not there")
