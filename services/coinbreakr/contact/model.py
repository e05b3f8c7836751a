"""Messages of the web site's form, as the rules see them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """A message from the web site's form."""

    first_name: str
    last_name: str
    email: str
    subject: str
    text: str
    priority: str
    ip_address: str
    user_agent: str
