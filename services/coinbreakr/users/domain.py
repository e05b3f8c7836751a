"""The rules of accounts: profile, password, deactivation, search."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final, Protocol

from bson import ObjectId

from coinbreakr import text
from coinbreakr.clock import Clock
from coinbreakr.errors import Invalid, NotFound
from coinbreakr.users import messages, photos
from coinbreakr.users.model import (
    Caller,
    PasswordChange,
    PeopleSearch,
    Person,
    ProfileUpdate,
    Settings,
)
from coinbreakr.users.repository import Users

MAX_NAME: Final = 50
MIN_PASSWORD: Final = 6


class Hasher(Protocol):
    """Hashes and checks passwords."""

    def hash(self, password: str) -> str:
        """A new hash."""

    def matches(self, password: str, hashed: str) -> bool:
        """Whether a hash is of this password."""


class Invitations(Protocol):
    """Makes friends of those who were waiting for somebody with an address or a number."""

    def accept(
        self, user: ObjectId, write: Callable[[], None], *, email: str = "", phone_number: str = ""
    ) -> None:
        """Run `write`, which makes the user reachable, and with it make the friendships."""


class UserService:
    """What people do with their own account, and how they find others."""

    def __init__(
        self, users: Users, hasher: Hasher, invitations: Invitations, clock: Clock
    ) -> None:
        self._users = users
        self._hasher = hasher
        self._invitations = invitations
        self._clock = clock

    def change_profile(self, caller: Caller, given: ProfileUpdate) -> None:
        """Set what is given, all or nothing. A phone number brings friends who wait for it.

        The address under which others see one's own photo leaves the photo as it is.
        """
        update = _checked(given, caller.id)

        def change() -> None:
            self._users.change_profile(caller.id, update)

        if update.phone_number is None:
            change()
        else:
            # Kept as it was sent, compared without white space at its ends.
            number = text.trim(update.phone_number)
            self._invitations.accept(caller.id, change, phone_number=number)

    def change_password(self, caller: Caller, given: PasswordChange) -> None:
        """Replace the password; tokens stay valid. Of two changes at the same moment one wins."""
        if text.length(given.new) < MIN_PASSWORD:
            raise Invalid(messages.WEAK_PASSWORD)
        account = self._users.account_by_id(caller.id)
        if account is None or not self._hasher.matches(given.current, account.password_hash):
            raise Invalid(messages.WRONG_PASSWORD)
        old, hashed = account.password_hash, self._hasher.hash(given.new)
        if not self._users.change_password(caller.id, hashed, self._clock(), was=old):
            raise Invalid(messages.WRONG_PASSWORD)

    def settings(self, caller: Caller) -> Settings:
        """What the caller has chosen."""
        return self._users.settings(caller.id)

    def change_settings(self, caller: Caller, chosen: Settings) -> Settings:
        """Choose something else, for what is recorded from now on."""
        self._users.change_settings(caller.id, chosen)
        return chosen

    def deactivate(self, caller: Caller) -> None:
        """Close the account for good; debts, groups and friendships stay."""
        self._users.deactivate(caller.id, self._clock())

    def photo(self, owner: ObjectId | None, version: str) -> photos.Photo:
        """A photo, as long as it is the one that was linked; deactivated users keep theirs."""
        found = None if owner is None else self._users.photo(owner, version)
        if found is None:
            raise NotFound(messages.PHOTO_NOT_FOUND)
        return found

    def search(self, caller: Caller, given: PeopleSearch) -> list[Person]:
        """Others whose name or address contains the term; NotFound for an empty page."""
        found: list[Person] = []
        if not text.has_nul(given.term):  # which no name and no address holds
            found = self._users.search(given.term, exclude=caller.id, page=given.page)
        if not found:
            raise NotFound(messages.USER_NOT_FOUND)
        return found


def _checked(given: ProfileUpdate, owner: ObjectId) -> ProfileUpdate:
    name = None if given.name is None else valid_name(given.name)
    own_photo = given.image is not None and photos.is_address(given.image, owner)
    return replace(given, name=name, image=None if own_photo else given.image)


def valid_name(name: str) -> str:
    """A name of 1 to 50 characters, trimmed."""
    trimmed = text.trim(name)
    if not trimmed:
        raise Invalid(messages.NAME_MISSING)
    if text.length(trimmed) > MAX_NAME:
        raise Invalid(messages.NAME_TOO_LONG)
    return trimmed
