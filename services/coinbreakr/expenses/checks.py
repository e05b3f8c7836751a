"""What may be wrong with the mark of a settled expense; its shares are the truth.

Of two people who settle at the same moment through the Node server, the second may leave the
expense unmarked; an update there that read before a settlement may mark one that is open.
"""

from collections.abc import Iterator
from functools import partial

from bson import ObjectId

from coinbreakr.clock import Clock
from coinbreakr.expenses.model import Expense
from coinbreakr.expenses.repository import Expenses
from coinbreakr.findings import Finding


class PayersCheck:
    """Expenses that several have paid, of which the Node server has changed one document only."""

    def __init__(self, expenses: Expenses, clock: Clock) -> None:
        self._expenses = expenses
        self._clock = clock

    def __call__(self) -> Iterator[Finding]:
        """One finding for each."""
        for found, settled in self._expenses.marks_of_several():
            what = "its mark does not say whether all of its documents are settled"
            yield Finding("expenses", found.id, what, partial(self._mark, found, settled))
        for found in self._expenses.strays():
            what = "it is no advance of an expense any more, but lists hide it as one"
            yield Finding("expenses", found.id, what, partial(self._release, found))

    def _mark(self, found: Expense, settled: bool) -> bool:
        return self._expenses.set_mark(found, self._clock(), settled=settled)

    def _release(self, found: Expense) -> bool:
        return self._expenses.release([found]) == 1


class MarkCheck:
    """Expenses that are settled by their shares and not marked so, or the other way round."""

    def __init__(self, expenses: Expenses, clock: Clock) -> None:
        self._expenses = expenses
        self._clock = clock

    def __call__(self) -> Iterator[Finding]:
        """One finding for each."""
        for expense in self._expenses.unmarked():
            what = "every share is settled, but it is not marked so"
            yield Finding("expenses", expense, what, partial(self._mark, expense))
        for expense in self._expenses.marked_open():
            what = "it is marked as settled, but has open shares"
            yield Finding("expenses", expense, what, partial(self._reopen, expense))

    def _mark(self, expense: ObjectId) -> bool:
        return self._expenses.mark(expense, self._clock())

    def _reopen(self, expense: ObjectId) -> bool:
        return self._expenses.reopen(expense, self._clock())
