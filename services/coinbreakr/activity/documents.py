"""Pure: events and read marks as they are stored, in whatever state that is."""

from collections.abc import Mapping
from typing import Any, Final

from bson import ObjectId

from coinbreakr.activity import order
from coinbreakr.activity.model import Event, ReadMark
from coinbreakr.mongo import casting
from coinbreakr.mongo.reading import Fields

_NOTHING: Final[Mapping[str, Any]] = {}


def event(fields: Fields, most: int) -> Event:
    """An event, with at most so many of its changes."""
    own = fields.id("_id")
    snapshot = fields.optional("snapshot", _mapping)
    changes = [_change(one) for one in fields.optional_items("changes")]
    return Event(
        id=own,
        kind=fields.text("kind"),
        at=fields.date("at", order.moment(own)),
        actor=fields.id("actor"),
        names={one.id("_id"): one.text("name") for one in fields.items("names")},
        subject=fields.id("subject"),
        group=fields.optional_id("group"),
        group_name=fields.optional_text("groupName"),
        snapshot=_NOTHING if snapshot is None else snapshot,
        changes=changes[:most],
        more_changes=len(changes) > most,
        people=fields.optional("people", _ids) or frozenset(),
        state=_state(fields),
    )


def read_mark(fields: Fields) -> ReadMark | None:
    """Until where somebody has read; None if that is not told."""
    up_to, since = fields.optional_id("upTo"), fields.optional_id("since")
    if up_to is None or since is None:
        return None
    return ReadMark(up_to, since, frozenset(fields.ids("seen")))


def _change(fields: Fields) -> dict[str, Any]:
    user, nth = fields.optional_id("user"), fields.optional("nth", _count)
    return {
        "field": fields.text("field"),
        **({} if user is None else {"user": user}),
        **({"nth": nth} if nth else {}),
        "old": fields.optional("old", _any),
        "new": fields.optional("new", _any),
    }


def _state(fields: Fields) -> Mapping[str, Any] | None:
    """What an expense said: its shares as parts of people, each with the person."""
    stored = fields.optional("state", _mapping)
    if stored is None:
        return None
    parts = [
        {**part, "user": user}
        for part in casting.items(stored.get("splitWith"))
        if isinstance(part, Mapping) and (user := casting.object_id(part.get("user")))
    ]
    return {**stored, "splitWith": parts}


def _mapping(value: object) -> Mapping[str, Any] | None:
    return value if isinstance(value, Mapping) else None


def _ids(value: object) -> frozenset[ObjectId]:
    found = (casting.object_id(one) for one in casting.items(value))
    return frozenset(one for one in found if one is not None)


def _count(value: object) -> int | None:
    return value if type(value) is int and value >= 0 else None


def _any(value: object) -> object:
    return value
