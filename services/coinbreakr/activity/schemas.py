"""Events out, and what is marked as read."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bson import ObjectId
from marshmallow import Schema, fields, post_load

from coinbreakr import money
from coinbreakr.activity.model import Event, EventsView, Unread
from coinbreakr.http import responses
from coinbreakr.http.answer_fields import Id, Moment
from coinbreakr.http.cursors import CursorQuery, stretch_in
from coinbreakr.http.inputs import Id as IdInput
from coinbreakr.http.schema import StrictBody
from coinbreakr.mongo import casting
from coinbreakr.paging import Stretch
from coinbreakr.users import photos
from coinbreakr.users import schemas as users
from coinbreakr.users.model import Person


class ActivityQuery(CursorQuery):
    """A page of events."""

    @post_load
    def _stretch(self, data: dict[str, Any], **_: Any) -> Stretch:
        return stretch_in(data)


class ReadForm(StrictBody):
    """Until where the caller has read."""

    upTo = IdInput(required=True, metadata={"description": "The newest event that was seen"})

    @post_load
    def _event(self, data: dict[str, Any], **_: Any) -> ObjectId:
        event: ObjectId = data["upTo"]
        return event


class GroupOfEvent(Schema):
    """The group in which something happened, by its name then."""

    _id = Id()
    name = fields.String(required=True, metadata={"example": "Lisbon"})


class Change(Schema):
    """A difference that an event made."""

    field = fields.String(required=True, metadata={"example": "amount"})
    user = fields.Nested(
        users.NameAndImage, metadata={"description": "Whose share it is, where it is one"}
    )
    nth = fields.Integer(
        strict=True, metadata={"description": "Which of several shares of one person, from 0"}
    )
    old = fields.Raw(required=True, allow_none=True, metadata={"example": 10})
    new = fields.Raw(required=True, allow_none=True, metadata={"example": 12.5})


class ActivityEvent(Schema):
    """What somebody did. Names and amounts are those of its moment, images those of today."""

    _id = Id()
    kind = fields.String(required=True, metadata={"example": "expense.created"})
    at = Moment()
    actor = fields.Nested(users.NameAndImage, required=True)
    subject = Id(metadata={"description": "Of the expense, settlement, group or person"})
    group = fields.Nested(GroupOfEvent, required=True, allow_none=True)
    snapshot = fields.Dict(
        keys=fields.String(),
        required=True,
        metadata={
            "description": "The subject as it was; which fields it has depends on the kind",
            "example": {"description": "Dinner", "amount": 12.5, "currency": "EUR"},
        },
    )
    changes = fields.List(
        fields.Nested(Change), metadata={"description": "Of a change, the first 10 differences"}
    )
    moreChanges = fields.Boolean(metadata={"description": "True if there are more than 10"})
    read = fields.Boolean(
        required=True, metadata={"description": "Whether the caller did it, or has read it"}
    )


class UnreadCount(Schema):
    """How many events by others the caller has not read."""

    unread = fields.Integer(required=True, strict=True, metadata={"example": 3})
    unreadCapped = fields.Boolean(
        required=True,
        metadata={"description": "True if only the newest 1000 events were counted"},
    )


def events(view: EventsView, reader: ObjectId) -> list[dict[str, Any]]:
    """A page of events."""
    return [_event(event, view, reader) for event in view.events]


def unread(value: Unread) -> dict[str, Any]:
    """How much is new."""
    return {"unread": value.count, "unreadCapped": value.capped}


def _event(event: Event, view: EventsView, reader: ObjectId) -> dict[str, Any]:
    read = event.actor == reader or (view.mark is not None and view.mark.covers(event.id))
    group = {"_id": str(event.group), "name": event.group_name}
    shown = {
        "_id": str(event.id),
        "kind": event.kind,
        "at": responses.date(event.at),
        "actor": person(event.actor, event.names, view.people),
        "subject": str(event.subject),
        "group": None if event.group is None else group,
        "snapshot": value(event.snapshot, event.names, view.people),
        "read": read,
    }
    if event.changes:
        shown["changes"] = value(event.changes, event.names, view.people)
        shown["moreChanges"] = event.more_changes
    return shown


def value(stored: Any, names: Mapping[ObjectId, str], people: Mapping[ObjectId, Person]) -> Any:
    """What is kept of a moment, as JSON; ids are people."""
    if isinstance(stored, ObjectId):
        return person(stored, names, people)
    if isinstance(stored, Mapping):
        return {key: value(part, names, people) for key, part in stored.items()}
    if isinstance(stored, list | tuple):
        return [value(part, names, people) for part in stored]
    if isinstance(stored, datetime):
        return responses.date(stored)
    if stored is None or isinstance(stored, bool | str):
        return stored
    found = casting.number(stored)
    return None if found is None else money.number(found)


def person(
    user: ObjectId, names: Mapping[ObjectId, str], people: Mapping[ObjectId, Person]
) -> dict[str, Any]:
    """Somebody by the name of then and the image of now."""
    found = people.get(user)
    name = names.get(user, "" if found is None else found.name)
    image = photos.DEFAULT if found is None else users.image(found)
    return {"_id": str(user), "name": name, "profileImage": image}
