"""Groups in and out."""

from typing import Any

from bson import ObjectId
from marshmallow import ValidationError, fields

from coinbreakr import text
from coinbreakr.errors import ErrorMessage
from coinbreakr.groups import messages
from coinbreakr.groups.domain import MAX_MEMBERS, Shown
from coinbreakr.groups.model import ADMIN, MEMBER, Group
from coinbreakr.http import responses
from coinbreakr.http.messages import (
    ADDRESS_TOO_LONG,
    EMPTY,
    NOT_A_STRING,
    NOT_AN_ARRAY,
    TOO_MANY_ITEMS,
)
from coinbreakr.http.schema import StrictBody, Text
from coinbreakr.http.validators import Rule, at_most, no_nul, not_empty
from coinbreakr.users import schemas as users
from coinbreakr.users.model import Person


def _name(empty: ErrorMessage, **options: Any) -> Text:
    long = at_most(100, messages.NAME_TOO_LONG)
    return Text(validate=[not_empty(empty), long, no_nul()], **options)


def _description(**options: Any) -> Text:
    long = at_most(500, messages.DESCRIPTION_TOO_LONG)
    return Text(validate=[not_empty(), long, no_nul()], **options)


class _Ids(fields.List[str]):
    """An array of non-empty strings."""

    default_error_messages = {"null": NOT_AN_ARRAY, "invalid": NOT_AN_ARRAY}

    def __init__(self, **options: Any) -> None:
        item = Text(trimmed=False, validate=not_empty())
        super().__init__(item, pre_load=_few, metadata={"maxItems": MAX_MEMBERS}, **options)


def _few(value: Any) -> Any:
    """Refuse a long list before its items are looked at."""
    if isinstance(value, list) and len(value) > MAX_MEMBERS:
        raise ValidationError(TOO_MANY_ITEMS.format(max=MAX_MEMBERS))
    return value


class _Role(fields.Field[str]):
    """A role; two messages for what cannot be one, as the app knows them."""

    def deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if value is None:
            return self._deserialize(value)
        return super().deserialize(value, *args, **kwargs)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        if value in (ADMIN, MEMBER):
            return str(value)
        found: list[str | dict[str, Any]] = [messages.ROLE_INVALID]
        if not isinstance(value, str):
            found.append(NOT_A_STRING)
        elif not value:
            found.append(EMPTY)
        raise ValidationError(found)


class NewGroup(StrictBody):
    """A group to make."""

    name = _name(messages.NAME_REQUIRED, required=True)
    description = _description(load_default="")
    members = _Ids(load_default=list)


class GroupChanges(StrictBody):
    """What may be changed of a group; nothing is fine."""

    name = _name(messages.NAME_EMPTY, load_default=None)
    description = _description(load_default=None)


class NewMember(StrictBody):
    """Somebody to add, by address."""

    memberEmail = Text(
        required=True,
        validate=[
            not_empty(),
            at_most(text.MAX_ADDRESS, ADDRESS_TOO_LONG),
            no_nul(),
            Rule(text.is_mailbox, messages.EMAIL_INVALID),
        ],
    )
    role = _Role(load_default=MEMBER)


def group(shown: Shown) -> dict[str, Any]:
    """A group with the people in it."""
    value, people = shown.group, shown.people
    creator = people.get(value.created_by)
    return {
        "_id": str(value.id),
        "name": value.name,
        "description": value.description,
        "members": members(value, people),
        "createdBy": None if creator is None else users.brief(creator),
        "isActive": value.is_active,
        "createdAt": responses.date(value.created_at),
        "updatedAt": responses.date(value.updated_at),
        "__v": value.version,
    }


def members(value: Group, people: dict[ObjectId, Person]) -> list[dict[str, Any]]:
    """Who is in a group."""
    return [
        {
            "_id": str(member.id),
            "user": users.person(people[member.user]) if member.user in people else None,
            "role": member.role,
            "joinedAt": responses.date(member.joined_at),
        }
        for member in value.members
    ]
