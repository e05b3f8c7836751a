"""Conversions as the rules see them: a debt moves from one currency to another."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from bson import ObjectId

from coinbreakr.expenses.model import Expense
from coinbreakr.users.model import Person


@dataclass(frozen=True, slots=True)
class AmountInput:
    """An amount as it was typed, and its currency."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class ConversionInput:
    """What is owed between two people in one currency is to be owed in another."""

    user: ObjectId
    other: ObjectId
    source: AmountInput
    target: AmountInput


@dataclass(frozen=True, slots=True)
class ConversionView:
    """The two expenses that a conversion is, and the people in it as they are now.

    The first gives the debt back in the old currency; the second is the debt in the new one.
    """

    reversal: Expense
    debt: Expense
    people: Mapping[ObjectId, Person]
