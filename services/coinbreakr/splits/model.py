"""How an amount is split, as it was typed, and what comes of it."""

from dataclasses import dataclass
from typing import Final

from bson import ObjectId

from coinbreakr.typed import TypedDecimal

MAX_PARTICIPANTS: Final = 200
MAX_ITEMS: Final = 200
MAX_EXTRAS: Final = 50
MAX_NAME: Final = 200
# Of a whole receipt, because it is in each list that has its expense.
MAX_NAMES: Final = 5_000  # characters of all names, in UTF-16 code units
MAX_NAMED: Final = 2_000  # people of all items, each as often as an item has them


@dataclass(frozen=True, slots=True)
class Entry:
    """What was typed for one person: an amount, a percentage, shares or an adjustment."""

    user: ObjectId
    value: TypedDecimal


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a receipt. Its amount is that of the whole line; `quantity` is only shown."""

    name: str
    amount: TypedDecimal
    among: tuple[ObjectId, ...]
    quantity: TypedDecimal | None = None


@dataclass(frozen=True, slots=True)
class Extra:
    """A tip, a tax or (negative) a discount."""

    name: str
    amount: TypedDecimal


@dataclass(frozen=True, slots=True)
class Equal:
    """Everybody owes the same."""

    among: tuple[ObjectId, ...]


@dataclass(frozen=True, slots=True)
class Exact:
    """Everybody owes the amount that is said."""

    shares: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Percent:
    """Everybody owes a percentage."""

    shares: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Weighted:
    """Everybody owes in proportion to shares: 2 : 1 : 1."""

    shares: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Adjusted:
    """Everybody owes the same of what is left after all adjustments, and their own adjustment."""

    shares: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Itemized:
    """Items are split equally among theirs, extras in proportion to what everybody's items cost."""

    items: tuple[Item, ...]
    extras: tuple[Extra, ...] | None = None


PerPerson = Exact | Percent | Weighted | Adjusted
Split = Equal | PerPerson | Itemized


@dataclass(frozen=True, slots=True)
class UnitShare:
    """What one person owes, in minor units."""

    user: ObjectId
    units: int


def participants(split: Split) -> list[ObjectId]:
    """Who is named, in the order of being named; only an itemized split counts nobody twice."""
    match split:
        case Equal():
            return list(split.among)
        case Itemized():
            return list(dict.fromkeys(user for item in split.items for user in item.among))
        case _:
            return [entry.user for entry in split.shares]
