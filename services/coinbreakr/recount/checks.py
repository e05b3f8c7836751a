"""What `coinbreakr verify` counts again: expenses by themselves, and the people in groups."""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice
from typing import Final, TypeVar

from bson import ObjectId

from coinbreakr.expenses.repository import Expenses
from coinbreakr.findings import Finding
from coinbreakr.recount import domain
from coinbreakr.recount.model import Bill
from coinbreakr.recount.repository import StoredDocuments

T = TypeVar("T")
_BATCH: Final = 1000


class ExpenseCheck:
    """Expenses of nobody or nowhere, and those whose shares are not their amount.

    Minor units that are not those of their amounts count in no balance. They are stored anew.
    """

    def __init__(self, stored: StoredDocuments, expenses: Expenses) -> None:
        self._stored = stored
        self._expenses = expenses

    def __call__(self) -> Iterator[Finding]:
        """One finding for each thing that is wrong."""
        for batch in _batches(self._stored.expenses()):
            bills = [bill for bill in map(domain.bill, batch) if bill is not None]
            people = {user for bill in bills for user in bill.people}
            groups = {bill.group for bill in bills if bill.group is not None}
            nobody = self._stored.people_missing(people)
            nowhere = self._stored.groups_missing(groups)
            for bill in bills:
                yield from self._of(bill, nobody, nowhere)

    def _of(self, bill: Bill, nobody: set[ObjectId], nowhere: set[ObjectId]) -> Iterator[Finding]:
        if unknown := bill.people & nobody:
            yield _finding(bill, f"names people who do not exist: {_names(unknown)}")
        if bill.group in nowhere:
            yield _finding(bill, f"is in the group {bill.group}, which does not exist")
        if not domain.adds_up(bill):
            yield _finding(bill, "its shares do not add up to its amount")
        if not domain.units_belong(bill):
            what = "the minor units of its shares are not those of their amounts"
            yield Finding("expenses", bill.id, what, partial(self._expenses.renew_units, bill.id))


class GroupCheck:
    """Groups with people who do not exist."""

    def __init__(self, stored: StoredDocuments) -> None:
        self._stored = stored

    def __call__(self) -> Iterator[Finding]:
        """One finding for each such group."""
        for batch in _batches(self._stored.groups()):
            named = {group["_id"]: domain.people_of_group(group) for group in batch}
            nobody = self._stored.people_missing({user for some in named.values() for user in some})
            for group, people in named.items():
                if unknown := people & nobody:
                    what = f"names people who do not exist: {_names(unknown)}"
                    yield Finding("groups", group, what)


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _finding(bill: Bill, what: str) -> Finding:
    return Finding("expenses", bill.id, what)


def _names(ids: set[ObjectId]) -> str:
    return ", ".join(sorted(map(str, ids)))
