"""Pure: which user is meant by an address and a phone number."""

from collections.abc import Iterable, Sequence

from coinbreakr import text
from coinbreakr.users.model import Match


class KnownUsers:
    """Users, found by how they can be reached."""

    def __init__(self, users: Sequence[Match]) -> None:
        """The first of `users` who has an address or a number is the one who is found."""
        self._by_email = {user.email: user for user in reversed(users)}
        self._by_phone = {text.trim(user.phone_number): user for user in reversed(users)}

    def find(self, email: str, phone_number: str) -> Match | None:
        """The user with an address; without one who has the phone number. "" is nobody's."""
        number = text.trim(phone_number)
        by_email = self._by_email.get(email) if email else None
        return by_email or (self._by_phone.get(number) if number else None)


def spellings(numbers: Iterable[str]) -> set[str]:
    """How accounts may have phone numbers: the Node server keeps the blanks around them."""
    return {
        spelling
        for number in numbers
        if (trimmed := text.trim(number))
        for spelling in (number, trimmed, f" {trimmed}", f"{trimmed} ", f" {trimmed} ")
    }
