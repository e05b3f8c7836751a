"""Registrations, logins and what a token says, as the rules see them."""

from dataclasses import dataclass
from datetime import datetime

from bson import ObjectId

from coinbreakr.errors import ErrorMessage
from coinbreakr.users.model import Account

Identity = ObjectId | ErrorMessage  # whom a token names, or why it is refused


@dataclass(frozen=True, slots=True)
class RegistrationInput:
    """What somebody has typed to get an account."""

    name: str
    email: str
    password: str


@dataclass(frozen=True, slots=True)
class Credentials:
    """What somebody has typed to log in."""

    email: str
    password: str


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """An account, a new token for it, and when the login was."""

    account: Account
    token: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FailedLogins:
    """How often a password for an account was wrong, and when last from one address."""

    from_address: int = 0
    from_anywhere: int = 0
    last: datetime | None = None
