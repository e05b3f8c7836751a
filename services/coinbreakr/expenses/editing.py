"""Pure: changing an expense. A refused change changes nothing."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from bson import ObjectId

from coinbreakr import money
from coinbreakr.errors import Invalid
from coinbreakr.expenses import splitting, values
from coinbreakr.expenses.repository import Expense, Part

Changes = dict[str, Any]  # by the names of the wire, those that are there (not falsy)


def changed(
    old: Expense, changes: Changes, now: datetime, circle: Callable[[], Iterable[ObjectId]]
) -> Expense:
    """`old` with the changes; `circle` tells who may be added (friends, or the group)."""
    amount = splitting.read_amount(changes["amount"]) if "amount" in changes else None
    parts = old.parts
    if "splitWith" in changes:
        parts = _new_parts(old, changes["splitWith"], amount, circle)
    elif amount is not None:
        splitting.check_sum(_stored(part.amount for part in old.parts), amount)
    if amount is not None:
        splitting.check_amount(amount)
    read = {name: getattr(values, name)(changes[name]) for name in _VALUES if name in changes}
    new = replace(old, **read, parts=parts, updated_at=now)
    if amount is not None:
        new = replace(new, amount=money.stored(amount))
    if parts is not old.parts and _closed(parts, old.paid_by):
        new = replace(new, is_settled=True, settled_at=now)
    return new


_VALUES = ("description", "title", "currency", "category", "date")


def _new_parts(
    old: Expense, sent: Any, amount: Decimal | None, circle: Callable[[], Iterable[ObjectId]]
) -> Sequence[Part]:
    shares = splitting.read_shares(sent, creating=False)
    expected = amount if amount is not None else next(_stored([old.amount]))
    splitting.check_sum((share.amount for share in shares), expected)
    known = {old.created_by, old.paid_by, *(part.user for part in old.parts)}
    strangers = {share.user for share in shares} - known
    if strangers and not strangers <= set(circle()):
        who = "your friends" if old.group is None else "members of the group"
        raise Invalid(f"All split partners must be {who} or already in the expense")
    return splitting.as_parts(shares)


def _stored(amounts: Iterable[float]) -> Iterator[Decimal]:
    """Amounts as they are in the database, where older versions let infinity in."""
    return (money.parse(amount) or Decimal(0) for amount in amounts)


def _closed(parts: Sequence[Part], payer: ObjectId) -> bool:
    """Whether somebody has settled and nobody but the payer has anything left to settle."""
    return any(part.settled for part in parts) and all(
        part.settled or part.user == payer for part in parts
    )
