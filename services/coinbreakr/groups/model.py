"""Groups as the rules see them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from bson import ObjectId

from coinbreakr.mongo.revision import Revision

ADMIN: Final = "admin"
MEMBER: Final = "member"


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

    def member(self, user: ObjectId) -> Member | None:
        """The membership of a user."""
        return next((member for member in self.members if member.user == user), None)
