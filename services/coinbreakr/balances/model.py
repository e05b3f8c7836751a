"""Balances as the rules see them."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from bson import ObjectId

from coinbreakr.currencies.model import Displayed
from coinbreakr.groups.model import Group
from coinbreakr.users.model import Person


@dataclass(frozen=True, slots=True)
class Sums:
    """What somebody is owed (or owes, below zero) by currency: exactly, and in minor units."""

    exact: dict[str, Decimal]
    minor: dict[str, Decimal]


@dataclass(frozen=True, slots=True)
class Debt:
    """One person owes another minor units; negative ones are owed the other way round."""

    debtor: ObjectId
    creditor: ObjectId
    units: int


@dataclass(frozen=True, slots=True)
class Balance:
    """What somebody is owed; below zero what is owed by them.

    `total` adds up all currencies to cents, as the app has it; `by_currency` is exact, without
    the currencies in which nothing is owed. `settled` is false also where currencies make up for
    one another in the total.
    """

    total: Decimal
    by_currency: dict[str, Decimal]
    settled: bool
    displayed: Displayed | None = None

    @property
    def even(self) -> bool:
        """Whether nothing of it is shown: neither a total nor an amount of any currency."""
        return not self.total and not self.by_currency


@dataclass(frozen=True, slots=True)
class BalanceQuery:
    """How balances are to be shown: perhaps in another currency as well, perhaps of the past."""

    currency: str | None = None
    at: datetime | None = None

    @property
    def day(self) -> date | None:
        """Of which rates are to be used; None is today."""
        return None if self.at is None else self.at.date()


@dataclass(frozen=True, slots=True)
class GroupBalances:
    """The balances of current members, and of others who are not even; together they are 0."""

    group: Group
    people: dict[ObjectId, Person]
    balances: dict[ObjectId, Balance]
    former: dict[ObjectId, Balance]
    expenses: int
