"""Groups as the rules see them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from bson import ObjectId

from coinbreakr.mongo.revision import Revision
from coinbreakr.users.model import Person

ADMIN: Final = "admin"
MEMBER: Final = "member"
ROLES: Final = (MEMBER, ADMIN)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a group."""

    id: ObjectId
    user: ObjectId
    role: str
    joined_at: datetime


@dataclass(frozen=True, slots=True)
class Group:
    """People who share expenses."""

    id: ObjectId
    name: str
    description: str
    members: Sequence[Member]
    created_by: ObjectId
    is_active: bool
    created_at: datetime
    updated_at: datetime
    version: int
    revision: Revision | None = field(default=None, compare=False, repr=False)

    @property
    def stored_version(self) -> str:
        """Changes with anything that is stored; "" for a group that was made just now."""
        return "" if self.revision is None else self.revision.version

    def member(self, user: ObjectId) -> Member | None:
        """The membership of a user."""
        return next((member for member in self.members if member.user == user), None)


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group and the people in it as they are now."""

    group: Group
    people: dict[ObjectId, Person]


@dataclass(frozen=True, slots=True)
class GroupInput:
    """A group to make."""

    name: str
    description: str
    members: Sequence[ObjectId]


@dataclass(frozen=True, slots=True)
class GroupUpdate:
    """What to change of a group; None stays as it is."""

    name: str | None
    description: str | None


@dataclass(frozen=True, slots=True)
class MemberInput:
    """Somebody to add to a group, by address."""

    email: str
    role: str
