"""Changes of accounts and searches in, people and profiles out."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bson import ObjectId
from marshmallow import Schema, fields, post_load

from coinbreakr import text
from coinbreakr.errors import Invalid
from coinbreakr.http import responses, validators
from coinbreakr.http.answer_fields import Id, Moment, Version
from coinbreakr.http.inputs import Flag
from coinbreakr.http.links import Link
from coinbreakr.http.pagination import PageQuery, page_in
from coinbreakr.http.schema import FirstViolation, Form, FormText, NamedBody, password_text
from coinbreakr.users import messages, model, photos
from coinbreakr.users.domain import MAX_NAME, MIN_PASSWORD

# The rules look at these, after the order of checks that clients know.
NAME: Final = {"minLength": 1, "maxLength": MAX_NAME, "example": "Ada Lovelace"}
NEW_PASSWORD: Final = {"minLength": MIN_PASSWORD, "description": "Only its first 72 bytes count."}


class ProfileForm(Form):
    """Any of the three; the app always sends all of them, "" for what is not set."""

    name = FormText(metadata=NAME)
    phoneNumber = FormText(most=text.MAX_PHONE)
    profileImage = FormText(metadata={"description": "An address, or a photo as a `data:` URI."})

    @post_load
    def _update(self, data: dict[str, str], **_: Any) -> model.ProfileUpdate:
        if not data:
            raise Invalid(messages.NOTHING_TO_CHANGE)
        return model.ProfileUpdate(
            data.get("name"), data.get("phoneNumber"), data.get("profileImage")
        )


class PasswordForm(Form):
    """The old and the new password."""

    currentPassword = password_text(required=True)
    newPassword = password_text(required=True, metadata=NEW_PASSWORD)
    missing = messages.PASSWORDS_MISSING

    @post_load
    def _change(self, data: dict[str, str], **_: Any) -> model.PasswordChange:
        return model.PasswordChange(current=data["currentPassword"], new=data["newPassword"])


class _Term(FirstViolation, fields.String):
    default_error_messages = {
        "required": messages.TERM_TOO_SHORT,
        "invalid": messages.TERM_NOT_TEXT,
    }


class SearchQuery(PageQuery):
    """A text in names or addresses, in whatever case; it need not be an id."""

    userId = _Term(
        required=True,
        validate=[
            validators.TrimmedLength(min=2, error=messages.TERM_TOO_SHORT),
            validators.at_most(text.MAX_ADDRESS, messages.TERM_TOO_LONG),
        ],
        metadata={"description": "A text in names or addresses, in whatever case."},
    )

    @post_load
    def _search(self, data: dict[str, Any], **_: Any) -> model.PeopleSearch:
        return model.PeopleSearch(data["userId"], page_in(data))


_CONFIRM: Final = {
    "description": "Whether a payment to me that the payer records waits until I confirm it"
}


class SettingsForm(NamedBody):
    """What somebody chooses."""

    confirmPayments = Flag(required=True, metadata=_CONFIRM)

    @post_load
    def _settings(self, data: dict[str, bool], **_: Any) -> model.Settings:
        return model.Settings(data["confirmPayments"])


class Settings(Schema):
    """What somebody has chosen."""

    confirmPayments = fields.Boolean(required=True, metadata=_CONFIRM)


def settings(value: model.Settings) -> dict[str, bool]:
    """What somebody has chosen."""
    return {"confirmPayments": value.confirm_payments}


class PersonName(Schema):
    """Somebody by name and address."""

    _id = Id()
    name = fields.String(required=True, metadata={"example": "Ada Lovelace"})
    email = fields.String(required=True, metadata={"example": "ada@example.com"})


class Person(PersonName):
    """Somebody as everybody may see them."""

    profileImage = fields.String(
        required=True,
        metadata={
            "description": "Address of an image, perhaps a signed one of this server; or a small "
            "`data:` URI.",
            "example": "https://via.placeholder.com/150",
        },
    )


class NameAndImage(Schema):
    """Somebody by name and image."""

    _id = Id()
    name = fields.String(required=True, metadata={"example": "Ada Lovelace"})
    profileImage = Person().fields["profileImage"]


class Contact(Person):
    """A friend, with the phone number that only friends see."""

    phoneNumber = fields.String(
        required=True,
        metadata={
            "description": "As it was typed; empty if unknown.",
            "example": "+44 20 7946 0958",
        },
    )


class Profile(Contact):
    """The own account."""

    role = fields.String(required=True, metadata={"example": "user"})
    isActive = fields.Boolean(required=True)
    friends = fields.List(Id(), required=True)
    pendingFriends = fields.List(Id(), required=True)
    createdAt = Moment()
    updatedAt = Moment()
    lastLogin = Moment(required=False, metadata={"description": "Absent until the first login."})
    version = Version()


def profile(value: model.Profile) -> dict[str, Any]:
    """The own account; `lastLogin` is absent until the first login."""
    shown: dict[str, Any] = {
        "_id": str(value.id),
        "name": value.name,
        "email": value.email,
        "profileImage": value.profile_image,
        "phoneNumber": value.phone_number,
        "role": value.role,
        "isActive": value.is_active,
        "friends": ids(value.friends),
        "pendingFriends": ids(value.pending_friends),
        "createdAt": responses.date(value.created_at),
        "updatedAt": responses.date(value.updated_at),
        "__v": value.version,
    }
    if value.last_login is not None:
        shown["lastLogin"] = responses.date(value.last_login)
    return shown


def brief(value: model.Person) -> dict[str, str]:
    """Somebody by name and address."""
    return {"_id": str(value.id), "name": value.name, "email": value.email}


def person(value: model.Person) -> dict[str, Any]:
    """Somebody by name and address, with the image."""
    return {**brief(value), "profileImage": image(value)}


def name_and_image(value: model.Person) -> dict[str, Any]:
    """Somebody by name and image."""
    return {"_id": str(value.id), "name": value.name, "profileImage": image(value)}


def named(user: ObjectId, people: Mapping[ObjectId, model.Person]) -> dict[str, Any]:
    """Somebody by name and image; the name of an account that is not there any more is empty."""
    nobody = model.Person(user, name="", email="", profile_image=photos.DEFAULT)
    return name_and_image(people.get(user, nobody))


def image(value: model.Person) -> str | Link:
    """The image, or a link to it where it is a photo."""
    return Link(f"/v1/photos/{value.id}/{value.photo}") if value.photo else value.profile_image


def ids(values: Sequence[ObjectId]) -> list[str]:
    """Ids as text."""
    return [str(value) for value in values]
