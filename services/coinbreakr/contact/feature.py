"""The contact form, as a feature of the application."""

from collections.abc import Sequence
from typing import Final

from pymongo import ASCENDING, DESCENDING, IndexModel

from coinbreakr.contact import messages, resources
from coinbreakr.contact.domain import ContactService
from coinbreakr.contact.repository import Contacts
from coinbreakr.feature import Feature
from coinbreakr.http.ratelimit import Limit
from coinbreakr.parts import Parts
from coinbreakr.settings import Settings

_WINDOW_SECONDS: Final = 15 * 60


def contact_service(parts: Parts) -> ContactService:
    """The rules of messages from the web site."""
    return ContactService(Contacts(parts.db), parts.clock)


def _limits(settings: Settings) -> Sequence[Limit]:
    most, refusal = settings.rate_limit_contact, messages.CONTACT_LIMITED
    return [Limit("contact", most, _WINDOW_SECONDS, refusal, "POST /v1/contact")]


FEATURE = Feature(
    "contact",
    routes=lambda parts: resources.routes(
        parts.get(contact_service), parts.settings.trusted_proxy_hops
    ),
    limits=_limits,
    indexes={
        "contacts": [
            IndexModel([("email", ASCENDING)]),
            IndexModel([("subject", ASCENDING)]),
            IndexModel([("status", ASCENDING)]),
            IndexModel([("createdAt", DESCENDING)]),
        ]
    },
)
