"""What happens to expenses, as events that hold what the expense says after each."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from bson import ObjectId

from coinbreakr.activity.log import ActivityLog
from coinbreakr.activity.model import EventDetails
from coinbreakr.expenses.model import Expense, ExpenseView, Share
from coinbreakr.expenses.state import Change, State, differences, state
from coinbreakr.groups.repository import Groups

CREATED: Final = "expense.created"
CHANGED: Final = "expense.changed"
SETTLED: Final = "expense.settled"
DELETED: Final = "expense.deleted"
REOPENED: Final = "expense.reopened"
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
        self._record(CREATED, actor, view.expenses[0], names=_names(view), group_name=name)

    def changed(self, actor: ObjectId, old: Expense, new: Expense, view: ExpenseView) -> None:
        """It was to be made `new` of `old`, and is as it is shown; or nothing of it is changed."""
        self._record(CHANGED, actor, view.expenses[0], was=(old, new), names=_names(view))

    def settled(self, actor: ObjectId, view: ExpenseView, moment: datetime) -> None:
        """The actor's own shares that have this moment are settled."""
        new = view.expenses[0]
        advances = [_before(advance, actor, moment) for advance in new.advances]
        old = replace(_before(new, actor, moment), advances=advances)
        self._record(SETTLED, actor, new, was=(old, new), names=_names(view))

    def settled_together(
        self,
        actor: ObjectId,
        debtor: ObjectId,
        expenses: Iterable[Expense],
        moment: datetime,
        *,
        within: Collection[ObjectId],
    ) -> None:
        """By one settlement: the open shares of somebody in some documents of expenses.

        The expenses are as they were before.
        """

        def settled(document: Expense, share: Share) -> Share:
            if share.user != debtor or document.id not in within:
                return share
            return replace(share, settled=True, settled_at=share.settled_at or moment)

        self._marked(SETTLED, actor, expenses, settled)

    def reopened(
        self,
        actor: ObjectId,
        debtor: ObjectId,
        expenses: Iterable[Expense],
        moment: datetime,
        *,
        within: Collection[ObjectId],
    ) -> None:
        """That settlement is undone: shares are open that were settled at its moment."""

        def opened(document: Expense, share: Share) -> Share:
            theirs = share.user == debtor and document.id in within
            now = theirs and share.settled and share.settled_at in {None, moment}
            return replace(share, settled=False, settled_at=None) if now else share

        self._marked(REOPENED, actor, expenses, opened)

    def _marked(
        self,
        kind: str,
        actor: ObjectId,
        expenses: Iterable[Expense],
        mark: Callable[[Expense, Share], Share],
    ) -> None:
        changed = list(expenses)
        names = self._log.names({actor, *(user for old in changed for user in old.people)})
        groups = {old.group for old in changed} - {None}
        known = {group: self._groups.name(group) for group in groups if group is not None}
        for old in changed:
            advances = [_marked(one, mark) for one in old.advances]
            new = replace(_marked(old, mark), advances=advances)
            name = None if old.group is None else known[old.group]
            self._record(kind, actor, new, was=(old, new), names=names, group_name=name)

    def deleted(self, actor: ObjectId, expense: Expense) -> None:
        """It is deleted."""
        self._record(DELETED, actor, expense)

    def restored(self, actor: ObjectId, view: ExpenseView) -> None:
        """It is there again."""
        self._record(RESTORED, actor, view.expenses[0], names=_names(view))

    def _record(
        self,
        kind: str,
        actor: ObjectId,
        expense: Expense,
        *,
        was: tuple[Expense, Expense] | None = None,
        names: Mapping[ObjectId, str] | None = None,
        group_name: str | None = None,
    ) -> None:
        said = state(expense)
        changes: list[Change] = []
        if was is not None:
            changes = differences(state(was[0]), said if was[1] is expense else state(was[1]))
            if not changes:
                return
        group = expense.group
        if group is not None and group_name is None:
            group_name = self._groups.name(group)
        if names is not None and actor not in names:
            names = {**names, **self._log.names([actor])}
        self._log.record(
            kind,
            actor=actor,
            people=expense.people | (was[0].people if was else set()),
            subject=expense.id,
            group=group,
            snapshot=_snapshot(said),
            details=EventDetails(
                group_name=group_name or "", names=names, changes=changes, state=said
            ),
        )


def _names(view: ExpenseView) -> dict[ObjectId, str]:
    return {user: person.name for user, person in view.people.items()}


def _marked(document: Expense, mark: Callable[[Expense, Share], Share]) -> Expense:
    """One document of an expense, with its shares marked."""
    return replace(document, shares=[mark(document, share) for share in document.shares])


def _before(new: Expense, actor: ObjectId, moment: datetime) -> Expense:
    """One document before the actor settled what they owe in it."""
    shares = [
        replace(share, settled=False)
        if share.user == actor and share.settled_at == moment
        else share
        for share in new.shares
    ]
    return replace(new, shares=shares)


def _snapshot(said: State) -> dict[str, Any]:
    shown = {name: said[name] for name in _SHOWN if name in said}
    return {**shown, "participants": len(said["splitWith"])}
