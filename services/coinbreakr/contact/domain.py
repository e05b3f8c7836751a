"""The rules of the contact form: what is urgent."""

from dataclasses import replace
from typing import Final

from bson import ObjectId

from coinbreakr import text
from coinbreakr.clock import Clock
from coinbreakr.contact.model import Form, Message
from coinbreakr.contact.repository import Contacts

SUBJECTS: Final = (
    "general", "support", "feature", "bug", "expense-help", "account", "partnership", "other",
)  # fmt: skip
HIGH: Final = "high"
MEDIUM: Final = "medium"
_URGENT: Final = frozenset({"bug", "account", "support"})


class ContactService:
    """Takes messages in."""

    def __init__(self, contacts: Contacts, clock: Clock) -> None:
        self._contacts = contacts
        self._clock = clock

    def receive(self, form: Form, *, ip_address: str, user_agent: str) -> tuple[ObjectId, str]:
        """Keep a message; its id and priority."""
        priority = HIGH if form.subject in _URGENT else MEDIUM
        kept = replace(form, email=text.address(form.email))
        message = Message(kept, priority, ip_address, user_agent)
        return self._contacts.insert(message, self._clock()), priority
