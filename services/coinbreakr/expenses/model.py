"""Expenses as the rules see them, and what may be asked about and of them."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Context, Decimal
from enum import StrEnum
from itertools import chain
from typing import Any, Final

from bson import ObjectId

from coinbreakr import money
from coinbreakr.deferred import Deferred
from coinbreakr.groups.model import Group
from coinbreakr.mongo.revision import Revision
from coinbreakr.paging import Page
from coinbreakr.splits.model import Split
from coinbreakr.typed import TypedDecimal
from coinbreakr.users.model import Person

PAYMENT: Final = "payment"  # a kind: paid by one person to another, whose only share it is
CONVERSION: Final = "conversion"  # a kind: one of the two expenses that move a debt, see Conversion
_RATE: Final = Context(prec=20)
REFUND: Final = "refund"
LOAN: Final = "loan"
KINDS: Final = (REFUND, LOAN)


@dataclass(frozen=True, slots=True)
class Share:
    """What one participant has to bear."""

    id: ObjectId
    user: ObjectId
    amount: float
    settled: bool = False
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Money:
    """Minor units of a currency."""

    currency: str
    units: int


@dataclass(frozen=True, slots=True)
class Conversion:
    """What an expense says of the conversion that it is one half of.

    One half gives a debt back in the old currency (`reverses`), the other is it in the new one.
    """

    other: ObjectId  # the expense that is the other half
    source: Money
    target: Money
    reverses: bool

    @property
    def rate(self) -> Decimal:
        """How much one of the old currency is in the new one."""
        old, new = (
            money.from_minor(Decimal(each.units), each.currency)
            for each in (self.source, self.target)
        )
        return _RATE.divide(new, old)


@dataclass(frozen=True, slots=True)
class Payer:
    """Somebody who has paid, and how much of the amount."""

    user: ObjectId
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Original:
    """What was paid in another currency, and at which rate it became the amount."""

    amount: TypedDecimal
    currency: str
    rate: TypedDecimal  # what one unit of `currency` is worth in that of the expense
    into: str = ""  # the currency of the expense, when it was stored


@dataclass(frozen=True, kw_only=True)
class Details:
    """What people say of an expense. They are stored and shown as they are, under these names."""

    description: str
    title: str = ""  # what the app shows above the description; only an update can set it
    notes: str = ""
    currency: str
    category: str
    date: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expense:
    """An amount that one has paid and several bear. Amounts are in the currency's main unit.

    Where several have paid, `paid_by` is the main payer, and `advances` are what the others have
    paid: an expense each, in which the main payer owes it to them (see payers.py).
    """

    id: ObjectId
    details: Details
    amount: float
    created_by: ObjectId
    paid_by: ObjectId
    shares: Sequence[Share]
    split: Split | None = None  # as it was typed, while it gives these shares
    kind: str = ""  # "" for what was bought and shared
    settlement: ObjectId | None = None  # that a payment belongs to
    conversion: Conversion | None = None
    group: ObjectId | None
    is_settled: bool = False
    settled_at: datetime | None = None
    created_at: datetime
    updated_at: datetime
    version: int = 0
    refund_of: ObjectId | None = None
    original: Original | None = None
    payers: Sequence[ObjectId] = ()  # in the order in which they were named, if they are several
    advances: "Sequence[Expense]" = ()
    advance_for: ObjectId | None = None  # the expense that this is an advance of
    watchers: Sequence[Share] = ()  # of 0, for payers who bear nothing: they see it in their lists
    request: str = ""  # digest of what it was created by, if the client chose the id
    revision: Revision | None = field(default=None, compare=False, repr=False)

    @property
    def lowers_debt(self) -> bool:
        """Whether it counts against a debt, so that there is nothing in it to settle."""
        reverses = self.conversion is not None and self.conversion.reverses
        return self.kind == PAYMENT or reverses

    def share_of(self, user: ObjectId) -> Share | None:
        """The share of a user, else of an advance that they owe."""
        shares = chain(self.shares, *(advance.shares for advance in self.advances))
        return next((share for share in shares if share.user == user), None)

    @property
    def tied(self) -> bool:
        """Whether it is stored in several documents, or was once."""
        return bool(self.payers) or self.advance_for is not None

    @property
    def people(self) -> set[ObjectId]:
        """All who created it, paid it or have a share."""
        payers = (advance.paid_by for advance in self.advances)
        sharing = (share.user for share in chain(self.shares, self.watchers))
        return {self.created_by, self.paid_by, *payers, *sharing}

    def concerns(self, user: ObjectId) -> bool:
        """Whether a user created it, paid it, or has a share."""
        return user in self.people


@dataclass(frozen=True, slots=True)
class ShareInput:
    """A share as it was sent; `user` is None where that is no id."""

    user: ObjectId | None
    amount: Decimal
    settled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpenseInput:
    """An expense to be made, with shares or with a split that gives them."""

    id: ObjectId
    chosen: bool  # whether the client chose the id
    amount: Decimal
    shares: Sequence[ShareInput]
    split: Split | None
    currency: str  # of the amounts; whether it is a valid one, `details` tells
    payer: Deferred[ObjectId] | None
    group: Deferred[ObjectId] | None
    details: Deferred[Details]
    payers: Sequence[Payer] = ()  # instead of a payer
    kind: str = ""
    refund_of: ObjectId | None = None  # its amount may be 0: all that is left
    original: Original | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpenseUpdate:
    """Changes of an expense, None for what stays; checked when it is known who may change it."""

    amount: Deferred[Decimal] | None
    shares: Deferred[Sequence[Deferred[ShareInput]]] | None
    split: Deferred[Split] | None  # instead of shares
    currency: str | None  # of the amounts; whether it is a valid one, `details` tells
    details: Deferred[Mapping[str, Any]]  # those that change, by their names
    payers: Deferred[Sequence[Payer]] | None = None
    original: Deferred[Original] | None = None
    seen: datetime | None  # `updated_at` of the version that the client has read


@dataclass(frozen=True, slots=True)
class ExpenseQuery:
    """A page of a list, perhaps only of what is settled or open, or shared with a friend."""

    page: Page
    settled: bool | None = None
    friend: ObjectId | None = None


@dataclass(frozen=True, slots=True)
class ExpenseFilter:
    """Which expenses to find: of a user, perhaps only those with a friend, or of a group."""

    user: ObjectId | None = None
    friend: ObjectId | None = None
    group: ObjectId | None = None
    settled: bool | None = None


@dataclass(frozen=True, slots=True)
class ExpenseView:
    """Expenses, the people in them as they are now, and how many there are in all."""

    expenses: Sequence[Expense]
    people: Mapping[ObjectId, Person]
    total: int = 1
    group: Group | None = None
    repeated: bool = False  # whether the one that is to be created was there before

    @property
    def version(self) -> str:
        """Of the one expense that is shown; "" if it was made just now."""
        return version_of(self.expenses[0])


def version_of(expense: Expense) -> str:
    """Changes with anything that is stored of an expense; "" for one that was made just now."""
    if expense.revision is None:
        return ""
    own = expense.revision.version
    others = [version_of(advance) for advance in expense.advances]
    return hashlib.sha256("".join([own, *others]).encode()).hexdigest()[:24] if others else own


class VersionKind(StrEnum):
    """What happened to an expense; elsewhere is where no event is written."""

    CREATED = "created"
    CHANGED = "changed"
    SETTLED = "settled"
    REOPENED = "reopened"
    DELETED = "deleted"
    RESTORED = "restored"
    CREATED_ELSEWHERE = "created elsewhere"
    CHANGED_ELSEWHERE = "changed elsewhere"
    DELETED_ELSEWHERE = "deleted elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What somebody did to an expense; `id` is that of its event, if it has one."""

    id: ObjectId | None = None
    kind: VersionKind
    at: datetime | None = None
    by: ObjectId | None = None
    names: Mapping[ObjectId, str] = field(default_factory=dict)  # of that moment
    changes: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class VersionsView:
    """Some versions of an expense, newest first, with the people in them as they look now."""

    versions: Sequence[Version]
    people: Mapping[ObjectId, Person]
    after: ObjectId | None  # the cursor of the next page
    deleted_at: datetime | None
