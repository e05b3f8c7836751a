"""What became of an expense: what was done here, and what must have been done elsewhere.

Each event has the differences that it made and what the expense said after it. Where the next one
began with something else, or the document says something else now, the Node server (or somebody in
the database) was there in between.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from typing import Final

from bson import ObjectId

from coinbreakr.activity.log import ids_in
from coinbreakr.activity.model import Event
from coinbreakr.activity.repository import Events
from coinbreakr.errors import Forbidden, NotFound
from coinbreakr.expenses import history, messages
from coinbreakr.expenses.deleted import DeletedExpenses
from coinbreakr.expenses.model import Expense, Version, VersionKind, VersionsView
from coinbreakr.expenses.repository import Expenses
from coinbreakr.expenses.state import NOTHING, Change, State, differences, gap, state
from coinbreakr.paging import Stretch
from coinbreakr.users.model import Caller
from coinbreakr.users.repository import Users

# On a page, with as many in what was done elsewhere; an expense has a few hundred shares at most.
_MOST_DIFFERENCES: Final = 4000
_KINDS: Final = {
    history.CREATED: VersionKind.CREATED,
    history.CHANGED: VersionKind.CHANGED,
    history.SETTLED: VersionKind.SETTLED,
    history.REOPENED: VersionKind.REOPENED,
    history.DELETED: VersionKind.DELETED,
    history.RESTORED: VersionKind.RESTORED,
}


class VersionService:
    """Versions of expenses, also of deleted ones, for those whom they concern."""

    def __init__(
        self, expenses: Expenses, deleted: DeletedExpenses, events: Events, users: Users
    ) -> None:
        self._expenses = expenses
        self._deleted = deleted
        self._events = events
        self._users = users

    def of(self, caller: Caller, expense: ObjectId, stretch: Stretch) -> VersionsView:
        """A page of them. What was done elsewhere comes with what was done here after it."""
        there = self._expenses.get(expense)
        expense = expense if there is None else there.id  # which may be that of an advance
        deleted = self._deleted.newest(expense) if there is None else None
        events = self._events.versions(
            expense, caller.id, beginning=history.CREATED, start=stretch.after
        )
        with closing(events) as found:
            page, following = _page(found, stretch.limit)
        known = there if deleted is None else deleted.expense
        _check(caller, known, page)
        first = stretch.after is None
        versions = [
            *(_since(page[0], there) if first and page else ()),
            *(_versions(page, following, known) if first or page else ()),
        ]
        people = {one for version in versions for one in _people(version)}
        after = None if following is None else following.id
        at = None if deleted is None else deleted.at
        return VersionsView(versions, self._users.people(people), after, at)


def _check(caller: Caller, known: Expense | None, events: Sequence[Event]) -> None:
    """Refuse whom it does not concern; one that is gone concerns those of its last event."""
    if known is None and not events:
        raise NotFound(messages.NOT_FOUND)
    concerned = known.concerns(caller.id) if known else caller.id in events[0].people
    if not concerned:
        raise Forbidden(messages.NOT_YOURS_TO_SEE)


def _page(events: Iterable[Event], limit: int) -> tuple[list[Event], Event | None]:
    """As many as asked for, or fewer where they have very many differences; and the one after."""
    page: list[Event] = []
    total = 0
    for event in events:
        total += len(event.changes) + len(_state(event).get("splitWith", ()))
        if len(page) == limit or (page and total > _MOST_DIFFERENCES):
            return page, event
        page.append(event)
    return page, None


def _since(newest: Event, there: Expense | None) -> Iterator[Version]:
    """What was done elsewhere since the newest event."""
    gone = newest.kind == history.DELETED
    if there is None:
        if not gone:
            yield Version(kind=VersionKind.DELETED_ELSEWHERE)
        return
    changes = differences(NOTHING if gone else _state(newest), state(there))
    if changes:
        kind = VersionKind.CREATED_ELSEWHERE if gone else VersionKind.CHANGED_ELSEWHERE
        at = there.updated_at if there.updated_at > newest.at else None
        yield Version(kind=kind, at=at, changes=changes)


def _versions(
    page: Sequence[Event], following: Event | None, known: Expense | None
) -> Iterator[Version]:
    """Each event, and what was done elsewhere before it."""
    for event, older in zip(page, (*page[1:], following), strict=False):
        yield _version(event)
        if older is not None:
            yield from _between(older, event)
    from_here = bool(page) and page[-1].kind == history.CREATED
    if following is None and known is not None and not from_here:
        yield _beginning(known)


def _version(event: Event) -> Version:
    created = event.kind == history.CREATED
    return Version(
        id=event.id,
        kind=_KINDS.get(event.kind, VersionKind.CHANGED),
        at=event.at,
        by=event.actor,
        names=event.names,
        changes=differences(NOTHING, _state(event)) if created else event.changes,
    )


def _between(older: Event, newer: Event) -> Iterator[Version]:
    """What was done elsewhere between two events, as it was seen when the newer one happened."""
    gone = older.kind == history.DELETED
    if newer.kind == history.CREATED:
        if not gone:
            yield Version(kind=VersionKind.DELETED_ELSEWHERE)
    elif gone and newer.kind != history.RESTORED:
        before = gap(NOTHING, _state(newer), newer.changes)
        yield _elsewhere(VersionKind.CREATED_ELSEWHERE, newer.at, before)
    elif changes := gap(_state(older), _state(newer), newer.changes):
        yield _elsewhere(VersionKind.CHANGED_ELSEWHERE, newer.at, changes)


def _elsewhere(kind: VersionKind, at: datetime, changes: Sequence[Change]) -> Version:
    return Version(kind=kind, at=at, changes=changes)


def _beginning(expense: Expense) -> Version:
    """Of an expense that was there before events were written."""
    return Version(kind=VersionKind.CREATED, at=expense.created_at, by=expense.created_by)


def _state(event: Event) -> State:
    return event.state or NOTHING


def _people(version: Version) -> Iterator[ObjectId]:
    if version.by is not None:
        yield version.by
    yield from ids_in(version.changes)
