"""The rules of settlements: who may record, see, confirm, reject and void one."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from bson import ObjectId

from coinbreakr.clock import Clock
from coinbreakr.errors import Conflict, Forbidden, Invalid, NotFound
from coinbreakr.expenses import messages as expense_messages
from coinbreakr.expenses.history import ExpenseHistory
from coinbreakr.expenses.repository import Expenses
from coinbreakr.groups.domain import require_member
from coinbreakr.groups.repository import Groups
from coinbreakr.mongo.transactions import Transactions
from coinbreakr.paging import Stretch
from coinbreakr.settlements import messages, payments, recording, shares
from coinbreakr.settlements.history import SettlementHistory
from coinbreakr.settlements.model import (
    SettledShare,
    Settlement,
    SettlementInput,
    SettlementQuery,
    SettlementView,
    Status,
)
from coinbreakr.settlements.repository import Settlements
from coinbreakr.users.model import Caller, Party, Person
from coinbreakr.users.repository import Users

# Counted ones read as void while their expense does not count, so many are looked through.
_LOOKED_THROUGH: Final = 500


class SettlementService:
    """Settlements, as far as those whom they concern may see and change them.

    Each change is one transaction, with what it does to the expenses: who changes the same at the
    same moment makes it start again and look at what is there then.
    """

    def __init__(
        self,
        settlements: Settlements,
        expenses: Expenses,
        groups: Groups,
        users: Users,
        history: SettlementHistory,
        *,
        expense_history: ExpenseHistory,
        transactions: Transactions,
        clock: Clock,
    ) -> None:
        self._settlements = settlements
        self._expenses = expenses
        self._groups = groups
        self._users = users
        self._history = history
        self._expense_history = expense_history
        self._transactions = transactions
        self._clock = clock

    def record(self, caller: Caller, new: SettlementInput) -> SettlementView:
        """A new one: counted, or pending if the payee wants to confirm what others record."""

        def work() -> SettlementView:
            made = recording.settlement(new, caller.id, self._clock())
            parties = self._parties(made, caller)
            people = {user: party.person for user, party in parties.items()}
            made = self._checked(made, caller, new)
            if made.created_by == made.payer and parties[made.payee].confirms_payments:
                made = replace(made, status=Status.PENDING)
            else:
                made = self._counted(made, people, caller.id, caller.id)
            self._settlements.insert(made)
            view = SettlementView([made], people)
            self._history.recorded(caller.id, view)
            return view

        return self._transactions.run(work)

    def get(self, caller: Caller, settlement: ObjectId) -> SettlementView:
        """One of the caller, or of a group of the caller."""
        found = self._existing(settlement)
        if not found.concerns(caller.id) and not self._is_in_group(caller, found):
            raise Forbidden(messages.NOT_YOURS_TO_SEE)
        return self._view([found])

    def page(self, caller: Caller, query: SettlementQuery) -> SettlementView:
        """A page of the caller's, or of a group's, the newest first.

        It is short, and goes on, where too few of many that were looked through are wanted.
        """
        if query.group is not None:
            require_member(self._groups.get(query.group), caller.id)
        found: list[Settlement] = []
        limit, looked = query.stretch.limit, 0
        size = _LOOKED_THROUGH if query.status is Status.VOID else limit + 1
        part = Stretch(size, query.stretch.after)
        while looked < _LOOKED_THROUGH:
            stored = self._settlements.newest(caller.id, query, _stored_as(query.status), part)
            found += [
                one for one in self._as_they_count(stored) if query.status in {None, one.status}
            ]
            if len(found) > limit:
                return self._view(found[:limit], found[limit - 1].id)
            if len(stored) < size:
                return self._view(found)
            part = replace(part, after=stored[-1].id)
            looked += size
        return self._view(found, part.after)

    def confirm(self, caller: Caller, settlement: ObjectId) -> SettlementView:
        """Count a pending one; its payee may."""

        def work() -> SettlementView:
            view = self._view([self._pending(caller, settlement)])
            [found] = view.settlements
            if self._expenses.get(found.id) is not None:
                raise Conflict(expense_messages.ID_TAKEN)
            try:
                counted = self._counted(found, view.people, found.created_by, caller.id)
            except (Invalid, NotFound, Forbidden):  # its expenses are not what they were
                raise Conflict(messages.SHARES_CHANGED) from None
            return self._changed(caller, replace(view, settlements=[counted]), Status.COUNTED)

        return self._transactions.run(work)

    def reject(self, caller: Caller, settlement: ObjectId, reason: str) -> SettlementView:
        """Refuse a pending one; its payee may."""

        def work() -> SettlementView:
            view = self._view([self._pending(caller, settlement)])
            return self._changed(caller, view, Status.REJECTED, reason)

        return self._transactions.run(work)

    def void(self, caller: Caller, settlement: ObjectId, reason: str) -> SettlementView:
        """Undo a counted one, as either side may; or withdraw a pending one, as its payer may.

        A payment's expense is deleted; settled shares are open again, if nobody has changed them.
        """

        def work() -> SettlementView:
            found = self._existing(settlement)
            if not found.concerns(caller.id):
                raise Forbidden(messages.NOT_YOURS_TO_VOID)
            if found.status is Status.COUNTED:
                self._undo(found, caller.id)
            elif found.status is not Status.PENDING or caller.id != found.created_by:
                raise Conflict(messages.NOT_COUNTED.format(status=found.status))
            return self._changed(caller, self._view([found]), Status.VOID, reason)

        return self._transactions.run(work)

    def _parties(self, made: Settlement, caller: Caller) -> dict[ObjectId, Party]:
        """The two people, who are both there; the caller is one of them."""
        recording.check_people(made, caller.id)
        parties = self._users.parties([made.payer, made.payee])
        for person in (made.payer, made.payee):
            if person not in parties:
                raise NotFound(messages.PERSON_NOT_FOUND)
            if not parties[person].is_active:
                raise Invalid(messages.PERSON_DEACTIVATED)
        return parties

    def _checked(self, made: Settlement, caller: Caller, new: SettlementInput) -> Settlement:
        """With all that is known of it; refused if these two cannot settle that."""
        if made.group is not None:
            self._check_group(made, made.group, caller.id)
        if not made.is_payment:
            found = self._expenses.owing(made.expenses, made.payer, made.payee)
            opened = shares.open_shares(made, found, caller.id)
            recording.check_sum(new, opened.total)
            return replace(made, group=opened.group)
        if made.group is None:
            other = made.payee if caller.id == made.payer else made.payer
            if other not in caller.friends and not self._expenses.is_open_between(caller.id, other):
                raise Invalid(messages.NOT_A_FRIEND)
        return made

    def _check_group(self, made: Settlement, group: ObjectId, caller: ObjectId) -> None:
        """Refuse a group that is not there, or in which one of the two has nothing to settle."""
        found = self._groups.hold(group)
        if found is None or not found.is_active:
            raise Invalid(expense_messages.GROUP_NOT_FOUND)
        for person in (caller, made.payer, made.payee):
            if found.member(person) is None and not self._expenses.is_open_in(group, person):
                refusal = expense_messages.NOT_A_MEMBER
                raise Invalid(refusal if person == caller else messages.PERSON_NOT_IN_GROUP)

    def _counted(
        self,
        settlement: Settlement,
        people: Mapping[ObjectId, Person],
        recorder: ObjectId,
        actor: ObjectId,
    ) -> Settlement:
        """Make it count: by an expense, or by settling the shares."""
        now = self._clock()
        if settlement.is_payment:
            names = {user: person.name for user, person in people.items()}
            self._expenses.insert(payments.expense(settlement, names, now))
            return replace(settlement, status=Status.COUNTED)
        found = self._expenses.owing(settlement.expenses, settlement.payer, settlement.payee)
        opened = shares.open_shares(settlement, found, recorder)
        if sum(share.units for share in opened.shares) != settlement.units:
            raise Conflict(messages.SHARES_CHANGED)
        date = settlement.date  # so that balances of the past go by it
        documents = _documents(opened.shares)
        before = self._expenses.wholes(found.values())
        self._expenses.settle_all(documents, settlement.payer, date, now)
        self._expenses.mark_wholes(before, now)
        self._expense_history.settled_together(
            actor, settlement.payer, before, date, within=documents
        )
        return replace(settlement, status=Status.COUNTED, shares=opened.shares, settled_at=date)

    def _undo(self, settlement: Settlement, actor: ObjectId) -> None:
        """Take back what a counted one has done to the expenses."""
        documents = _documents(settlement.shares) or [settlement.id]
        found = self._expenses.many(documents)
        if settlement.is_payment:
            self._expenses.take([found[settlement.id].id])
            return
        settled_at = settlement.settled_at
        as_settled = [shares.is_as_settled(expense, settlement) for expense in found.values()]
        if len(found) < len(documents) or not all(as_settled) or not settled_at:
            raise Conflict(messages.SHARES_CHANGED)
        now = self._clock()
        before = self._expenses.wholes(found.values())
        self._expenses.reopen_all(documents, settlement.payer, settled_at, now)
        self._expenses.mark_wholes(before, now)
        self._expense_history.reopened(
            actor, settlement.payer, before, settled_at, within=documents
        )

    def _changed(
        self, caller: Caller, view: SettlementView, status: Status, reason: str = ""
    ) -> SettlementView:
        [found] = view.settlements
        changed = replace(found, status=status, reason=reason, updated_at=self._clock())
        self._settlements.replace(changed)
        shown = replace(view, settlements=[changed])
        self._history.changed(caller.id, shown)
        return shown

    def _existing(self, settlement: ObjectId) -> Settlement:
        found = self._settlements.get(settlement)
        if found is None:
            raise NotFound(messages.NOT_FOUND)
        return self._as_they_count([found])[0]

    def _pending(self, caller: Caller, settlement: ObjectId) -> Settlement:
        found = self._existing(settlement)
        if caller.id != found.payee:
            raise Forbidden(messages.NOT_YOURS_TO_CONFIRM)
        if found.status is not Status.PENDING:
            raise Conflict(messages.NOT_PENDING.format(status=found.status))
        return found

    def _as_they_count(self, stored: Sequence[Settlement]) -> list[Settlement]:
        """Settlements with the money that their expenses tell."""
        paid = [one.id for one in stored if one.is_payment and one.status is Status.COUNTED]
        found = self._expenses.many(paid)
        return [payments.as_it_counts(one, found.get(one.id)) for one in stored]

    def _is_in_group(self, caller: Caller, settlement: Settlement) -> bool:
        group = None if settlement.group is None else self._groups.get(settlement.group)
        return group is not None and group.member(caller.id) is not None

    def _view(
        self, settlements: Sequence[Settlement], after: ObjectId | None = None
    ) -> SettlementView:
        people = self._users.people(_everybody(settlements))
        return SettlementView(settlements, people, after)


def _documents(settled: Iterable[SettledShare]) -> list[ObjectId]:
    """Where the shares are: an expense that several have paid is stored in several documents."""
    return list(dict.fromkeys(share.expense for share in settled))


def _everybody(settlements: Iterable[Settlement]) -> Iterable[ObjectId]:
    return (user for one in settlements for user in (one.payer, one.payee, one.created_by))


def _stored_as(status: Status | None) -> Collection[Status]:
    """The states in which those may be stored that read as one."""
    if status is None:
        return tuple(Status)
    return (status, Status.COUNTED) if status is Status.VOID else (status,)
