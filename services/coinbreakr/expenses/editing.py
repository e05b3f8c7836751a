"""Pure: changing an expense. A refused change changes nothing."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from bson import ObjectId

from coinbreakr import dates, money
from coinbreakr.errors import Invalid
from coinbreakr.expenses import messages, splitting, values
from coinbreakr.expenses.model import Expense, Part

Changes = dict[str, Any]  # by the names of the wire, those that are there (not falsy)


@dataclass(frozen=True, slots=True)
class Editor:
    """Who changes an expense; `up_to_date` if that is proved to be made on what is stored now."""

    user: ObjectId
    up_to_date: bool


def changed(
    old: Expense,
    changes: Changes,
    by: Editor,
    now: datetime,
    circle: Callable[[], Iterable[ObjectId]],
) -> Expense:
    """`old` with the changes; `circle` tells who may be added (friends, or the group).

    Without a proof that the client has seen what is stored, parts that others have settled stay
    settled: the app sends the marks that it read, perhaps before they did.
    """
    amount = splitting.read_amount(changes["amount"]) if "amount" in changes else None
    currency = values.claimed_currency(changes.get("currency", old.currency))
    parts = old.parts
    if "splitWith" in changes:
        parts = _new_parts(old, changes["splitWith"], amount, currency, circle)
        if not by.up_to_date and dates.parse(changes.get("updatedAt")) != old.updated_at:
            parts = _still_settled(parts, old.parts, but=by.user)
    elif amount is not None:
        splitting.check_sum(_stored(part.amount for part in old.parts), amount, currency)
    if amount is not None or currency != old.currency:
        splitting.check_amount(_or_stored(amount, old), currency)
    if parts is old.parts and currency != old.currency:
        splitting.check_least(_stored(part.amount for part in parts), currency)
    read = {name: getattr(values, name)(changes[name]) for name in _VALUES if name in changes}
    new = replace(old, **read, parts=parts, updated_at=now)
    if amount is not None:
        new = replace(new, amount=money.stored(amount))
    if parts is not old.parts and _closed(parts, old.paid_by):
        new = replace(new, is_settled=True, settled_at=now)
    return new


_VALUES = ("description", "title", "currency", "category", "date")


def _new_parts(
    old: Expense,
    sent: Any,
    amount: Decimal | None,
    currency: str,
    circle: Callable[[], Iterable[ObjectId]],
) -> Sequence[Part]:
    shares = splitting.read_shares(sent, creating=False, stored=len(old.parts))
    expected = _or_stored(amount, old)
    splitting.check_sum((share.amount for share in shares), expected, currency)
    splitting.check_least((share.amount for share in shares), currency, stored=_kept(old, currency))
    splitting.check_once(shares, (part.user for part in old.parts))
    known = {old.created_by, old.paid_by, *(part.user for part in old.parts)}
    strangers = {share.user for share in shares} - known
    if strangers and not strangers <= set(circle()):
        who = "your friends" if old.group is None else "members of the group"
        raise Invalid(messages.PARTICIPANT_UNKNOWN.format(who=who))
    return splitting.as_parts(shares)


def _still_settled(
    parts: Sequence[Part], before: Sequence[Part], *, but: ObjectId
) -> Sequence[Part]:
    """`parts`, settled where the parts of the same person were; `but` decides of the own."""
    earlier: defaultdict[ObjectId, deque[Part]] = defaultdict(deque)
    for part in before:
        earlier[part.user].append(part)

    def kept(part: Part) -> Part:
        was = earlier[part.user].popleft() if earlier[part.user] else None
        if was is None or not was.settled or part.settled or part.user == but:
            return part
        return replace(part, settled=True, settled_at=was.settled_at)

    return [kept(part) for part in parts]


def _or_stored(amount: Decimal | None, old: Expense) -> Decimal:
    return amount if amount is not None else next(_stored([old.amount]))


def _kept(old: Expense, currency: str) -> set[Decimal]:
    """Amounts of parts that may stay however small they are: those that are in this currency."""
    return {*_stored(part.amount for part in old.parts)} if currency == old.currency else set()


def _stored(amounts: Iterable[float]) -> Iterator[Decimal]:
    """Amounts as they are in the database, where older versions let infinity in."""
    return (money.parse(amount) or Decimal(0) for amount in amounts)


def _closed(parts: Sequence[Part], payer: ObjectId) -> bool:
    """Whether somebody has settled and nobody but the payer has anything left to settle."""
    return any(part.settled for part in parts) and all(
        part.settled or part.user == payer for part in parts
    )
