"""Friends in and out."""

from typing import Any, Final

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, pre_load, validate

from coinbreakr import text
from coinbreakr.errors import Invalid
from coinbreakr.friends import messages
from coinbreakr.friends.model import FriendInput, PendingFriend, Removal, Result
from coinbreakr.http.schema import Form, FormText, Items, Violation, email_text, present
from coinbreakr.users.model import Person
from coinbreakr.users.schemas import person

MAX_FRIENDS: Final = 1000  # the contacts of a phone
_MAX_NAME_SENT: Final = 254  # people who have an account are added whatever the phone calls them
_MESSAGES: Final = {
    Result.FRIEND: "Friend added successfully",
    Result.PENDING: "Friend added to pending list",
    Result.ONESELF: "Cannot add yourself as a friend",
    Result.FRIEND_ALREADY: "User is already your friend",
    Result.PENDING_ALREADY: "Friend is already in your pending list",
}
_TYPES: Final = {Result.FRIEND: "existing_user", Result.PENDING: "pending_friend"}


class NewFriend(Schema):
    """A person to add, with a name and an address or a phone number."""

    class Meta:
        """What happens to other keys: they have no effect."""

        unknown = EXCLUDE

    name = FormText(required=True, most=_MAX_NAME_SENT)
    email = email_text(load_default="")
    phoneNumber = FormText(most=text.MAX_PHONE, load_default="")

    @pre_load
    def _complete(self, data: Any, **_: Any) -> dict[str, Any]:
        given = present(data)
        if "name" not in given or not given.keys() & {"email", "phoneNumber"}:
            raise ValidationError(messages.INCOMPLETE)
        return given

    @post_load
    def _input(self, data: dict[str, str], **_: Any) -> FriendInput:
        return FriendInput(data["name"], data["email"], data["phoneNumber"])


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
    def _inputs(self, data: dict[str, Any], **_: Any) -> list[FriendInput]:
        inputs: list[FriendInput] = data["friends"]
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


class FriendQuery(Schema):
    """Who is to be removed."""

    class Meta:
        """What happens to other parameters: they have no effect."""

        unknown = EXCLUDE

    type = fields.Raw(
        metadata={
            "type": "string",
            "description": "`pending` removes a pending friend, anything else a friend",
            "example": "pending",
        }
    )

    @post_load
    def _removal(self, data: dict[str, Any], **_: Any) -> Removal:
        return Removal(pending=data.get("type") == "pending")


def friend(value: Person) -> dict[str, Any]:
    """A friend, with the phone number that only friends see."""
    return {**person(value), "phoneNumber": value.phone_number}


def pending(value: PendingFriend) -> dict[str, str]:
    """A pending friend; what was not given is absent."""
    given = {"email": value.email, "phoneNumber": value.phone_number}
    shown = {key: contact for key, contact in given.items() if contact}
    return {"_id": str(value.id), "name": value.name, **shown}


def addition(value: FriendInput, result: Result) -> dict[str, Any]:
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
