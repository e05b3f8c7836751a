"""Pure: what everybody owes by a split, in minor units; refusals name the field."""

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final, TypeVar

from bson import ObjectId

from coinbreakr import money, text, typed
from coinbreakr.errors import Invalid
from coinbreakr.splits import messages, rounding
from coinbreakr.splits.model import (
    MAX_NAMED,
    MAX_NAMES,
    MAX_PARTICIPANTS,
    Adjusted,
    Entry,
    Equal,
    Exact,
    Item,
    Itemized,
    Percent,
    Split,
    UnitShare,
    Weighted,
    participants,
)

_DECIMALS: Final = 4  # of percentages, shares and quantities
_Exact = dict[ObjectId, Fraction]
_Number = TypeVar("_Number", int, Decimal)


def divide(split: Split, amount: Decimal, currency: str, expense: ObjectId) -> list[UnitShare]:
    """What everybody owes of an amount; the id of the expense decides who pays odd units."""
    check_people(split)
    units = _minor(amount, currency, "amount")
    exact = _exact(split, units, currency)
    return _whole(exact, units, expense)


def gives(
    split: Split,
    parts: Iterable[tuple[ObjectId, Decimal]],
    amount: Decimal,
    currency: str,
    expense: ObjectId,
) -> bool:
    """Whether stored parts are still those that a split gives."""
    try:
        shares = divide(split, amount, currency, expense)
    except Invalid:
        return False
    given = Counter(
        (share.user, money.from_minor(Decimal(share.units), currency)) for share in shares
    )
    return given == Counter(parts)


def refund(
    left: Sequence[UnitShare], amount: Decimal, currency: str, expense: ObjectId
) -> list[UnitShare]:
    """What everybody gets back, as negative units, of an expense with that id.

    `left` is what everybody owes by it, less what was refunded before. A refund of all that is left
    mirrors it exactly, whoever paid the odd cents; a refund of less is in proportion to it.
    """
    units = _minor(amount, currency, "amount")
    whole = sum(share.units for share in left)
    if not 0 < units <= whole:
        most = money.from_minor(Decimal(whole), currency)
        raise Invalid(messages.REFUND_TOO_BIG.format(field="amount", most=most, currency=currency))
    exact = {share.user: Fraction(share.units * units, whole) for share in left}
    return [UnitShare(back.user, -back.units) for back in _whole(exact, units, expense)]


def _whole(exact: _Exact, units: int, expense: ObjectId) -> list[UnitShare]:
    given = rounding.give_out(list(exact.items()), units, expense)
    return [UnitShare(user, whole) for user, whole in zip(exact, given, strict=True)]


def _exact(split: Split, units: int, currency: str) -> _Exact:
    match split:
        case Equal(among):
            return dict.fromkeys(among, Fraction(units, len(among)))
        case Exact(shares):
            return _by_amounts(shares, units, currency)
        case Percent(shares):
            return _by_percentages(shares, units)
        case Weighted(shares):
            return _by_weights(shares, units)
        case Adjusted(shares):
            return _by_adjustments(shares, units, currency)
        case Itemized():
            return _by_items(split, units, currency)


def _by_amounts(shares: Sequence[Entry], units: int, currency: str) -> _Exact:
    amounts = [
        _not_negative(_minor(entry.value, currency, path), path)
        for path, entry in _paths(shares, "amount")
    ]
    _check_sum(sum(amounts), units, currency, "split.shares")
    return {entry.user: Fraction(part) for entry, part in zip(shares, amounts, strict=True)}


def _by_percentages(shares: Sequence[Entry], units: int) -> _Exact:
    for path, entry in _paths(shares, "percent"):
        _not_negative(_four_decimals(entry.value, path), path)
    if (whole := money.total(entry.value for entry in shares)) != 100:
        raise Invalid(messages.PERCENT_SUM.format(field="split.shares", sum=whole))
    return {entry.user: Fraction(entry.value) * units / 100 for entry in shares}


def _by_weights(shares: Sequence[Entry], units: int) -> _Exact:
    for path, entry in _paths(shares, "shares"):
        _positive(entry.value, path)
    whole = sum(Fraction(entry.value) for entry in shares)
    return {entry.user: Fraction(entry.value) * units / whole for entry in shares}


def _by_adjustments(shares: Sequence[Entry], units: int, currency: str) -> _Exact:
    paths = _paths(shares, "adjustment")
    adjustments = [_minor(entry.value, currency, path) for path, entry in paths]
    base = Fraction(units - sum(adjustments), len(shares))
    exact: _Exact = {}
    for (path, entry), adjustment in zip(paths, adjustments, strict=True):
        exact[entry.user] = base + adjustment
        if exact[entry.user] < 0:
            raise Invalid(messages.BELOW_ZERO.format(field=path))
    return exact


