"""Friends in and out."""

from typing import Any, Final

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, pre_load, validate

from coinbreakr import text
from coinbreakr.errors import Invalid
from coinbreakr.friends import messages, model
from coinbreakr.http.answer_fields import Id
from coinbreakr.http.schema import Form, FormText, Items, Query, Violation, email_text, present
from coinbreakr.users.model import Person
from coinbreakr.users.schemas import Contact, person

MAX_FRIENDS: Final = 1000  # the contacts of a phone
_MAX_NAME_SENT: Final = 254  # people who have an account are added whatever the phone calls them
_MESSAGES: Final = {
    model.Result.FRIEND: "Friend added successfully",
    model.Result.PENDING: "Friend added to pending list",
    model.Result.ONESELF: "Cannot add yourself as a friend",
    model.Result.FRIEND_ALREADY: "User is already your friend",
    model.Result.PENDING_ALREADY: "Friend is already in your pending list",
}
_TYPES: Final = {model.Result.FRIEND: "existing_user", model.Result.PENDING: "pending_friend"}


class NewFriend(Schema):
    """A person to add, with a name and an address or a phone number."""

    class Meta:
        """What happens to other keys: they have no effect."""

        unknown = EXCLUDE

    name = FormText(required=True, most=_MAX_NAME_SENT, metadata={"example": "Ada Lovelace"})
    email = email_text(load_default="")
    phoneNumber = FormText(
        most=text.MAX_PHONE, load_default="", metadata={"example": "+44 20 7946 0958"}
    )

    @pre_load
    def _complete(self, data: Any, **_: Any) -> dict[str, Any]:
        given = present(data)
        if "name" not in given or not given.keys() & {"email", "phoneNumber"}:
            raise ValidationError(messages.INCOMPLETE)
        return given

    @post_load
    def _input(self, data: dict[str, str], **_: Any) -> model.FriendInput:
        return model.FriendInput(data["name"], data["email"], data["phoneNumber"])


class NewFriends(Form):
    """People to add."""

    friends = Items(
        fields.Nested(NewFriend, error_messages={"null": messages.INCOMPLETE}),
        most=MAX_FRIENDS,
        too_many=messages.TOO_MANY_AT_ONCE,
        required=True,
        validate=validate.Length(min=1, error=messages.NOBODY_GIVEN),
        error_messages={"invalid": messages.NOBODY_GIVEN},
    )
    missing = messages.NOBODY_GIVEN

    @post_load
    def _inputs(self, data: dict[str, Any], **_: Any) -> list[model.FriendInput]:
        inputs: list[model.FriendInput] = data["friends"]
        return inputs

    def refusal(self, violations: list[Violation]) -> Invalid:
        """That somebody is incomplete comes before anything else that is wrong with anybody."""
        path, message = violations[0]
        if any(found == messages.INCOMPLETE for _, found in violations):
            return Invalid(messages.INCOMPLETE)
        if path == ("friends",):
            return Invalid(message)
        problem = message.format(field=path[-1])
        return Invalid(messages.INVALID_FRIEND.format(problem=problem))


class FriendQuery(Query):
    """Who is to be removed."""

    type = fields.Raw(
        metadata={
            "type": "string",
            "description": "`pending` removes a pending friend, anything else a friend",
            "example": "pending",
        }
    )

    @post_load
    def _removal(self, data: dict[str, Any], **_: Any) -> model.Removal:
        return model.Removal(pending=data.get("type") == "pending")


class PendingFriend(Schema):
    """Somebody without an account; what was not given is absent."""

    _id = Id()
    name = fields.String(required=True, metadata={"example": "Ada Lovelace"})
    email = fields.String(metadata={"example": "ada@example.com"})
    phoneNumber = fields.String(metadata={"example": "+44 20 7946 0958"})


class FriendList(Schema):
    """Friends and pending friends, in the order in which they were added."""

    friends = fields.List(fields.Nested(Contact), required=True)
    pendingFriends = fields.List(fields.Nested(PendingFriend), required=True)


class FriendAddition(Schema):
    """What became of a person to add, who is repeated as sent; "" is what was not given."""

    name = fields.String(required=True, metadata={"example": "Ada Lovelace"})
    email = fields.String(required=True, metadata={"example": "ada@example.com"})
    phoneNumber = fields.String(required=True, metadata={"example": ""})
    success = fields.Boolean(required=True, metadata={"description": "Whether they were added"})
    message = fields.String(
        required=True,
        validate=validate.OneOf(list(_MESSAGES.values())),
        metadata={"description": "For people"},
    )
    type = fields.String(
        validate=validate.OneOf(list(_TYPES.values())),
        metadata={"description": "As what they were added; absent if they were not"},
    )


def friend(value: Person) -> dict[str, Any]:
    """A friend, with the phone number that only friends see."""
    return {**person(value), "phoneNumber": value.phone_number}


def pending(value: model.PendingFriend) -> dict[str, str]:
    """A pending friend; what was not given is absent."""
    given = {"email": value.email, "phoneNumber": value.phone_number}
    shown = {key: contact for key, contact in given.items() if contact}
    return {"_id": str(value.id), "name": value.name, **shown}


def addition(value: model.FriendInput, result: model.Result) -> dict[str, Any]:
    """What became of a person, who is repeated as sent."""
    kind = _TYPES.get(result)
    return {
        "name": value.name,
        "email": value.email,
        "phoneNumber": value.phone_number,
        "success": kind is not None,
        "message": _MESSAGES[result],
        **({} if kind is None else {"type": kind}),
    }
