"""Pure: reading and checking an amount and the parts that it is split into."""

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from bson import ObjectId

from coinbreakr import ids, money, text
from coinbreakr.errors import Invalid
from coinbreakr.expenses import messages
from coinbreakr.expenses.model import Part

MAX_PARTS: Final = 200
_TRUE: Final = (True, "true", "1", "yes", 1)
_FALSE: Final = (None, False, "false", "0", "no", 0, "")


@dataclass(frozen=True, slots=True)
class Share:
    """A part as it was sent; `user` is None where that is no id."""

    user: ObjectId | None
    amount: Decimal
    settled: bool


def read_shares(parts: Any, *, creating: bool, stored: int = 0) -> list[Share]:
    """The parts of a request, checked one by one. The number 0 is refused on creation only.

    An expense that is `stored` with more parts than are allowed now may keep as many.
    """
    if not isinstance(parts, list):
        raise Invalid(messages.PART_INCOMPLETE)
    if len(parts) > max(MAX_PARTS, stored):
        raise Invalid(messages.PARTS_TOO_MANY.format(max=MAX_PARTS))
    return [_share(part, creating=creating) for part in parts]


def read_amount(value: object) -> Decimal:
    """A positive amount."""
    amount = money.parse(value)
    if amount is None or amount <= 0:
        raise Invalid(messages.AMOUNT_INVALID)
    return amount


def check_amount(amount: Decimal, currency: str) -> None:
    """Refuse what is too small or too big to be kept to the minor unit."""
    least, most = money.smallest(currency), money.largest(currency)
    if amount < least:
        raise Invalid(messages.AMOUNT_TOO_SMALL.format(least=least))
    if amount > most:
        raise Invalid(messages.AMOUNT_TOO_BIG.format(most=most, currency=currency))


def check_sum(shares: Iterable[Decimal], amount: Decimal, currency: str) -> None:
    """Refuse parts that do not add up to the amount, within a minor unit."""
    if not money.add_up(shares, amount, currency):
        raise Invalid(messages.PARTS_UNEQUAL)


def check_least(
    amounts: Iterable[Decimal], currency: str, *, stored: Container[Decimal] = ()
) -> None:
    """Refuse parts that are less than a minor unit, and would be rounded away, if not `stored`."""
    least = money.unit(currency)
    if any(0 < amount < least and amount not in stored for amount in amounts):
        raise Invalid(messages.PART_AMOUNT_TOO_SMALL.format(least=least, currency=currency))


def check_once(shares: Iterable[Share], stored: Iterable[ObjectId] = ()) -> None:
    """Refuse two parts of one participant, but for those that are `stored` with as many."""
    before = Counter(stored)
    now = Counter(share.user for share in shares if share.user is not None)
    if any(times > max(1, before[user]) for user, times in now.items()):
        raise Invalid(messages.PART_TWICE)


def as_parts(shares: Sequence[Share]) -> list[Part]:
    """The parts to be stored, with new ids."""
    return [
        Part(ObjectId(), share.user, money.stored(share.amount), share.settled)
        for share in shares
        if share.user is not None
    ]


def _share(part: Any, *, creating: bool) -> Share:
    given = part if isinstance(part, dict) else {}
    user, value = given.get("user"), given.get("amount")
    zero = not creating and value == 0 and not isinstance(value, bool)
    if not (text.is_given(user) and (text.is_given(value) or zero)):
        raise Invalid(messages.PART_INCOMPLETE)
    amount = money.parse(value)
    if amount is None:
        raise Invalid(messages.PART_AMOUNT_INVALID)
    if amount < 0:
        raise Invalid(messages.PART_AMOUNT_NEGATIVE)
    settled = False if creating else _flag(given.get("settled"))
    return Share(ids.parse(user), amount, settled)


def _flag(value: object) -> bool:
    if isinstance(value, str | int | None) and value in _TRUE:
        return True
    if isinstance(value, str | int | None) and value in _FALSE:
        return False
    raise Invalid(messages.SETTLED_INVALID)
