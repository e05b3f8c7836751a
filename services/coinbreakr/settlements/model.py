"""Settlements as the rules see them: that one person has paid another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from bson import ObjectId

from coinbreakr.paging import Stretch
from coinbreakr.typed import TypedDecimal
from coinbreakr.users.model import Person

MOST_EXPENSES: Final = 100
MOST_NOTE: Final = 500


class Status(StrEnum):
    """Only a counted one is in any balance."""

    COUNTED = "counted"
    PENDING = "pending"
    REJECTED = "rejected"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class SettledShare:
    """A share of an expense, and what it was worth in minor units when it was settled."""

    expense: ObjectId
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """One person has paid another: an amount, or the open shares of some expenses."""

    id: ObjectId
    payer: ObjectId
    payee: ObjectId
    units: int  # minor units of the currency
    currency: str
    group: ObjectId | None
    note: str = ""
    date: datetime
    status: Status
    expenses: Sequence[ObjectId] = ()
    shares: Sequence[SettledShare] = ()  # of them, when it is counted
    settled_at: datetime | None = None  # of those shares
    reason: str = ""  # why it was rejected or undone
    created_by: ObjectId
    created_at: datetime
    updated_at: datetime

    @property
    def is_payment(self) -> bool:
        """Whether it is an amount, and not the shares of some expenses."""
        return not self.expenses

    def concerns(self, user: ObjectId) -> bool:
        """Whether a user is on one of its sides."""
        return user in {self.payer, self.payee}


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementInput:
    """A settlement to be recorded; without a payer it is the caller who has paid."""

    payer: ObjectId | None
    payee: ObjectId
    amount: TypedDecimal
    currency: str
    group: ObjectId | None
    note: str
    date: datetime | None
    expenses: Sequence[ObjectId]


@dataclass(frozen=True, slots=True)
class SettlementQuery:
    """Which settlements to list: the caller's, perhaps with a friend, or those of a group."""

    stretch: Stretch
    group: ObjectId | None = None
    friend: ObjectId | None = None
    status: Status | None = None


@dataclass(frozen=True, slots=True)
class SettlementView:
    """Settlements, the people in them as they are now, and where the list goes on."""

    settlements: Sequence[Settlement]
    people: Mapping[ObjectId, Person]
    after: ObjectId | None = None


@dataclass(frozen=True, slots=True)
class OpenShares:
    """Open shares that one person owes another, and what they are worth together."""

    shares: Sequence[SettledShare]
    total: Decimal  # in the main unit of the currency
    group: ObjectId | None  # that all of the expenses are of
