"""The contact form in, and what is answered. Only the first violation is reported."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from coinbreakr import text
from coinbreakr.contact import messages
from coinbreakr.contact.domain import HIGH, MEDIUM, SUBJECTS
from coinbreakr.contact.model import Form
from coinbreakr.errors import ErrorMessage, Invalid
from coinbreakr.http.answer_fields import Id
from coinbreakr.http.messages import ADDRESS_TOO_LONG, REQUIRED
from coinbreakr.http.schema import FirstViolation, StrictBody, Text, Violation
from coinbreakr.http.validators import Rule, at_most, no_nul, not_empty


class _Subject(FirstViolation, fields.String):
    default_error_messages = {
        "required": REQUIRED,
        "null": messages.SUBJECT_INVALID,
        "invalid": messages.SUBJECT_INVALID,
    }


def _line(most: int, empty: ErrorMessage, too_long: ErrorMessage, example: str) -> Text:
    return Text(
        required=True,
        validate=[not_empty(empty), at_most(most, too_long), no_nul()],
        metadata={"example": example},
    )


class ContactForm(StrictBody):
    """A message to the people behind the product."""

    firstName = _line(50, messages.FIRST_NAME_REQUIRED, messages.FIRST_NAME_TOO_LONG, "Ada")
    lastName = _line(50, messages.LAST_NAME_REQUIRED, messages.LAST_NAME_TOO_LONG, "Lovelace")
    email = Text(
        required=True,
        trimmed=False,
        validate=[
            not_empty(messages.EMAIL_REQUIRED),
            at_most(text.MAX_ADDRESS, ADDRESS_TOO_LONG),
            no_nul(),
            Rule(text.is_mailbox, messages.EMAIL_INVALID),
        ],
        metadata={"example": "ada@example.com"},
    )
    subject = _Subject(
        required=True, validate=validate.OneOf(SUBJECTS, error=messages.SUBJECT_INVALID)
    )
    message = _line(2000, messages.MESSAGE_REQUIRED, messages.MESSAGE_TOO_LONG, "Hello")

    @post_load
    def _form(self, data: dict[str, str], **_: Any) -> Form:
        return Form(
            first_name=data["firstName"],
            last_name=data["lastName"],
            email=data["email"],
            subject=data["subject"],
            text=data["message"],
        )

    def refusal(self, violations: list[Violation]) -> Invalid:
        """The first violation as the message."""
        return Invalid(violations[0][1])


class ContactReceipt(Schema):
    """That a message has been kept."""

    id = Id()
    status = fields.String(required=True, metadata={"example": "new"})
    priority = fields.String(required=True, validate=validate.OneOf([HIGH, MEDIUM]))
