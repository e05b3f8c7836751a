"""Reading what happened: what concerns the caller, what happened in a group, what is new."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bson import ObjectId

from coinbreakr.activity import messages
from coinbreakr.activity.log import ids_in
from coinbreakr.activity.model import Event, EventsView, ReadMark, Unread
from coinbreakr.activity.repository import Events, ReadMarks
from coinbreakr.errors import NotFound
from coinbreakr.mongo.transactions import Transactions
from coinbreakr.paging import Stretch
from coinbreakr.users.model import Caller
from coinbreakr.users.repository import Users


class ActivityService:
    """Events, as far as they concern who asks."""

    def __init__(
        self, events: Events, marks: ReadMarks, users: Users, transactions: Transactions
    ) -> None:
        self._events = events
        self._marks = marks
        self._users = users
        self._transactions = transactions

    def mine(self, caller: Caller, stretch: Stretch) -> tuple[EventsView, Unread]:
        """All that concerns the caller, and how much of it is new."""
        mark = self._marks.get(caller.id)
        view = self._view(*self._events.of_person(caller.id, stretch), mark)
        return view, self._events.unread(caller.id, mark)

    def of_group(self, caller: Caller, group: ObjectId, stretch: Stretch) -> EventsView:
        """All that happened in a group, of which the caller is known to be a member."""
        mark = self._marks.get(caller.id)
        return self._view(*self._events.of_group(group, stretch), mark)

    def read(self, caller: Caller, up_to: ObjectId) -> Unread:
        """Mark everything until an event as read; what is read stays read."""

        def work() -> Unread:
            if not self._events.concerns(up_to, caller.id):
                raise NotFound(messages.EVENT_NOT_FOUND)
            mark = self._marks.get(caller.id)
            if mark is None or up_to >= mark.up_to:
                mark = self._events.mark_until(caller.id, up_to)
                self._marks.set(caller.id, mark)
            return self._events.unread(caller.id, mark)

        return self._transactions.run(work)

    def _view(
        self, events: Sequence[Event], after: ObjectId | None, mark: ReadMark | None
    ) -> EventsView:
        people = self._users.people(person for event in events for person in _people(event))
        return EventsView(events, people, after, mark)


def _people(event: Event) -> Iterator[ObjectId]:
    yield event.actor
    shown: Mapping[str, Any] = {"snapshot": event.snapshot, "changes": event.changes}
    yield from ids_in(shown)
