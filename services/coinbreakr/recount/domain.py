"""Pure: who owes whom by the documents of expenses.

It is written apart from the balances, in another way, so that neither is right only because the
other is. They share the table of minor units (`money.PLACES`) and nothing else.
"""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, localcontext
from fractions import Fraction
from math import floor, isfinite
from typing import Any, Final

from bson import ObjectId

from coinbreakr import money
from coinbreakr.recount.model import Bill, Ledger, Part, Sum

_DEFAULT_CURRENCY: Final = "USD"
_TOLERANCE: Final = Decimal("0.01")  # of the old server, in every currency
_MOST_UNEVEN: Final = 10**12  # above, a double tells too little of what is less than a unit
_DIGITS: Final = 60


def bill(document: Mapping[str, Any]) -> Bill | None:
    """What a document says; None if a field of it is not as the schema has it.

    Then another check tells so, and nobody knows what is owed by it.
    """
    payer, currency = document.get("paidBy"), document.get("currency", _DEFAULT_CURRENCY)
    group, parts = document.get("group"), document.get("splitWith")
    if not isinstance(payer, ObjectId) or not isinstance(group, ObjectId | None):
        return None
    if not isinstance(currency, str) or not isinstance(parts, list):
        return None
    amount = _exact(document.get("amount"), currency)
    read = [_part(part, currency) for part in parts]
    if amount is None or None in read:
        return None
    creator = document.get("createdBy")
    return Bill(
        id=document["_id"],
        payer=payer,
        creator=creator if isinstance(creator, ObjectId) else None,
        group=group,
        currency=currency,
        amount=amount,
        parts=tuple(part for part in read if part is not None),
    )


def ledger(documents: Iterable[Mapping[str, Any]]) -> Ledger:
    """Everything that is owed by some documents."""
    found = Ledger()
    for document in documents:
        count(found, document, bill(document))
    return found


def count(ledger: Ledger, document: Mapping[str, Any], found: Bill | None) -> None:
    """Add what is owed by a document: the open parts of others than the payer."""
    if found is None:
        ledger.unsure |= _named(document)
        return
    ledger.people |= found.people
    owed = ledger.groups[found.group]
    if all(part.settled or part.user == found.payer for part in found.parts):
        return
    for part, units in zip(found.parts, owed_units(found), strict=True):
        if not part.settled and part.user != found.payer:
            rest = part.exact - units if abs(units) < _MOST_UNEVEN else Decimal(0)
            owed[part.user, found.payer][found.currency].add(1, Sum(units, rest, abs(units)))


def owed_units(found: Bill) -> list[int]:
    """Minor units of each part: those that are stored and belong to the amount, or the amount.

    If an amount has a fraction of a unit and no units of it, all parts are given out anew.
    """
    units = [_units(part) for part in found.parts]
    known = [one for one in units if one is not None]
    return known if len(known) == len(units) else given_out(found)


def given_out(found: Bill) -> list[int]:
    """The largest remainders get the odd units; equal ones in turn, by the id of the expense."""
    exact = [Fraction(part.exact) for part in found.parts]
    units = [floor(share) for share in exact]
    by_id = sorted(range(len(exact)), key=lambda seat: found.parts[seat].user)
    first = zlib.crc32(str(found.id).encode()) % len(by_id)
    in_turn = by_id[first:] + by_id[:first]
    in_turn.sort(key=lambda seat: units[seat] - exact[seat])
    for seat in in_turn[: _whole(found.parts) - sum(units)]:
        units[seat] += 1
    return units


def adds_up(found: Bill) -> bool:
    """Whether the parts are the amount, as exactly as either server asks for."""
    tolerance = max(Decimal(1), _TOLERANCE.scaleb(money.places(found.currency)))
    with localcontext(prec=_DIGITS):
        return abs(sum(part.exact for part in found.parts) - found.amount) <= tolerance


def units_belong(found: Bill) -> bool:
    """Whether all stored units, if there are any, are those of the amounts."""
    stored = [part for part in found.parts if part.units is not None]
    return not stored or (
        all(_units(part) == part.units for part in stored)
        and sum(owed_units(found)) == _whole(found.parts)
    )


def _named(document: Mapping[str, Any]) -> set[ObjectId]:
    """Whom and which group a document that cannot be counted may concern."""
    parts = document.get("splitWith")
    people = [part.get("user") for part in _list(parts) if isinstance(part, Mapping)]
    values = [document.get("paidBy"), document.get("group"), *people]
    return {ObjectId(value) for value in values if ObjectId.is_valid(value)}


def people_of_group(document: Mapping[str, Any]) -> set[ObjectId]:
    """Who made a group, and who is in it."""
    members = [one for one in _list(document.get("members")) if isinstance(one, Mapping)]
    people = [document.get("createdBy"), *(member.get("user") for member in members)]
    return {person for person in people if isinstance(person, ObjectId)}


def _units(part: Part) -> int | None:
    if part.units is not None and abs(part.exact - part.units) < 1:
        return part.units
    return int(part.exact) if part.exact == part.exact.to_integral_value() else None


def _whole(parts: Iterable[Part]) -> int:
    return floor(sum(Fraction(part.exact) for part in parts) + Fraction(1, 2))


def _part(part: object, currency: str) -> Part | None:
    if not isinstance(part, Mapping):
        return None
    user, units, settled = part.get("user"), part.get("units"), part.get("settled", False)
    exact = _exact(part.get("amount"), currency)
    if not isinstance(user, ObjectId) or not isinstance(settled, bool) or exact is None:
        return None
    whole = units if isinstance(units, int) and not isinstance(units, bool) else None
    return Part(user, exact, whole, settled)


def _exact(amount: object, currency: str) -> Decimal | None:
    """A stored amount in minor units and fractions of them, with all of its digits."""
    if isinstance(amount, bool) or not isinstance(amount, int | float) or not isfinite(amount):
        return None
    return Decimal(repr(amount) if isinstance(amount, float) else amount).scaleb(
        money.places(currency)
    )


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else []
