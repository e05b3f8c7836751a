"""Messages of the web site's form, as the rules see them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Form:
    """What somebody has written."""

    first_name: str
    last_name: str
    email: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Message:
    """A form as it came in; `priority` is high or medium."""

    form: Form
    priority: str
    ip_address: str
    user_agent: str
