"""Writing events down, in the transaction of what they tell of."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final

from bson import ObjectId

from coinbreakr.activity import order
from coinbreakr.activity.model import EventDetails
from coinbreakr.activity.repository import Events
from coinbreakr.clock import Clock
from coinbreakr.users.repository import Users

MOST_PEOPLE: Final = 20
_NONE: Final = EventDetails()


class ActivityLog:
    """Appends events; nothing changes or removes them."""

    def __init__(self, events: Events, users: Users, clock: Clock) -> None:
        self._events = events
        self._users = users
        self._clock = clock

    def record(
        self,
        kind: str,
        *,
        actor: ObjectId,
        people: Collection[ObjectId],
        subject: ObjectId,
        group: ObjectId | None = None,
        snapshot: Mapping[str, Any],
        details: EventDetails = _NONE,
    ) -> None:
        """Append an event; called inside the transaction of the change, and inserted at its end.

        `people` are those whom it concerns, besides the actor: they find it in their list. An
        ObjectId in `snapshot` is a person, whose name is kept as it is now. Other ids are texts.
        Lists show 100 events at once: a snapshot has at most `MOST_PEOPLE`, and short texts.
        """
        changes, names = details.changes, details.names
        now = self._clock()
        mentioned = dict.fromkeys((actor, *ids_in(snapshot), *ids_in(changes)))
        known = self.names(mentioned) if names is None else names
        document = {
            "_id": order.new_id(now),
            "kind": kind,
            "at": now,
            "actor": actor,
            "people": sorted({actor, *people}),
            "names": [{"_id": one, "name": known[one]} for one in mentioned if one in known],
            "subject": subject,
            **({} if group is None else {"group": group, "groupName": details.group_name}),
            "snapshot": dict(snapshot),
            **({"changes": list(changes)} if changes else {}),
            **({} if details.state is None else {"state": details.state}),
        }
        self._events.append(document)

    def names(self, people: Iterable[ObjectId]) -> dict[ObjectId, str]:
        """What people are called now, for several events."""
        return self._users.names(people)


def ids_in(value: Any) -> Iterator[ObjectId]:
    """The ids in a snapshot."""
    if isinstance(value, ObjectId):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from ids_in(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from ids_in(part)
