"""Friends in and out."""

from typing import Any, Final

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load

from coinbreakr import text
from coinbreakr.errors import Invalid
from coinbreakr.friends import messages
from coinbreakr.friends.adding import Entry, Outcome
from coinbreakr.friends.model import PendingFriend
from coinbreakr.http.schema import FormText, email_text, first_violation, present
from coinbreakr.users.model import Person
from coinbreakr.users.schemas import person

MAX_FRIENDS: Final = 1000  # the contacts of a phone
_MAX_NAME_SENT: Final = 254  # people who have an account are added whatever the phone calls them


class _Entry(Schema):
    class Meta:
        unknown = EXCLUDE

    name = FormText(most=_MAX_NAME_SENT)
    email = email_text(load_default="")
    phoneNumber = FormText(most=text.MAX_PHONE, load_default="")

    @post_load
    def _entry(self, data: dict[str, str], **_: Any) -> Entry:
        return Entry(data["name"], data["email"], data["phoneNumber"])


class NewFriends(Schema):
    """People to add; each with a name and a contact. Other keys of an entry have no effect."""

    friends = fields.List(fields.Nested(_Entry), required=True)

    def load(self, data: Any, **options: Any) -> Any:
        """The entries; Invalid, and then none is added."""
        given = data.get("friends") if isinstance(data, dict) else None
        if not isinstance(given, list) or not given:
            raise Invalid(messages.NOBODY_GIVEN)
        if len(given) > MAX_FRIENDS:
            raise Invalid(messages.TOO_MANY_AT_ONCE.format(max=MAX_FRIENDS))
        entries = [_given(entry) for entry in given]
        if not all("name" in e and ("email" in e or "phoneNumber" in e) for e in entries):
            raise Invalid(messages.INCOMPLETE)
        try:
            return super().load({"friends": entries}, **options)["friends"]
        except ValidationError as error:
            path, message = first_violation(error, self)
            problem = message.format(field=path[-1])
            raise Invalid(messages.INVALID_FRIEND.format(problem=problem)) from None


def friend(value: Person) -> dict[str, Any]:
    """A friend, with the phone number that only friends see."""
    return {**person(value), "phoneNumber": value.phone_number}


def pending(value: PendingFriend) -> dict[str, str]:
    """A pending friend; what was not given is absent."""
    given = {"email": value.email, "phoneNumber": value.phone_number}
    shown = {key: contact for key, contact in given.items() if contact}
    return {"_id": str(value.id), "name": value.name, **shown}


def outcome(value: Outcome) -> dict[str, Any]:
    """What became of an entry, which is repeated as it was sent."""
    return {
        "name": value.entry.name,
        "email": value.entry.email,
        "phoneNumber": value.entry.phone_number,
        "success": bool(value.kind),
        "message": value.message,
        **({"type": value.kind} if value.kind else {}),
    }


def _given(entry: object) -> dict[str, Any]:
    known = present(entry)
    return {name: known[name] for name in ("name", "email", "phoneNumber") if name in known}
