"""A model of who owes whom, in fractions, beside which the application is held."""

import zlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any

PLACES = {"USD": 2, "EUR": 2, "JPY": 0, "KWD": 3}
HALF = Decimal("0.5")
MEANT = Decimal("0.0000001")  # a third and a sixth of a cent are a half


@dataclass
class Debt:
    debtor: str
    payer: str
    currency: str
    units: int
    exact: Decimal


@dataclass
class Sums:
    exact: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    units: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def balance(self) -> float:
        """The one number of the app."""
        return float(rounded(sum(self.exact.values(), Decimal(0)), 2)) + 0.0

    @property
    def is_open(self) -> bool:
        """Whether something is owed: in all currencies together, or in one of them."""
        return bool(self.balance) or any(
            rounded(amount, PLACES[currency]) for currency, amount in self.exact.items()
        )


def debts(expenses: Iterable[dict[str, Any]]) -> list[Debt]:
    """The open parts of others than the payer, from expenses as the API shows them."""
    found = []
    for expense in expenses:
        payer, currency = expense["paidBy"]["_id"], expense["currency"]
        amounts = [Decimal(repr(part["amount"])) for part in expense["splitWith"]]
        users = [part["user"]["_id"] for part in expense["splitWith"]]
        units = minor_units(list(zip(users, amounts, strict=True)), currency, expense["_id"])
        for part, exact, minor in zip(expense["splitWith"], amounts, units, strict=True):
            debtor = part["user"]["_id"]
            if not part["settled"] and debtor != payer:
                found.append(Debt(debtor, payer, currency, minor, exact))
    return found


def minor_units(parts: list[tuple[str, Decimal]], currency: str, expense: str) -> list[int]:
    """Each part rounded down; the units that are left go to those who lost most.

    Equals are served in the order of their ids, beginning where the expense's id says.
    """
    exact = [amount.scaleb(PLACES[currency]) for _, amount in parts]
    units = [int(amount.to_integral_value(ROUND_FLOOR)) for amount in exact]
    whole = int((sum(exact) + HALF).to_integral_value(ROUND_FLOOR))
    in_turn = sorted(range(len(parts)), key=lambda seat: parts[seat][0])
    first = zlib.crc32(expense.encode()) % len(parts)
    in_turn = in_turn[first:] + in_turn[:first]
    losers = sorted(in_turn, key=lambda seat: units[seat] - exact[seat])
    for seat in losers[: whole - sum(units)]:
        units[seat] += 1
    return units


def by_person(found: Iterable[Debt]) -> dict[str, Sums]:
    """What each person is owed, below zero what is owed by them."""
    sums: dict[str, Sums] = defaultdict(Sums)
    for debt in found:
        for person, sign in ((debt.payer, 1), (debt.debtor, -1)):
            sums[person].exact[debt.currency] += sign * debt.exact
            sums[person].units[debt.currency] += sign * debt.units
    return sums


def between(found: Iterable[Debt], one: str, other: str) -> Sums:
    """What `other` owes `one`."""
    pairs = [debt for debt in found if {debt.payer, debt.debtor} == {one, other}]
    return by_person(pairs)[one]


def units(amount: float, currency: str) -> int:
    """An amount of an answer in minor units; it has to be whole."""
    whole = Decimal(repr(amount)).scaleb(PLACES[currency])
    assert whole == whole.to_integral_value(), (amount, currency)
    return int(whole)


def rounded(amount: Decimal, places: int) -> Decimal:
    """Halves away from zero."""
    told = amount.quantize(MEANT, ROUND_HALF_UP)
    return told.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
