"""Pure: what becomes of each person in a request to add friends."""

from collections.abc import Iterable, Sequence, Sized
from dataclasses import dataclass, field
from typing import Final

from bson import ObjectId

from coinbreakr import text
from coinbreakr.errors import Invalid
from coinbreakr.friends import messages
from coinbreakr.friends.matching import KnownUsers
from coinbreakr.friends.model import FriendInput, PendingFriend, Result
from coinbreakr.users.domain import valid_name

MAX_KEPT: Final = 5000  # of each kind: they are listed at once


@dataclass(frozen=True, slots=True)
class KnownPeople:
    """What the database knows of the people in a request, and of the caller's lists."""

    caller: ObjectId
    friends: frozenset[ObjectId]
    users: KnownUsers
    pending: Sequence[PendingFriend]


@dataclass(slots=True)
class FriendAdditions:
    """All that a request changes, with a result for each person; all of it happens, or nothing."""

    friends: dict[ObjectId, None] = field(default_factory=dict)
    pending: list[PendingFriend] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)


def additions(people: Iterable[FriendInput], known: KnownPeople) -> FriendAdditions:
    """Look at the people in their order; Invalid if one of them cannot be kept."""
    adding = _Adding(known)
    for person in people:
        adding.add(person)
    _check_number("friends", known.friends, adding.made.friends)
    _check_number("pending friends", known.pending, adding.made.pending)
    return adding.made


class _Adding:
    """Collects the additions; `_waited_for` holds addresses and numbers, of old and new ones."""

    def __init__(self, known: KnownPeople) -> None:
        self.made = FriendAdditions()
        self._known = known
        self._waited_for = {one for p in known.pending for one in (p.email, p.phone_number)} - {""}

    def add(self, person: FriendInput) -> None:
        email, number = text.address(person.email), text.trim(person.phone_number)
        user = self._known.users.find(email, number)
        result = self._wait(person.name, email, number) if user is None else self._befriend(user.id)
        self.made.results.append(result)

    def _befriend(self, user: ObjectId) -> Result:
        if user == self._known.caller:
            return Result.ONESELF
        if user in self._known.friends:
            return Result.FRIEND_ALREADY
        self.made.friends[user] = None
        return Result.FRIEND

    def _wait(self, name: str, email: str, number: str) -> Result:
        if not self._waited_for.isdisjoint((email, number)):
            return Result.PENDING_ALREADY
        if email and not text.is_pending_address(email):
            raise Invalid(messages.EMAIL_INVALID)
        if not email and not number:
            raise Invalid(messages.INCOMPLETE)
        self.made.pending.append(
            PendingFriend(ObjectId(), valid_name(name), email, number, self._known.caller)
        )
        self._waited_for |= {email, number} - {""}
        return Result.PENDING


def _check_number(kind: str, kept: Sized, new: Sized) -> None:
    if new and len(kept) + len(new) > MAX_KEPT:
        raise Invalid(messages.TOO_MANY.format(max=MAX_KEPT, kind=kind))
