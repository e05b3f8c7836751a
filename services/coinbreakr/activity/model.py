"""Events: what somebody did that concerns others, as it was at that moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bson import ObjectId

from coinbreakr.users.model import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One of them, never changed. Names and amounts are those of its moment.

    Each ObjectId in the snapshot and in the changes is a person; `names` has those in it.
    """

    id: ObjectId
    kind: str  # what it is about and what happened: `expense.created`
    at: datetime
    actor: ObjectId
    names: Mapping[ObjectId, str]
    subject: ObjectId
    group: ObjectId | None
    group_name: str
    snapshot: Mapping[str, Any]
    changes: Sequence[Mapping[str, Any]]
    more_changes: bool = False  # than are shown in a list
    people: frozenset[ObjectId] = frozenset()  # whom it concerns; not in lists
    state: Mapping[str, Any] | None = None  # the subject after it; not in lists


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDetails:
    """What may be told of a new event beside its snapshot.

    The name of its group; the names of those in it, which are read if they are not given; the
    differences that it makes; and its subject after it, from which versions are told.
    """

    group_name: str = ""
    names: Mapping[ObjectId, str] | None = None
    changes: Sequence[Mapping[str, Any]] = ()
    state: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class ReadMark:
    """What somebody has read: all until `since`, and until `up_to` those that are in `seen`.

    Two transactions may commit in another order than that of their events. What commits late
    stands behind what was read already; it is not in `seen`.
    """

    up_to: ObjectId
    since: ObjectId
    seen: frozenset[ObjectId]

    def covers(self, event: ObjectId) -> bool:
        """Whether an event is read."""
        return event <= self.since or (event <= self.up_to and event in self.seen)


@dataclass(frozen=True, slots=True)
class Unread:
    """How many events by others are not read; `capped` if only the newest ones were counted."""

    count: int
    capped: bool


@dataclass(frozen=True, slots=True)
class EventsView:
    """A page of events, newest first, with the people in them as they look now."""

    events: Sequence[Event]
    people: Mapping[ObjectId, Person]
    after: ObjectId | None  # the cursor of the next page
    mark: ReadMark | None  # of who reads
