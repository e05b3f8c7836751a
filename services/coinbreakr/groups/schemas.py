"""Groups in and out."""

from typing import Any

from bson import ObjectId
from marshmallow import ValidationError

from coinbreakr import text
from coinbreakr.groups.domain import MAX_MEMBERS, Shown
from coinbreakr.groups.model import ADMIN, MEMBER, Group
from coinbreakr.http import responses
from coinbreakr.http.schema import Line, NotNull, StrictBody, required
from coinbreakr.users import schemas as users
from coinbreakr.users.model import Person


def _name(empty: str, **options: Any) -> Line:
    long = "Group name cannot be more than 100 characters"
    return Line(empty=empty, most=100, too_long=long, **options)


def _description(default: str | None) -> Line:
    long = "Description cannot be more than 500 characters"
    return Line(most=500, too_long=long, load_default=default)


class _Ids(NotNull[list[str]]):
    """An array of non-empty strings."""

    def _deserialize(self, value: Any, attr: str | None, *_: Any, **__: Any) -> list[str]:
        if not isinstance(value, list):
            raise ValidationError(f'"{attr}" must be an array')
        if len(value) > MAX_MEMBERS:
            raise ValidationError(
                f'"{attr}" must contain less than or equal to {MAX_MEMBERS} items'
            )
        wrong = {}
        for index, item in enumerate(value):
            if not isinstance(item, str):
                wrong[index] = [f'"{attr}[{index}]" must be a string']
            elif not item:
                wrong[index] = [f'"{attr}[{index}]" is not allowed to be empty']
        if wrong:
            raise ValidationError(wrong)
        return value


class _Role(NotNull[str]):
    """A role; two messages for what cannot be one, as the app knows them."""

    def _deserialize(self, value: Any, attr: str | None, *_: Any, **__: Any) -> str:
        if value in (ADMIN, MEMBER):
            return str(value)
        messages = ["Role must be either member or admin"]
        if not isinstance(value, str):
            messages.append(f'"{attr}" must be a string')
        elif not value:
            messages.append(f'"{attr}" is not allowed to be empty')
        raise ValidationError(messages)


class NewGroup(StrictBody):
    """A group to make."""

    name = _name("Group name is required", **required("name"))
    description = _description("")
    members = _Ids(load_default=list)


class GroupChanges(StrictBody):
    """What may be changed of a group; nothing is fine."""

    name = _name("Group name cannot be empty", load_default=None)
    description = _description(None)


class NewMember(StrictBody):
    """Somebody to add, by address."""

    memberEmail = Line(
        most=text.MAX_ADDRESS,
        too_long=text.ADDRESS_TOO_LONG,
        check=text.is_mailbox,
        wrong="Please provide a valid email address",
        **required("memberEmail"),
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
