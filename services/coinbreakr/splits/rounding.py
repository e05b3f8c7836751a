"""Pure: exact shares become whole minor units by the largest remainder.

Everybody gets their share rounded down. The units that are left go, one each, to those who lost
most by that. Where remainders are equal, people are served in the order of their ids, starting
at a position that the id of the expense gives, so that it is not always the same person who pays
a cent more, and anybody can check it.
"""

import zlib
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import TypeVar

from bson import ObjectId

from coinbreakr import money

_Exact = TypeVar("_Exact", Fraction, Decimal)


def give_out(shares: Sequence[tuple[ObjectId, _Exact]], total: int, expense: ObjectId) -> list[int]:
    """Whole units for each share, in the same order; `total` is the sum of the shares, rounded."""
    units = [floor(share) for _, share in shares]
    if left := total - sum(units):
        turns = _turns([user for user, _ in shares], expense)
        lost = [share - whole for (_, share), whole in zip(shares, units, strict=True)]
        for seat in sorted(range(len(shares)), key=lambda seat: (-lost[seat], turns[seat]))[:left]:
            units[seat] += 1
    return units


def of_parts(
    parts: Sequence[tuple[ObjectId, Decimal]], currency: str, expense: ObjectId
) -> list[int]:
    """Minor units of parts that are stored without them, in the same order.

    The app stores thirds of 10 as 3.3333333333333335. Together, parts are worth their sum, rounded
    half up.
    """
    shares = [(user, money.scaled(amount, currency)) for user, amount in parts]
    whole = floor(money.total([*(share for _, share in shares), Decimal("0.5")]))
    return give_out(shares, whole, expense)


def _turns(users: Sequence[ObjectId], expense: ObjectId) -> list[int]:
    """Whose turn it is among equals: in the order of ids, from the expense's position on."""
    count = len(users)
    start = zlib.crc32(str(expense).encode()) % count
    turns = [0] * count
    for place, seat in enumerate(sorted(range(count), key=users.__getitem__)):
        turns[seat] = (place - start) % count
    return turns
