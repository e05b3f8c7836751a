"""The rules of expenses: who may record, see, change, delete and settle one."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar

from bson import ObjectId

from coinbreakr.clock import Clock
from coinbreakr.errors import Conflict, Forbidden, Invalid, NotFound
from coinbreakr.expenses import editing, messages, recording
from coinbreakr.expenses.listing import Listing
from coinbreakr.expenses.model import Expense
from coinbreakr.expenses.repository import Expenses
from coinbreakr.groups.domain import require_member
from coinbreakr.groups.model import Group
from coinbreakr.groups.repository import Groups
from coinbreakr.mongo.transactions import Transactions
from coinbreakr.paging import Page
from coinbreakr.users.model import Caller, Person
from coinbreakr.users.repository import Users
from coinbreakr.versions import ANY, Held, require_current

T = TypeVar("T")
_ATTEMPTS: Final = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """Expenses, the people in them as they are now, and how many there are in all."""

    expenses: list[Expense]
    people: dict[ObjectId, Person]
    total: int = 1
    group: Group | None = None

    @property
    def version(self) -> str:
        """Of the one expense that is shown."""
        return _version(self.expenses[0])


class ExpenseService:
    """Expenses, as far as those whom they concern may see and change them."""

    def __init__(
        self,
        expenses: Expenses,
        groups: Groups,
        users: Users,
        transactions: Transactions,
        clock: Clock,
    ) -> None:
        self._expenses = expenses
        self._groups = groups
        self._users = users
        self._transactions = transactions
        self._clock = clock

    def mine(
        self, caller: Caller, page: Page, *, friend: ObjectId | None, settled: bool | None
    ) -> Shown:
        """What the caller created, paid or takes part in, perhaps only with one friend."""
        return self._list(Listing(user=caller.id, friend=friend, settled=settled), page)

    def of_group(
        self, caller: Caller, group: ObjectId, page: Page, *, settled: bool | None
    ) -> Shown:
        """All expenses of a group of the caller."""
        found = require_member(self._groups.get(group), caller.id)
        return self._list(Listing(group=group, settled=settled), page, found)

    def get(self, caller: Caller, expense: ObjectId) -> Shown:
        """One that concerns the caller."""
        found = self._existing(expense)
        if not found.concerns(caller.id):
            raise Forbidden(messages.NOT_YOURS_TO_SEE)
        return self._show([found])

    def record(self, caller: Caller, draft: recording.Draft) -> Shown:
        """A new expense; in a group as it is at that moment."""
        if draft.group is None:
            return self._record(caller, draft)
        return self._transactions.run(lambda: self._record(caller, draft))

    def _record(self, caller: Caller, draft: recording.Draft) -> Shown:
        group = None if draft.group is None else self._group_of(draft, caller)
        payer = draft.payer or caller.id
        wanted = {caller.id, payer, *(share.user for share in draft.shares if share.user)}
        people = self._users.people(wanted)
        if payer not in people:
            raise NotFound(messages.PAYER_NOT_FOUND)
        recording.check_people(draft, caller, group)
        expense = recording.expense(draft, caller, self._clock())
        self._expenses.insert(expense)
        return Shown([expense], people, group=group)

    def change(
        self, caller: Caller, expense: ObjectId, changes: editing.Changes, *, held: Held = ANY
    ) -> Shown:
        """Change what is given, if nobody changes it at the same moment; else look again."""

        def attempt() -> Expense | None:
            old = self._existing(expense)
            if caller.id not in {old.created_by, old.paid_by}:
                raise Forbidden(messages.NOT_YOURS_TO_CHANGE)
            if old.is_settled:
                raise Invalid(messages.SETTLED)
            require_current(_version(old), held)
            by = editing.Editor(caller.id, up_to_date=held is not ANY)
            circle = partial(self._circle, caller, old)
            new = editing.changed(old, changes, by, self._clock(), circle)
            return self._expenses.replace(old, new, exactly=held is not ANY)

        work = partial(_until_done, attempt)
        # Who is added must still be in the group when it is stored.
        changed = self._transactions.run(work) if "splitWith" in changes else work()
        return self._show([changed])

    def delete(self, caller: Caller, expense: ObjectId, *, held: Held = ANY) -> None:
        """Remove it for good; creator and payer may, settled or not."""
        found = self._existing(expense)
        if caller.id not in {found.created_by, found.paid_by}:
            raise Forbidden(messages.NOT_YOURS_TO_DELETE)
        require_current(_version(found), held)
        if not self._expenses.delete(found, exactly=held is not ANY):
            require_current(_version(self._existing(expense)), held)

    def settle(self, caller: Caller, expense: ObjectId, *, held: Held = ANY) -> Shown:
        """Settle the caller's own part."""
        same = None
        if held is not ANY:
            same = self._existing(expense)
            require_current(_version(same), held)
        settled = self._expenses.settle(expense, caller.id, self._clock(), same=same)
        if settled is None:
            found = self._existing(expense)
            if found.part_of(caller.id) is None:
                raise Forbidden(messages.NOT_YOURS_TO_SETTLE)
            require_current(_version(found), held)
            raise Invalid(messages.ALREADY_SETTLED)
        return self._show([settled])

    def _existing(self, expense: ObjectId) -> Expense:
        found = self._expenses.get(expense)
        if found is None:
            raise NotFound(messages.NOT_FOUND)
        return found

    def _group_of(self, draft: recording.Draft, caller: Caller) -> Group:
        group = None if draft.group is None else self._groups.hold(draft.group)
        if group is None or not group.is_active:
            raise Invalid(messages.GROUP_NOT_FOUND)
        if group.member(caller.id) is None:
            raise Invalid(messages.NOT_A_MEMBER)
        if draft.payer is not None and group.member(draft.payer) is None:
            raise Invalid(messages.PAYER_NOT_A_MEMBER)
        return group

    def _circle(self, caller: Caller, expense: Expense) -> Iterable[ObjectId]:
        if expense.group is None:
            return caller.friends
        group = self._groups.hold(expense.group)
        return [] if group is None else [member.user for member in group.members]

    def _list(self, listing: Listing, page: Page, group: Group | None = None) -> Shown:
        found, total = self._expenses.page(listing, page)
        return self._show(found, total, group)

    def _show(self, expenses: list[Expense], total: int = 1, group: Group | None = None) -> Shown:
        everybody = {
            user
            for expense in expenses
            for user in (expense.created_by, expense.paid_by, *(p.user for p in expense.parts))
        }
        return Shown(expenses, self._users.people(everybody), total, group)


def _version(expense: Expense) -> str:
    return "" if expense.revision is None else expense.revision.version


def _until_done(attempt: Callable[[], T | None]) -> T:
    for _ in range(_ATTEMPTS):
        done = attempt()
        if done is not None:
            return done
    raise Conflict(messages.CHANGED_BY_OTHERS)
