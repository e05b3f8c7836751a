"""Friends, and those who have no account yet, as the rules see them."""

from dataclasses import dataclass
from enum import Enum, auto

from bson import ObjectId


@dataclass(frozen=True, slots=True)
class PendingFriend:
    """Somebody without an account whom a user has added; "" for what was not given."""

    id: ObjectId
    name: str
    email: str
    phone_number: str
    added_by: ObjectId


@dataclass(frozen=True, slots=True)
class FriendInput:
    """A person to add, as the app sends one; "" for what was not given."""

    name: str
    email: str
    phone_number: str


class Result(Enum):
    """What became of a person to add."""

    FRIEND = auto()
    PENDING = auto()
    ONESELF = auto()
    FRIEND_ALREADY = auto()
    PENDING_ALREADY = auto()


@dataclass(frozen=True, slots=True)
class Removal:
    """Who is to be removed: a friend, or somebody who is waited for."""

    pending: bool