def _by_items(split: Itemized, units: int, currency: str) -> _Exact:
    amounts = [_item(item, currency, f"split.items[{n}]") for n, item in enumerate(split.items)]
    extras = [
        _minor(extra.amount, currency, f"split.extras[{n}].amount")
        for n, extra in enumerate(split.extras or ())
    ]
    whole = sum(amounts)
    if not whole:
        raise Invalid(messages.ITEMS_FREE.format(field="split.items"))
    _check_sum(whole + sum(extras), units, currency, "split")
    # What somebody's items cost, by how many share them: integers, which add up fast.
    items: dict[ObjectId, Counter[int]] = {user: Counter() for user in participants(split)}
    for item, amount in zip(split.items, amounts, strict=True):
        for user in item.among:
            items[user][len(item.among)] += amount
    each = Fraction(units, whole)  # of the extras as much as somebody's items are of all
    return {
        user: each * sum((Fraction(cost, count) for count, cost in own.items()), Fraction())
        for user, own in items.items()
    }


def _item(item: Item, currency: str, path: str) -> int:
    if item.quantity is not None:
        _positive(item.quantity, f"{path}.quantity")
    return _not_negative(_minor(item.amount, currency, f"{path}.amount"), f"{path}.amount")


def check_people(split: Split) -> None:
    """Refuse a split among nobody, too many, or one person twice."""
    match split:
        case Equal(among):
            _check_named(among, "split.among", "split.among[{}]")
        case Itemized(items):
            if not items:
                raise Invalid(messages.NOBODY.format(field="split.items"))
            _check_length(split)
            for index, item in enumerate(items):
                path = f"split.items[{index}].among"
                _check_named(item.among, path, path + "[{}]")
            _check_count(participants(split), "split.items")
        case _:
            _check_named(participants(split), "split.shares", "split.shares[{}].user")


def _check_length(split: Itemized) -> None:
    """Refuse a receipt that would make lists of such expenses slow."""
    names = [*(item.name for item in split.items), *(extra.name for extra in split.extras or ())]
    if sum(map(text.length, names)) > MAX_NAMES:
        raise Invalid(messages.NAMES_TOO_LONG.format(field="split", max=MAX_NAMES))
    if sum(len(item.among) for item in split.items) > MAX_NAMED:
        raise Invalid(messages.NAMED_TOO_OFTEN.format(field="split.items", max=MAX_NAMED))


def _check_named(users: Sequence[ObjectId], path: str, place: str) -> None:
    if not users:
        raise Invalid(messages.NOBODY.format(field=path))
    _check_count(users, path)
    seen: set[ObjectId] = set()
    for index, user in enumerate(users):
        if user in seen:
            raise Invalid(messages.PARTICIPANT_TWICE.format(field=place.format(index)))
        seen.add(user)


def _check_count(users: Sequence[ObjectId], path: str) -> None:
    if len(users) > MAX_PARTICIPANTS:
        raise Invalid(messages.TOO_MANY_PARTICIPANTS.format(field=path, max=MAX_PARTICIPANTS))


def _check_sum(units: int, expected: int, currency: str, path: str) -> None:
    if units == expected:
        return
    message = messages.SUM_TOO_SMALL if units < expected else messages.SUM_TOO_BIG
    difference = money.from_minor(Decimal(abs(units - expected)), currency)
    raise Invalid(message.format(field=path, difference=difference, currency=currency))


def _paths(shares: Sequence[Entry], figure: str) -> list[tuple[str, Entry]]:
    return [(f"split.shares[{index}].{figure}", entry) for index, entry in enumerate(shares)]


def _minor(amount: Decimal, currency: str, path: str) -> int:
    units = money.to_minor(amount, currency)
    if units is None:
        digits = money.places(currency)
        raise Invalid(messages.PLACES.format(field=path, places=digits, currency=currency))
    return units


def _not_negative(number: _Number, path: str) -> _Number:
    if number < 0:
        raise Invalid(messages.NEGATIVE.format(field=path))
    return number


def _positive(number: Decimal, path: str) -> None:
    if _four_decimals(number, path) <= 0:
        raise Invalid(messages.NOT_POSITIVE.format(field=path))


def _four_decimals(number: Decimal, path: str) -> Decimal:
    if not typed.fits(number, _DECIMALS):
        raise Invalid(messages.DECIMALS.format(field=path, places=_DECIMALS))
    return number
