"""Pure: what becomes of each person in a request to add friends."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from bson import ObjectId

from coinbreakr import text
from coinbreakr.errors import Invalid
from coinbreakr.friends import messages
from coinbreakr.friends.model import PendingFriend
from coinbreakr.users.domain import valid_name
from coinbreakr.users.model import Match

MAX_KEPT: Final = 5000  # of each kind: they are listed at once
_PENDING = "Friend is already in your pending list"


@dataclass(frozen=True, slots=True)
class Entry:
    """A person as the app sends one; "" for what was not given."""

    name: str
    email: str
    phone_number: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done with an entry; `kind` is "" where nothing was."""

    entry: Entry
    message: str
    kind: str = ""


@dataclass(slots=True)
class Plan:
    """Everything that a request is about to do; `waited_for` holds addresses and numbers."""

    waited_for: set[str]
    outcomes: list[Outcome] = field(default_factory=list)
    friends: dict[ObjectId, None] = field(default_factory=dict)
    pending: list[PendingFriend] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class World:
    """What the database knows of the people in a request."""

    caller: ObjectId
    friends: frozenset[ObjectId]
    users: Sequence[Match]
    pending: Sequence[PendingFriend]


def plan(entries: Iterable[Entry], world: World) -> Plan:
    """Look at the entries in their order; Invalid if one cannot be kept, and then none is."""
    by_email = {user.email: user.id for user in reversed(world.users)}
    by_phone = {text.trim(user.phone_number): user.id for user in reversed(world.users)}
    made = Plan({contact for p in world.pending for contact in (p.email, p.phone_number)} - {""})
    for entry in entries:
        user = by_email.get(text.address(entry.email)) if entry.email else None
        number = text.trim(entry.phone_number)
        if user is None and number:
            user = by_phone.get(number)
        outcome = _pending(entry, world, made) if user is None else _user(entry, user, world, made)
        made.outcomes.append(outcome)
    for kind, kept, new in (
        ("friends", world.friends, made.friends),
        ("pending friends", world.pending, made.pending),
    ):
        if new and len(kept) + len(new) > MAX_KEPT:
            raise Invalid(messages.TOO_MANY.format(max=MAX_KEPT, kind=kind))
    return made


def spellings(number: str) -> Iterable[str]:
    """How an account may have a phone number: the Node server keeps blanks around it."""
    trimmed = text.trim(number)
    return {number, *(f"{a}{trimmed}{b}" for a in ("", " ") for b in ("", " "))} if trimmed else ()


def _user(entry: Entry, user: ObjectId, world: World, made: Plan) -> Outcome:
    if user == world.caller:
        return Outcome(entry, "Cannot add yourself as a friend")
    if user in world.friends:
        return Outcome(entry, "User is already your friend")
    made.friends[user] = None
    return Outcome(entry, "Friend added successfully", "existing_user")


def _pending(entry: Entry, world: World, made: Plan) -> Outcome:
    email, phone = text.address(entry.email), text.trim(entry.phone_number)
    if not made.waited_for.isdisjoint((email, phone)):
        return Outcome(entry, _PENDING)
    if email and not text.is_pending_address(email):
        raise Invalid(messages.EMAIL_INVALID)
    if not email and not phone:
        raise Invalid(messages.INCOMPLETE)
    friend = PendingFriend(ObjectId(), valid_name(entry.name), email, phone, world.caller)
    made.pending.append(friend)
    made.waited_for |= {email, phone} - {""}
    return Outcome(entry, "Friend added to pending list", "pending_friend")
