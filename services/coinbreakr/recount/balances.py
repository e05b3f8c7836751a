"""Every balance beside what the documents say; what `coinbreakr verify` looks at last.

Each expense is read once, and what is kept are the sums of each pair. Servers may write meanwhile:
a difference counts only if it is there when the documents and the balance are read again in one
transaction, as they were at one moment.
"""

from collections.abc import Iterator
from functools import partial
from typing import Final

from bson import ObjectId

from coinbreakr.balances.repository import BalanceQueries
from coinbreakr.findings import Finding
from coinbreakr.mongo.transactions import Transactions
from coinbreakr.recount import comparison, domain
from coinbreakr.recount.model import Pairs
from coinbreakr.recount.repository import StoredDocuments

_SHOWN: Final = 5  # differences of one group or person


class BalanceCheck:
    """Balances of groups and between people, and what plans are made of."""

    def __init__(
        self, stored: StoredDocuments, queries: BalanceQueries, transactions: Transactions
    ) -> None:
        self._stored = stored
        self._queries = queries
        self._transactions = transactions

    def __call__(self) -> Iterator[Finding]:
        """One finding for each group and person with whom something differs."""
        ledger = domain.ledger(self._stored.expenses())
        for group, owed in ledger.groups.items():
            if group is not None and group not in ledger.unsure and self._in_group(group, owed):
                look = partial(self._in_group_again, group)
                yield from _finding("groups", group, self._transactions.run(look))
        around = comparison.around(ledger.groups.values())
        for person in ledger.people - ledger.unsure:
            if self._of_person(person, around.get(person, {}), ledger.unsure):
                look = partial(self._of_person_again, person, ledger.unsure)
                yield from _finding("users", person, self._transactions.run(look))

    def _in_group(self, group: ObjectId, owed: Pairs) -> list[str]:
        """Whose balances in a group differ, and the pairs of whom plans know otherwise."""
        told = self._queries.in_group(group)
        pairs = self._queries.debts_in_group(group)
        return [
            *comparison.differences(comparison.by_person(owed), told),
            *comparison.pair_differences(owed, pairs),
        ]

    def _in_group_again(self, group: ObjectId) -> list[str]:
        ledger = domain.ledger(self._stored.expenses_in_group(group))
        return [] if group in ledger.unsure else self._in_group(group, ledger.groups[group])

    def _of_person(
        self, person: ObjectId, counted: comparison.ByPerson, unsure: set[ObjectId]
    ) -> list[str]:
        """With whom the balances of a person differ, asked for all together and one by one."""
        sure = {other: owed for other, owed in counted.items() if other not in unsure}
        told = self._queries.with_all(person)
        known = {other: owed for other, owed in told.items() if other not in unsure}
        alone = {other: self._queries.between(person, other) for other in sure if person < other}
        pairs = {other: sure[other] for other in alone}
        return [*comparison.differences(sure, known), *comparison.differences(pairs, alone)]

    def _of_person_again(self, person: ObjectId, unsure: set[ObjectId]) -> list[str]:
        ledger = domain.ledger(self._stored.expenses_of(person))
        if person in ledger.unsure:
            return []
        counted = comparison.around(ledger.groups.values()).get(person, {})
        return self._of_person(person, counted, unsure | ledger.unsure)


def _finding(collection: str, of: ObjectId, wrong: list[str]) -> Iterator[Finding]:
    if wrong:
        some = ", ".join(dict.fromkeys(wrong[:_SHOWN])) + (", ..." if len(wrong) > _SHOWN else "")
        yield Finding(collection, of, f"balances are not what the expenses say: {some}")
