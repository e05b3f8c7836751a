"""Pure: the rows of the aggregation as sums and debts of people."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from bson import Decimal128, ObjectId

from coinbreakr import money
from coinbreakr.balances.aggregation import DEFAULT_CURRENCY
from coinbreakr.balances.model import Debt, Sums
from coinbreakr.expenses import documents
from coinbreakr.expenses.units import fractions, minor_units
from coinbreakr.mongo import casting
from coinbreakr.mongo.reading import Fields

Row = Mapping[str, Any]
# Whose sums a debt adds to, and with which sign: of payer and debtor.
Sides = Callable[[ObjectId, ObjectId], Iterable[tuple[ObjectId, int]]]
_DIGITS: Final = 15  # of a double (IEEE 754, DBL_DIG)
_TOLD: Final = 6  # digits of a minor unit that sums of amounts are read to


@dataclass(frozen=True, slots=True)
class _Figure:
    """Minor units, and what amounts have beyond them, in minor units."""

    currency: str
    units: int
    rest: Decimal


def trusted(rows: Iterable[Row]) -> bool:
    """Whether only whole minor units were added up; else somebody has written others."""
    return all(isinstance(row["minor"], int) for row in rows)


def sums_of_people(rows: Iterable[Row], sides: Sides) -> dict[ObjectId, Sums]:
    """Sums by person, of rows of persons (aggregation.by_person)."""
    return _sums(_of_people(rows, sides))


def sums_of_user(rows: Iterable[Row], user: ObjectId) -> dict[ObjectId, Sums]:
    """What each of the others owes a user, of rows of pairs."""

    def sides(payer: ObjectId, debtor: ObjectId) -> list[tuple[ObjectId, int]]:
        if payer == user:
            return [(debtor, 1)]
        return [(payer, -1)] if debtor == user else []

    return _sums(
        (who, sign, figure)
        for payer, debtor, figure in _pairs(rows)
        for who, sign in sides(payer, debtor)
    )


def debts(rows: Iterable[Row]) -> dict[str, list[Debt]]:
    """Debts between people, by currency."""
    found: defaultdict[str, list[Debt]] = defaultdict(list)
    for payer, debtor, figure in _pairs(rows):
        found[figure.currency].append(Debt(debtor, payer, figure.units))
    return dict(found)


def _sums(figures: Iterable[tuple[ObjectId, int, _Figure]]) -> dict[ObjectId, Sums]:
    minor: defaultdict[tuple[ObjectId, str], int] = defaultdict(int)
    rest: defaultdict[tuple[ObjectId, str], Decimal] = defaultdict(Decimal)
    for who, sign, figure in figures:
        minor[who, figure.currency] += sign * figure.units
        rest[who, figure.currency] += sign * figure.rest
    found: defaultdict[ObjectId, Sums] = defaultdict(lambda: Sums({}, {}))
    for (who, currency), units in minor.items():
        whole = Decimal(units)
        found[who].minor[currency] = whole
        found[who].exact[currency] = money.from_minor(whole + rest[who, currency], currency)
    return dict(found)


def _of_people(rows: Iterable[Row], sides: Sides) -> Iterator[tuple[ObjectId, int, _Figure]]:
    for row in rows:
        key = row["_id"]
        if "odd" in key:
            for payer, debtor, figure in _odd(key["odd"]):
                for who, sign in sides(payer, debtor):
                    yield who, sign, figure
        elif person := casting.object_id(key.get("who")):
            yield person, 1, _figure(row, row["gross"])


def _pairs(rows: Iterable[Row]) -> Iterator[tuple[ObjectId, ObjectId, _Figure]]:
    """Payer, debtor and what is owed; what one owes oneself or nobody is left out."""
    for row in rows:
        key = row["_id"]
        if "odd" in key:
            yield from _odd(key["odd"])
            continue
        payer, debtor = casting.object_id(key.get("payer")), casting.object_id(key.get("user"))
        if payer and debtor and payer != debtor:
            yield payer, debtor, _figure(row, row["minor"])


def _figure(row: Row, gross: int) -> _Figure:
    """Of a row. `gross` tells how many digits of the sum of its amounts are meant."""
    stored, units = row["_id"].get("currency"), int(row["minor"])
    currency = stored if type(stored) is str else DEFAULT_CURRENCY  # Code is a str, too
    digits = max(0, min(_TOLD, _DIGITS - len(str(abs(gross)))))
    beyond = money.scaled(_decimal(row["amount"]), currency) - units
    return _Figure(currency, units, money.rounded(beyond, digits))


def _decimal(figure: float | Decimal128) -> Decimal:
    return figure.to_decimal() if isinstance(figure, Decimal128) else Decimal(figure)


def _odd(document: Mapping[str, Any]) -> Iterator[tuple[ObjectId, ObjectId, _Figure]]:
    """Payer, debtor and what is owed, of each share of an expense that is owed."""
    expense = documents.expense(Fields(document))
    units = minor_units(expense)
    for share, whole, rest in zip(expense.shares, units, fractions(expense, units), strict=True):
        if not share.settled and share.user != expense.paid_by:
            yield expense.paid_by, share.user, _Figure(expense.details.currency, whole, rest)
