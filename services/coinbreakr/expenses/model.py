"""Expenses as the rules see them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bson import ObjectId

from coinbreakr.mongo.revision import Revision


@dataclass(frozen=True, slots=True)
class Part:
    """What one participant has to bear."""

    id: ObjectId
    user: ObjectId
    amount: float
    settled: bool = False
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Expense:
    """An amount that one has paid and several bear. Amounts are in the currency's main unit."""

    id: ObjectId
    description: str
    amount: float
    currency: str
    created_by: ObjectId
    paid_by: ObjectId
    parts: Sequence[Part]
    category: str
    date: datetime | None
    group: ObjectId | None
    is_settled: bool
    settled_at: datetime | None
    created_at: datetime
    updated_at: datetime
    version: int
    title: str = ""  # what the app shows above the description; only an update can set it
    revision: Revision | None = field(default=None, compare=False, repr=False)

    def part_of(self, user: ObjectId) -> Part | None:
        """The part of a user."""
        return next((part for part in self.parts if part.user == user), None)

    def concerns(self, user: ObjectId) -> bool:
        """Whether a user created it, paid it, or takes part."""
        return user in {self.created_by, self.paid_by} or self.part_of(user) is not None
