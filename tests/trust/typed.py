"""What somebody types to split a bill: its body, and what everybody exactly owes by it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.trust.model import PLACES, Part, give_out, shown

Weights = Sequence[int]  # a number of 1 to 999 for everybody in the world
Typed = tuple[dict[str, Any], dict[str, Fraction]]  # `split`, exact shares in minor units


@dataclass(frozen=True)
class Said:
    """An amount among people; the weights make them unequal."""

    units: int
    currency: str
    people: tuple[str, ...]
    weights: Weights

    @property
    def amount(self) -> str:
        return money(self.units, self.currency)


def money(units: int, currency: str) -> str:
    return f"{Decimal(units).scaleb(-PLACES[currency]):f}"


def equal(said: Said) -> Typed:
    each = Fraction(said.units, len(said.people))
    return {"method": "equal", "among": list(said.people)}, dict.fromkeys(said.people, each)


def exact(said: Said) -> Typed:
    parts = _portions(said.units, said)
    shares = [{"user": user, "amount": money(part, said.currency)} for user, part in parts.items()]
    return _per_person("exact", shares), {user: Fraction(part) for user, part in parts.items()}


def percent(said: Said) -> Typed:
    parts = _portions(1_000_000, said)
    shares = [{"user": user, "percent": f"{Decimal(n) / 10_000:f}"} for user, n in parts.items()]
    owed = {user: Fraction(said.units * part, 1_000_000) for user, part in parts.items()}
    return _per_person("percent", shares), owed


def weighted(said: Said) -> Typed:
    parts = dict(zip(said.people, said.weights, strict=False))
    shares = [{"user": user, "shares": f"{Decimal(n) / 100:f}"} for user, n in parts.items()]
    whole = sum(parts.values())
    owed = {user: Fraction(said.units * part, whole) for user, part in parts.items()}
    return _per_person("shares", shares), owed


def adjusted(said: Said) -> Typed:
    most = said.units // (2 * len(said.people))
    more = {
        user: weight % (most + 1) * (-1 if weight % 2 else 1)
        for user, weight in zip(said.people, said.weights, strict=False)
    }
    shares = [
        {"user": user, "adjustment": money(units, said.currency)} for user, units in more.items()
    ]
    base = Fraction(said.units - sum(more.values()), len(said.people))
    return _per_person("adjustment", shares), {user: base + own for user, own in more.items()}


def itemized(said: Said) -> Typed:
    """A round for everybody, something for some, and a tip or a discount."""
    some = said.people[: 1 + said.weights[0] % len(said.people)]
    extra = (said.weights[1] % 7 - 3) * (said.units // 20)
    own = (said.units - extra) // (1 + said.weights[2] % 4)
    items = [(own, some), (said.units - extra - own, said.people)]
    owed = dict.fromkeys(said.people, Fraction())
    for units, among in items:
        for user in among:
            owed[user] += Fraction(units, len(among))
    owed = {user: share * Fraction(said.units, said.units - extra) for user, share in owed.items()}
    typed: dict[str, Any] = {
        "method": "itemized",
        "items": [
            {"name": "I", "amount": money(units, said.currency), "among": list(among)}
            for units, among in items
        ],
    }
    if extra:
        typed["extras"] = [{"name": "E", "amount": money(extra, said.currency)}]
    return typed, owed


METHODS: dict[str, Callable[[Said], Typed]] = {
    "equal": equal,
    "exact": exact,
    "percent": percent,
    "shares": weighted,
    "adjustment": adjusted,
    "itemized": itemized,
}


def by_server(method: str, said: Said, expense: str) -> tuple[dict[str, Any], list[Part]]:
    """What of a body says how it is split, and the parts that come of it."""
    split, owed = METHODS[method](said)
    parts = [
        Part(user, units, Decimal(money(units, said.currency)))
        for user, units in give_out(owed, expense).items()
    ]
    return {"amount": said.amount, "currency": said.currency, "split": split}, parts


def by_app(said: Said, expense: str) -> tuple[dict[str, Any], list[Part]]:
    """As the app sends it: quotients of doubles."""
    amount = shown(said.units, said.currency)
    each = amount / len(said.people)
    stored = Decimal(repr(each))
    scaled = Fraction(stored) * 10 ** PLACES[said.currency]
    units = give_out(dict.fromkeys(said.people, scaled), expense)
    body = {
        "amount": amount,
        "currency": said.currency,
        "splitWith": [{"user": user, "amount": each} for user in said.people],
    }
    return body, [Part(user, units[user], stored) for user in said.people]


def _portions(whole: int, said: Said) -> dict[str, int]:
    """A whole number in portions for the people, about as large as their weights."""
    found = portions(whole, said.weights[: len(said.people)])
    return dict(zip(said.people, found, strict=True))


def portions(whole: int, weights: Weights) -> list[int]:
    found = [whole * weight // sum(weights) for weight in weights]
    found[0] += whole - sum(found)
    return found


def exact_part(units: int, currency: str) -> Decimal:
    return Decimal(money(units, currency))


def _per_person(method: str, shares: list[dict[str, Any]]) -> dict[str, Any]:
    return {"method": method, "shares": shares}
