"""What happens to expenses, as events that hold what the expense says after each."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from bson import ObjectId

from coinbreakr.activity.log import ActivityLog
from coinbreakr.activity.model import EventDetails
from coinbreakr.expenses.model import Expense, ExpenseView
from coinbreakr.expenses.state import State, differences, state
from coinbreakr.groups.repository import Groups
from coinbreakr.users.model import Person

CREATED: Final = "expense.created"
CHANGED: Final = "expense.changed"
SETTLED: Final = "expense.settled"
DELETED: Final = "expense.deleted"
RESTORED: Final = "expense.restored"
# What a list shows of an expense; versions have all of it.
_SHOWN: Final = ("description", "title", "amount", "currency", "category", "date", "paidBy", "kind")


class ExpenseHistory:
    """Writes down what somebody does to an expense, in the transaction of the change."""

    def __init__(self, log: ActivityLog, groups: Groups) -> None:
        self._log = log
        self._groups = groups

    def created(self, actor: ObjectId, view: ExpenseView) -> None:
        """It is recorded."""
        name = None if view.group is None else view.group.name
        self._record(CREATED, actor, view.expenses[0], people=view.people, group_name=name)

    def changed(self, actor: ObjectId, old: Expense, new: Expense, view: ExpenseView) -> None:
        """It was to be made `new` of `old`, and is as it is shown; or nothing of it is changed."""
        self._record(CHANGED, actor, view.expenses[0], was=(old, new), people=view.people)

    def settled(self, actor: ObjectId, view: ExpenseView, moment: datetime) -> None:
        """The actor's own shares that have this moment are settled."""
        new = view.expenses[0]
        shares = [
            replace(share, settled=False)
            if share.user == actor and share.settled_at == moment
            else share
            for share in new.shares
        ]
        old = replace(new, shares=shares)
        self._record(SETTLED, actor, new, was=(old, new), people=view.people)

    def deleted(self, actor: ObjectId, expense: Expense) -> None:
        """It is deleted."""
        self._record(DELETED, actor, expense)

    def restored(self, actor: ObjectId, view: ExpenseView) -> None:
        """It is there again."""
        self._record(RESTORED, actor, view.expenses[0], people=view.people)

    def _record(
        self,
        kind: str,
        actor: ObjectId,
        expense: Expense,
        *,
        was: tuple[Expense, Expense] | None = None,
        people: Mapping[ObjectId, Person] | None = None,
        group_name: str | None = None,
    ) -> None:
        changes = [] if was is None else differences(state(was[0]), state(was[1]))
        if was is not None and not changes:
            return
        group = expense.group
        if group is not None and group_name is None:
            group_name = self._groups.name(group)
        said = state(expense)
        names = None if people is None else {user: one.name for user, one in people.items()}
        if names is not None and actor not in names:
            names |= self._log.names([actor])
        self._log.record(
            kind,
            actor=actor,
            people={*_concerned(expense), *(_concerned(was[0]) if was else ())},
            subject=expense.id,
            group=group,
            snapshot=_snapshot(said),
            details=EventDetails(
                group_name=group_name or "", names=names, changes=changes, state=said
            ),
        )


def _snapshot(said: State) -> dict[str, Any]:
    shown = {name: said[name] for name in _SHOWN if name in said}
    return {**shown, "participants": len(said["splitWith"])}


def _concerned(expense: Expense) -> set[ObjectId]:
    return {expense.created_by, expense.paid_by, *(share.user for share in expense.shares)}
