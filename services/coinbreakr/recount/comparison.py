"""Pure: sums counted again beside those of the balances."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Final

from bson import ObjectId

from coinbreakr import money
from coinbreakr.balances.model import Debt
from coinbreakr.balances.model import Sums as Told
from coinbreakr.recount.model import Pairs, Sum, Sums, sums

ByPerson = Mapping[ObjectId, Sums]
# Amounts are added up in doubles, and the sum is read to 15 digits.
_LEAST: Final = Decimal("0.001")
_LOST: Final = Decimal("1e-14")
_NOTHING: Final = Told({}, {})


def by_person(pairs: Pairs) -> ByPerson:
    """What everybody is owed by all others."""
    found: defaultdict[ObjectId, defaultdict[str, Sum]] = defaultdict(sums)
    for (debtor, creditor), owed in pairs.items():
        for currency, one in owed.items():
            found[creditor][currency].add(1, one)
            found[debtor][currency].add(-1, one)
    return found


def around(debts: Iterable[Pairs]) -> Mapping[ObjectId, ByPerson]:
    """What everybody owes each person, all groups together."""
    found: defaultdict[ObjectId, defaultdict[ObjectId, defaultdict[str, Sum]]]
    found = defaultdict(lambda: defaultdict(sums))
    for pairs in debts:
        for (debtor, creditor), owed in pairs.items():
            for currency, one in owed.items():
                found[creditor][debtor][currency].add(1, one)
                found[debtor][creditor][currency].add(-1, one)
    return found


def differences(counted: ByPerson, told: Mapping[ObjectId, Told]) -> Iterator[str]:
    """Whose sums differ, and in which currency."""
    for person in sorted(counted.keys() | told.keys()):
        mine, theirs = counted.get(person, {}), told.get(person, _NOTHING)
        for currency in sorted(mine.keys() | theirs.minor.keys()):
            one = mine.get(currency, Sum())
            units = theirs.minor.get(currency, Decimal(0))
            exact = money.scaled(theirs.exact.get(currency, Decimal(0)), currency)
            if units != one.units or abs(exact - units - one.rest) > _LEAST + one.gross * _LOST:
                yield f"{person} in {currency}"


def pair_differences(counted: Pairs, told: Mapping[str, Iterable[Debt]]) -> Iterator[str]:
    """Which pairs owe each other something else than plans are made of."""
    units: defaultdict[tuple[ObjectId, ObjectId, str], int] = defaultdict(int)
    for (debtor, creditor), owed in counted.items():
        for currency, one in owed.items():
            units[debtor, creditor, currency] += one.units
    for currency, debts in told.items():
        for debt in debts:
            units[debt.debtor, debt.creditor, currency] -= debt.units
    for debtor, creditor, currency in sorted(key for key, left in units.items() if left):
        yield f"{debtor} to {creditor} in {currency}"
