"""Users, and what they change or look for, as the rules see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bson import ObjectId

from coinbreakr.paging import Page


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sends a request, as far as every request needs it."""

    id: ObjectId
    is_active: bool
    friends: Sequence[ObjectId]
    profile: "Profile | None" = None


@dataclass(frozen=True, slots=True)
class Person:
    """What others may see of a user; `photo` is the version of an image that has an address."""

    id: ObjectId
    name: str
    email: str
    profile_image: str
    phone_number: str = ""
    photo: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody with whom something is to be recorded."""

    person: Person
    is_active: bool
    confirms_payments: bool


@dataclass(frozen=True, slots=True)
class Settings:
    """What somebody has chosen."""

    confirm_payments: bool = False  # whether payments to them count only when they confirm them


@dataclass(frozen=True, slots=True)
class Profile:
    """What a user sees of the own account."""

    id: ObjectId
    name: str
    email: str
    profile_image: str
    phone_number: str
    role: str
    is_active: bool
    last_login: datetime | None
    friends: Sequence[ObjectId]
    pending_friends: Sequence[ObjectId]
    created_at: datetime
    updated_at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class NewAccount:
    """A registration to be kept."""

    id: ObjectId
    name: str
    email: str
    password_hash: str
    created_at: datetime
    role: str = "user"
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Account:
    """What a login needs: the only value that holds the hash of a password."""

    id: ObjectId
    name: str
    email: str
    role: str
    is_active: bool
    password_hash: str


@dataclass(frozen=True, slots=True)
class ProfileUpdate:
    """What to change of the own account; None leaves a value as it is."""

    name: str | None = None
    phone_number: str | None = None
    image: str | None = None


@dataclass(frozen=True, slots=True)
class PasswordChange:
    """The password so far, and the one from now on."""

    current: str
    new: str


@dataclass(frozen=True, slots=True)
class PeopleSearch:
    """A text in names or addresses, and the page of the results."""

    term: str
    page: Page


@dataclass(frozen=True, slots=True)
class Match:
    """A user who can be reached by an address or a phone number."""

    id: ObjectId
    email: str
    phone_number: str


class EmailTaken(Exception):
    """An account with this address exists."""
