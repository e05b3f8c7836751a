"""The contact form over HTTP."""

from typing import Any, Final

from coinbreakr.contact import messages
from coinbreakr.contact.domain import ContactService
from coinbreakr.contact.model import Form
from coinbreakr.contact.schemas import ContactForm, ContactReceipt
from coinbreakr.http import messages as general
from coinbreakr.http import responses
from coinbreakr.http.context import Request
from coinbreakr.http.endpoint import Route, endpoint
from coinbreakr.http.ratelimit import client_address
from coinbreakr.http.schema import answer

_REFUSALS: Final = [
    messages.FIRST_NAME_REQUIRED,
    messages.FIRST_NAME_TOO_LONG,
    messages.LAST_NAME_REQUIRED,
    messages.LAST_NAME_TOO_LONG,
    messages.EMAIL_REQUIRED,
    messages.EMAIL_INVALID,
    messages.SUBJECT_INVALID,
    messages.MESSAGE_REQUIRED,
    messages.MESSAGE_TOO_LONG,
    general.ADDRESS_TOO_LONG,
    general.REQUIRED,
    general.NOT_A_STRING,
    general.NUL,
    general.UNKNOWN_FIELD,
    general.NOT_AN_OBJECT,
]


class ContactResource:
    """Messages from the web site."""

    def __init__(self, contact: ContactService, trusted_hops: int) -> None:
        self._contact = contact
        self._hops = trusted_hops

    @endpoint(
        "Send a message",
        public=True,
        body=ContactForm(),
        returns=answer(ContactReceipt, message=True),
        status=201,
        errors={400: _REFUSALS, 429: [messages.CONTACT_LIMITED]},
    )
    def on_post(self, req: Request, *, body: Form) -> dict[str, Any]:
        contact, priority = self._contact.receive(
            body,
            ip_address=client_address(req, self._hops),
            user_agent=req.user_agent or "unknown",
        )
        return responses.success(
            "Thank you for your message! We'll get back to you within 24 hours.",
            data={"id": str(contact), "status": "new", "priority": priority},
        )


def routes(contact: ContactService, trusted_hops: int) -> list[Route]:
    """The path of this feature."""
    return [Route("/v1/contact", ContactResource(contact, trusted_hops))]
