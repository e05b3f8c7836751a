"""The contact form in. Only the first violation is reported."""

from typing import Any

from marshmallow import ValidationError

from coinbreakr import text
from coinbreakr.contact.domain import SUBJECTS
from coinbreakr.errors import Invalid
from coinbreakr.http.schema import Line, NotNull, StrictBody, required


class _Subject(NotNull[str]):
    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        if not isinstance(value, str) or value not in SUBJECTS:
            raise ValidationError("Please select a valid subject")
        return value


def _name(field: str, label: str) -> Line:
    return Line(
        empty=f"{label} is required",
        most=50,
        too_long=f"{label} cannot exceed 50 characters",
        **required(field),
    )


class ContactForm(StrictBody):
    """The five fields of the form."""

    firstName = _name("firstName", "First name")
    lastName = _name("lastName", "Last name")
    email = Line(
        empty="Email is required",
        most=text.MAX_ADDRESS,
        too_long=text.ADDRESS_TOO_LONG,
        trims=False,
        check=text.is_mailbox,
        wrong="Please enter a valid email address",
        **required("email"),
    )
    subject = _Subject(**required("subject"))
    message = Line(
        empty="Message is required",
        most=2000,
        too_long="Message cannot exceed 2000 characters",
        **required("message"),
    )

    def refusal(self, errors: list[dict[str, str]]) -> Invalid:
        """The first violation as the message."""
        return Invalid(errors[0]["message"])
