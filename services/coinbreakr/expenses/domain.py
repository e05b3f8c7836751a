"""The rules of expenses: who may create, see, change, delete and settle one."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final, Protocol, TypeVar

from bson import ObjectId

from coinbreakr.clock import Clock
from coinbreakr.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from coinbreakr.expenses import creation, messages, settling, update
from coinbreakr.expenses.creation import Ready
from coinbreakr.expenses.deleted import DeletedExpenses
from coinbreakr.expenses.history import ExpenseHistory
from coinbreakr.expenses.model import (
    PAYMENT,
    Expense,
    ExpenseFilter,
    ExpenseInput,
    ExpenseQuery,
    ExpenseUpdate,
    ExpenseView,
    version_of,
)
from coinbreakr.expenses.repository import Expenses
from coinbreakr.groups.domain import require_member
from coinbreakr.groups.model import Group
from coinbreakr.groups.repository import Groups
from coinbreakr.mongo.transactions import Transactions, in_transaction
from coinbreakr.paging import Page
from coinbreakr.users.model import Caller
from coinbreakr.users.repository import Users
from coinbreakr.versions import ANY, ExpectedVersions, require_current

T = TypeVar("T")
_ATTEMPTS: Final = 50


class Settlements(Protocol):
    """Keeps what was settled, and when."""

    def shares_settled(self, expense: Expense, user: ObjectId, now: datetime) -> None:
        """Keep that a user has settled the own shares that have this moment; in a transaction."""

    def has(self, settlement: ObjectId) -> bool:
        """Whether there is one with an id, which its expense has when it counts."""


class ExpenseService:
    """Expenses, as far as those whom they concern may see and change them."""

    def __init__(
        self,
        expenses: Expenses,
        groups: Groups,
        users: Users,
        settlements: Settlements,
        *,
        deleted: DeletedExpenses,
        history: ExpenseHistory,
        transactions: Transactions,
        clock: Clock,
    ) -> None:
        self._settlements = settlements
        self._expenses = expenses
        self._deleted = deleted
        self._history = history
        self._groups = groups
        self._users = users
        self._transactions = transactions
        self._clock = clock

    def mine(self, caller: Caller, query: ExpenseQuery) -> ExpenseView:
        """What the caller created, paid or takes part in, perhaps only with one friend."""
        wanted = ExpenseFilter(user=caller.id, friend=query.friend, settled=query.settled)
        return self._list(wanted, query.page)

    def of_group(self, caller: Caller, group: ObjectId, query: ExpenseQuery) -> ExpenseView:
        """All expenses of a group of the caller."""
        found = require_member(self._groups.get(group), caller.id)
        return self._list(ExpenseFilter(group=group, settled=query.settled), query.page, found)

    def get(self, caller: Caller, expense: ObjectId) -> ExpenseView:
        """One that concerns the caller."""
        return self._show([self._concerning(caller, expense)])

    def create(self, caller: Caller, new: ExpenseInput) -> ExpenseView:
        """A new expense; in a group as it is at that moment."""
        ready = creation.read(new, caller.id)

        def attempt() -> ExpenseView:
            repeated = self._repeated(caller, ready) if new.chosen else None
            return repeated or self._create(caller, ready)

        return self._transactions.run(attempt)

    def preview(self, caller: Caller, new: ExpenseInput) -> Expense:
        """The expense that `create` would store; nothing is written."""
        ready = self._with_expense(caller, creation.read(new, caller.id))
        group = None if ready.group is None else self._groups.get(ready.group)
        return self._made(caller, ready, group).expenses[0]

    def _create(self, caller: Caller, ready: Ready) -> ExpenseView:
        if ready.new.refund_of is not None:
            self._expenses.hold(ready.new.refund_of)  # two refunds do not share what is left
        ready = self._with_expense(caller, ready)
        group = None if ready.group is None else self._groups.hold(ready.group)
        view = self._made(caller, ready, group)
        self._expenses.insert(view.expenses[0])
        self._history.created(caller.id, view)
        return view

    def _with_expense(self, caller: Caller, ready: Ready) -> Ready:
        """A refund of an expense that concerns the caller, with what that says."""
        if ready.new.refund_of is None:
            return ready
        found = self._concerning(caller, ready.new.refund_of)
        return creation.refund(ready, found, self._expenses.refunds(found.id))

    def _made(self, caller: Caller, ready: Ready, group: Group | None) -> ExpenseView:
        new, payers = ready.new, [payer.user for payer in ready.payers]
        refund = new.refund_of is not None  # to those who are in the expense, whoever that is now
        if ready.group is not None:
            _check_group(caller, () if refund else payers, group)
        named = {caller.id, *payers, *(share.user for share in new.shares if share.user)}
        people = self._users.people(named)
        if not refund:
            if not people.keys() >= set(payers):
                raise NotFound(messages.PAYER_NOT_FOUND)
            creation.check_people(new, payers, caller, group)
        expense = creation.expense(ready, caller.id, self._clock())
        return ExpenseView([expense], people, group=group)

    def _repeated(self, caller: Caller, ready: Ready) -> ExpenseView | None:
        """The expense that the same request has created before, as it is now."""
        found = self._expenses.get(ready.new.id)
        if found is None:
            self._check_free(ready.new.id, caller)
            return None
        if found.id != ready.new.id or found.request != ready.request:
            raise Conflict(messages.ID_TAKEN)
        its_group = None if found.group is None else self._groups.get(found.group)
        return replace(self._show([found], group=its_group), repeated=True)

    def _check_free(self, expense: ObjectId, caller: Caller) -> None:
        """Refuse the id of a settlement, and of what others have deleted and may restore."""
        if self._settlements.has(expense):
            raise Conflict(messages.ID_TAKEN)
        deleted = self._deleted.holding(expense)
        if deleted and caller.id not in {deleted.expense.created_by, deleted.expense.paid_by}:
            raise Conflict(messages.ID_TAKEN)

    def update(
        self,
        caller: Caller,
        expense: ObjectId,
        changes: ExpenseUpdate,
        *,
        expected: ExpectedVersions = ANY,
    ) -> ExpenseView:
        """Change what is given, if nobody changes it at the same moment; else look again."""

        def attempt() -> ExpenseView | None:
            old = self._existing(expense)
            if old.tied and not in_transaction():
                return self._transactions.run(work)
            if caller.id not in {old.created_by, old.paid_by}:
                raise Forbidden(messages.NOT_YOURS_TO_CHANGE)
            if old.conversion is not None:
                raise Invalid(messages.CONVERSION_NOT_TO_CHANGE)
            if old.is_settled:
                raise Invalid(messages.SETTLED)
            require_current(version_of(old), expected)
            by = update.Editor(caller.id, up_to_date=expected is not ANY)
            allowed = partial(self._allowed, caller, old)
            new = update.updated(old, changes, by, self._clock(), allowed)
            exactly = expected is not ANY
            return self._transactions.run(lambda: self._replace(caller, old, new, exactly))

        work = partial(_until_done, attempt)
        # Who is added must still be in the group when it is stored.
        same_people = changes.shares is None and changes.split is None and changes.payers is None
        return work() if same_people else self._transactions.run(work)

    def _replace(
        self, caller: Caller, old: Expense, new: Expense, exactly: bool
    ) -> ExpenseView | None:
        """Store a change; None if somebody has changed the expense since it was read."""
        changed = self._expenses.replace(old, new, exactly=exactly)
        if changed is None:
            return None
        view = self._show([changed])
        self._history.changed(caller.id, old, new, view)
        return view

    def delete(
        self, caller: Caller, expense: ObjectId, *, expected: ExpectedVersions = ANY
    ) -> None:
        """Take it away, until it is restored; creator and payer may, settled or not.

        A conversion goes as a whole, whichever half is named.
        """

        def work() -> None:
            found = self._existing(expense)
            if caller.id not in {found.created_by, found.paid_by}:
                raise Forbidden(messages.NOT_YOURS_TO_DELETE)
            require_current(version_of(found), expected)
            others = [one.id for one in found.advances] or self._expenses.other_half(found)
            taken = self._expenses.take([found.id, *others])
            self._deleted.keep(found.id, taken, by=caller.id, now=self._clock())
            self._history.deleted(caller.id, found)

        self._transactions.run(work)

    def restore(self, caller: Caller, expense: ObjectId) -> ExpenseView:
        """Undo that it was deleted; who may delete it may do that, too.

        It is again as if it had not been deleted, whoever has left its group meanwhile.
        """

        def work() -> ExpenseView:
            there = self._expenses.get(expense)
            deleted = self._deleted.newest(expense)
            found = there if deleted is None else deleted.expense
            if found is None:
                raise NotFound(messages.NOT_FOUND)
            if caller.id not in {found.created_by, found.paid_by}:
                raise Forbidden(messages.NOT_YOURS_TO_RESTORE)
            if there is not None or deleted is None:
                raise Conflict(messages.NOT_DELETED)
            if self._expenses.many(deleted.ids):
                raise Conflict(messages.ID_TAKEN)
            self._expenses.put_back(deleted.documents, self._clock())
            self._deleted.forget(deleted)
            view = self._show([self._existing(expense)])
            self._history.restored(caller.id, view)
            return view

        return self._transactions.run(work)

    def settle(
        self, caller: Caller, expense: ObjectId, *, expected: ExpectedVersions = ANY
    ) -> ExpenseView:
        """Settle all that the caller owes in it, and keep that in one transaction with it."""

        def work() -> ExpenseView:
            same = None
            if expected is not ANY:
                same = self._existing(expense)
                require_current(version_of(same), expected)
            now = self._clock()
            settled = self._expenses.settle(expense, caller.id, now, same=same)
            if settled is None:
                settled = self._settle_whole(caller, expense, expected, now)
            for one in (settled, *settled.advances):
                self._settlements.shares_settled(one, caller.id, now)
            view = self._show([settled])
            self._history.settled(caller.id, view, now)
            return view

        return self._transactions.run(work)

    def _settle_whole(
        self, caller: Caller, expense: ObjectId, expected: ExpectedVersions, now: datetime
    ) -> Expense:
        """Settle one that is stored in several documents; refused if there is nothing to settle."""
        found = self._existing(expense)
        new = settling.settled(found, caller.id, now) if found.tied else None
        if new is None:
            raise self._unsettled(caller, expense, expected)
        require_current(version_of(found), expected)
        changed = self._expenses.replace(found, new, exactly=True)
        assert changed is not None  # it was read in this transaction
        return changed

    def _unsettled(
        self, caller: Caller, expense: ObjectId, expected: ExpectedVersions
    ) -> DomainError:
        """Why nothing was settled."""
        found = self._existing(expense)
        if found.share_of(caller.id) is None:
            return Forbidden(messages.NOT_YOURS_TO_SETTLE)
        require_current(version_of(found), expected)
        if found.kind == PAYMENT:
            return Invalid(messages.PAYMENT_NOT_TO_SETTLE)
        if found.lowers_debt:
            return Invalid(messages.CONVERSION_NOT_TO_SETTLE)
        return Invalid(messages.ALREADY_SETTLED)

    def _concerning(self, caller: Caller, expense: ObjectId) -> Expense:
        found = self._existing(expense)
        if not found.concerns(caller.id):
            raise Forbidden(messages.NOT_YOURS_TO_SEE)
        return found

    def _existing(self, expense: ObjectId) -> Expense:
        found = self._expenses.get(expense)
        if found is None:
            raise NotFound(messages.NOT_FOUND)
        return found

    def _allowed(self, caller: Caller, expense: Expense) -> Iterable[ObjectId]:
        if expense.group is None:
            return caller.friends
        group = self._groups.hold(expense.group)
        return [] if group is None else [member.user for member in group.members]

    def _list(self, wanted: ExpenseFilter, page: Page, group: Group | None = None) -> ExpenseView:
        found, total = self._expenses.page(wanted, page)
        return self._show(found, total, group)

    def _show(
        self, expenses: list[Expense], total: int = 1, group: Group | None = None
    ) -> ExpenseView:
        everybody = {user for expense in expenses for user in expense.people}
        return ExpenseView(expenses, self._users.people(everybody), total, group)


def _check_group(caller: Caller, payers: Iterable[ObjectId], group: Group | None) -> None:
    """Refuse a group in which the caller cannot record what these have paid."""
    if group is None or not group.is_active:
        raise Invalid(messages.GROUP_NOT_FOUND)
    if group.member(caller.id) is None:
        raise Invalid(messages.NOT_A_MEMBER)
    if any(group.member(payer) is None for payer in payers):
        raise Invalid(messages.PAYER_NOT_A_MEMBER)


def _until_done(attempt: Callable[[], T | None]) -> T:
    for _ in range(_ATTEMPTS):
        done = attempt()
        if done is not None:
            return done
    raise Conflict(messages.CHANGED_BY_OTHERS)
