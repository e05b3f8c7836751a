"""Sums over the expenses collection: who owes whom, from one aggregation each.

The truth about debts is the shares that are not settled, of others than the payer. Only expenses
that are not marked settled are read: the others have no such share. Every share is counted twice:
in minor units of its currency, and with what its amount has beyond them, for the one figure of the
app.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from bson import ObjectId
from pymongo.database import Database
from pymongo.errors import OperationFailure

from coinbreakr.balances import aggregation, past, rows
from coinbreakr.balances.aggregation import Stage, owed
from coinbreakr.balances.model import Debt, Sums
from coinbreakr.expenses.listing import NO_ADVANCES, OPEN, counting
from coinbreakr.expenses.model import ExpenseFilter

_BETWEEN: Final = "open_paidBy_splitWith.user"  # see expenses/indexes.py
_BAD_VALUE: Final = 2
_BATCH: Final = 1000  # all rows in one answer, for all but the most sociable


class BalanceQueries:
    """Reads what is owed. Never writes."""

    def __init__(self, db: Database[dict[str, Any]]) -> None:
        self._expenses = db["expenses"]

    def between(self, user: ObjectId, friend: ObjectId, at: datetime | None = None) -> Sums:
        """What a friend owes a user, or owed at a moment."""
        kept, hint = (owed, _BETWEEN) if at is None else (past.between, "")
        either = [kept(paidBy=user, by=friend), kept(paidBy=friend, by=user)]
        return self._of_user(user, either, at, hint).get(friend, Sums({}, {}))

    def with_all(self, user: ObjectId, at: datetime | None = None) -> dict[ObjectId, Sums]:
        """What everybody owes a user, or owed at a moment, by person."""
        kept = owed if at is None else past.between
        return self._of_user(user, [kept(paidBy=user), kept(by=user)], at)

    def in_group(self, group: ObjectId, at: datetime | None = None) -> dict[ObjectId, Sums]:
        """What the others in a group owe each of its people, or owed at a moment."""
        found = self._rows(_of_group(group, at), aggregation.by_person())
        return rows.sums_of_people(found, lambda payer, debtor: [(payer, 1), (debtor, -1)])

    def debts_in_group(self, group: ObjectId) -> dict[str, list[Debt]]:
        """What the people in a group owe each other, by currency; not netted."""
        return rows.debts(self._rows(_of_group(group)))

    def count(self, group: ObjectId, at: datetime | None = None) -> int:
        """How many expenses a group has, or of those that it has how many until a moment."""
        stages: list[Stage] = [*counting(ExpenseFilter(group=group), self._expenses.name)]
        if at is not None:
            stages = [*past.until({"group": group, **NO_ADVANCES}, at), {"$count": "n"}]
        return sum(row["n"] for row in self._expenses.aggregate(stages))

    def _of_user(
        self, user: ObjectId, either: Sequence[Stage], at: datetime | None = None, hint: str = ""
    ) -> dict[ObjectId, Sums]:
        match = {"$or": list(either)}
        found = [{"$match": match}] if at is None else past.reopened(match, at)
        return rows.sums_of_user(self._rows(found, of=user, hint=hint), user)

    def _rows(
        self,
        found: Sequence[Stage],
        stages: Sequence[Stage] = (),
        *,
        of: ObjectId | None = None,
        hint: str = "",
    ) -> list[Mapping[str, Any]]:
        """The rows of pairs, after further stages; read again if not all units can be trusted."""
        for trusting in (True, False):
            pairs = aggregation.by_pair(found, trusting=trusting, of=of)
            read = self._run([*pairs, *stages], hint)
            if rows.trusted(read):
                break
        return read

    def _run(self, stages: list[Stage], hint: str) -> list[Mapping[str, Any]]:
        """With a hint MongoDB does not try one index after the other, which costs more than this.

        It refuses the name of an index that is not built yet.
        """
        named: dict[str, Any] = {"hint": hint} if hint else {}
        try:
            return list(self._expenses.aggregate(stages, batchSize=_BATCH, **named))
        except OperationFailure as error:
            if not hint or error.code != _BAD_VALUE:
                raise
            return self._run(stages, "")


def _of_group(group: ObjectId, at: datetime | None = None) -> Sequence[Stage]:
    """The expenses of a group with something open, or that it had at a moment."""
    if at is None:
        return [{"$match": {"group": group, **OPEN}}]
    return past.reopened({"group": group}, at)
