"""Groups in and out."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from bson import ObjectId
from marshmallow import Schema, ValidationError, fields, post_load

from coinbreakr import ids, money, text
from coinbreakr.errors import ErrorMessage
from coinbreakr.groups import messages, model
from coinbreakr.groups.domain import MAX_MEMBERS
from coinbreakr.http import responses
from coinbreakr.http.answer_fields import Id, Moment, Version
from coinbreakr.http.messages import ADDRESS_TOO_LONG, EMPTY, NOT_A_STRING
from coinbreakr.http.schema import Items, StrictBody, Text
from coinbreakr.http.validators import Rule, at_most, no_nul, not_empty
from coinbreakr.users import schemas as users
from coinbreakr.users.model import Person

_MEMBER_ID: Final = {"pattern": ids.PATTERN, "example": "65f1a0c2b7e4d9836a1f0c2e"}


def _name(empty: ErrorMessage, **options: Any) -> Text:
    long = at_most(100, messages.NAME_TOO_LONG)
    checks = [not_empty(empty), long, no_nul()]
    return Text(validate=checks, metadata={"example": "Lisbon"}, **options)


def _description(**options: Any) -> Text:
    long = at_most(500, messages.DESCRIPTION_TOO_LONG)
    checks = [not_empty(), long, no_nul()]
    return Text(validate=checks, metadata={"example": "A week in May"}, **options)


class _Role(fields.String):
    """A role; two messages for what cannot be one, as the app knows them."""

    default_error_messages = {
        "null": [messages.ROLE_INVALID, NOT_A_STRING],
        "invalid": [messages.ROLE_INVALID, NOT_A_STRING],
    }


def _known_role(value: str) -> None:
    if not value:
        raise ValidationError([messages.ROLE_INVALID, EMPTY])
    if value not in model.ROLES:
        raise ValidationError(messages.ROLE_INVALID)


class NewGroup(StrictBody):
    """A group to make, with those who are in it besides who makes it."""

    name = _name(messages.NAME_REQUIRED, required=True)
    description = _description(load_default="")
    members = Items(
        Text(trimmed=False, validate=not_empty(), metadata=_MEMBER_ID),
        most=MAX_MEMBERS,
        load_default=list,
    )

    @post_load
    def _input(self, data: dict[str, Any], **_: Any) -> model.GroupInput:
        members = [ids.require(member, messages.MALFORMED_MEMBER_ID) for member in data["members"]]
        return model.GroupInput(data["name"], data["description"], members)


class GroupChanges(StrictBody):
    """What may be changed of a group; nothing is fine."""

    name = _name(messages.NAME_EMPTY, load_default=None)
    description = _description(load_default=None)

    @post_load
    def _update(self, data: dict[str, Any], **_: Any) -> model.GroupUpdate:
        return model.GroupUpdate(data["name"], data["description"])


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
        metadata={"example": "ada@example.com"},
    )
    role = _Role(
        load_default=model.MEMBER, validate=_known_role, metadata={"enum": list(model.ROLES)}
    )

    @post_load
    def _input(self, data: dict[str, str], **_: Any) -> model.MemberInput:
        return model.MemberInput(data["memberEmail"], data["role"])


class Member(Schema):
    """Somebody in a group."""

    _id = Id(metadata={"description": "Of the membership, not of the user"})
    user = fields.Nested(
        users.Person,
        required=True,
        allow_none=True,
        metadata={"description": "Null if there is no such user any more"},
    )
    role = fields.String(required=True, metadata={"description": "admin or member"})
    joinedAt = Moment()


class Group(Schema):
    """A group with the people in it as they are now."""

    _id = Id()
    name = fields.String(required=True, metadata={"example": "Lisbon"})
    description = fields.String(required=True, metadata={"description": "Empty if there is none"})
    members = fields.List(fields.Nested(Member), required=True)
    createdBy = fields.Nested(
        users.PersonName,
        required=True,
        allow_none=True,
        metadata={"description": "Null if there is no such user any more"},
    )
    isActive = fields.Boolean(
        required=True, metadata={"description": "True: deleted ones are not shown"}
    )
    createdAt = Moment()
    updatedAt = Moment()
    version = Version()


def group(view: model.GroupView) -> dict[str, Any]:
    """A group with the people in it."""
    value, people = view.group, view.people
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


def open_balances_field() -> fields.Dict:
    """What who leaves a group is owed there, or owes."""
    return fields.Dict(
        keys=fields.String(),
        values=fields.Float(),
        metadata={
            "description": "What the member is owed in the group (below zero: owes), by currency; "
            "absent if that is nothing",
            "example": {"EUR": -3.33},
        },
    )


def open_balances(left: Mapping[str, Decimal]) -> dict[str, Any]:
    """The field, if something is left open."""
    amounts = {currency: money.number(amount) for currency, amount in left.items()}
    return {"openBalances": amounts} if amounts else {}


def members(value: model.Group, people: dict[ObjectId, Person]) -> list[dict[str, Any]]:
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
