"""Pure: changing an expense. A refused change changes nothing."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from bson import ObjectId

from coinbreakr import money
from coinbreakr.errors import Invalid
from coinbreakr.expenses import kinds, messages, originals, payers, splitting
from coinbreakr.expenses.model import (
    LOAN,
    PAYMENT,
    REFUND,
    Expense,
    ExpenseUpdate,
    Payer,
    Share,
    ShareInput,
)
from coinbreakr.expenses.settling import closed
from coinbreakr.splits.model import Split


@dataclass(frozen=True, slots=True)
class Editor:
    """Who changes an expense; `up_to_date` if `If-Match` proves that they saw what is stored."""

    user: ObjectId
    up_to_date: bool


def updated(
    old: Expense,
    update: ExpenseUpdate,
    by: Editor,
    now: datetime,
    allowed: Callable[[], Iterable[ObjectId]],
) -> Expense:
    """`old` with the changes; `allowed` tells who may be added (friends, or the group).

    Without a proof that the client has seen what is stored, shares that others have settled stay
    settled: the app sends the marks that it read, perhaps before they did.
    """
    amount = _stored_amount(old.amount) if update.amount is None else update.amount()
    currency = old.details.currency if update.currency is None else update.currency
    split = None if update.split is None else update.split()
    sent = _sent(update, split, old, amount, currency)
    shares = old.shares
    if sent is not None:
        _check_shares(sent, old, amount, currency)
        _check_participants(sent, old, allowed)
        shares = splitting.as_stored(sent)
        if split is not None:  # says nothing of marks
            shares = _still_settled(shares, old.shares)
        elif not by.up_to_date and update.seen != old.updated_at:
            shares = _still_settled(shares, old.shares, exclude=by.user)
    elif update.amount is not None:
        splitting.check_sum(_amounts(old), amount, currency)
    if update.amount is not None or currency != old.details.currency:
        splitting.check_amount(amount, currency)
    if sent is None and currency != old.details.currency:
        splitting.check_least(_amounts(old), currency)
    new = replace(old, details=replace(old.details, **update.details()), updated_at=now)
    if update.amount is not None:
        new = replace(new, amount=money.stored(amount))
    new = new if sent is None else _with_shares(new, shares, now)
    new = new if split is None else replace(new, split=split)
    if update.original is not None:
        original = update.original()
        originals.check(original, amount, currency)
        new = replace(new, original=original)
    new = _paid(update, old, new, (amount, currency), allowed)
    _check_kind(old, new)
    return splitting.with_current_split(originals.with_current(new))


def _paid(
    update: ExpenseUpdate,
    old: Expense,
    new: Expense,
    of: tuple[Decimal, str],
    allowed: Callable[[], Iterable[ObjectId]],
) -> Expense:
    """With the payers that are sent, else with those that it had."""
    if update.payers is None and not old.advances:
        return new
    same = update.payers is None and new.amount == old.amount and of[1] == old.details.currency
    owed = _amounts(new)
    if same:
        changed = payers.refreshed(new)
    else:
        sent = payers.paid(old) if update.payers is None else update.payers()
        payers.check(sent, *of)
        _check_payers(sent, old, allowed)
        changed = payers.with_payers(new, sent)
    if changed.advances:
        payers.check_owed(owed, *of)
    return payers.marked(changed)


def _check_kind(old: Expense, new: Expense) -> None:
    """Refuse what an expense of a kind cannot be."""
    if old.kind == PAYMENT and (new.paid_by, new.advances) != (old.paid_by, old.advances):
        raise Invalid(messages.PAYMENT_OF_ONE)
    if old.kind == LOAN:
        sharing = [share.user for share in new.shares if share.amount]
        kinds.check_loan([payer.user for payer in payers.paid(new)], sharing)
    if old.kind == REFUND and _figures(old) != _figures(new):
        raise Invalid(messages.KIND_FIXED)


def _figures(expense: Expense) -> object:
    shares = sorted((share.user, share.amount) for share in expense.shares)
    return expense.amount, expense.details.currency, payers.paid(expense), shares, expense.split


def _sent(
    update: ExpenseUpdate, split: Split | None, old: Expense, amount: Decimal, currency: str
) -> list[ShareInput] | None:
    """The shares that are to replace the old ones, or None."""
    if split is not None:
        return splitting.divided(split, amount, currency, old.id)
    return None if update.shares is None else _read(update.shares(), stored=len(old.shares))


def _read(shares: Sequence[Callable[[], ShareInput]], *, stored: int) -> list[ShareInput]:
    splitting.check_count(len(shares), stored=stored)
    return [read() for read in shares]


def _check_shares(
    shares: Sequence[ShareInput], old: Expense, amount: Decimal, currency: str
) -> None:
    amounts = [share.amount for share in shares]
    splitting.check_sum(amounts, amount, currency)
    # However small those are that are stored in this currency, they may stay.
    kept = {*_amounts(old)} if currency == old.details.currency else set()
    splitting.check_least(amounts, currency, stored=kept)
    splitting.check_once(shares, (share.user for share in old.shares))


def _check_participants(
    shares: Iterable[ShareInput], old: Expense, allowed: Callable[[], Iterable[ObjectId]]
) -> None:
    strangers = {share.user for share in shares} - old.people
    if strangers and not strangers <= set(allowed()):
        who = "your friends" if old.group is None else "members of the group"
        raise Invalid(messages.PARTICIPANT_UNKNOWN.format(who=who))


def _check_payers(
    sent: Iterable[Payer], old: Expense, allowed: Callable[[], Iterable[ObjectId]]
) -> None:
    strangers = {payer.user for payer in sent} - old.people
    if strangers and not strangers <= set(allowed()):
        who = "your friends" if old.group is None else "members of the group"
        raise Invalid(messages.PAYER_UNKNOWN.format(who=who))


def _still_settled(
    shares: Sequence[Share], before: Sequence[Share], *, exclude: ObjectId | None = None
) -> Sequence[Share]:
    """`shares`, settled where those of the same person were, but for one who tells it."""
    earlier: defaultdict[ObjectId, deque[Share]] = defaultdict(deque)
    for share in before:
        earlier[share.user].append(share)

    def kept(share: Share) -> Share:
        was = earlier[share.user].popleft() if earlier[share.user] else None
        if was is None or not was.settled or share.settled or share.user == exclude:
            return share
        return replace(share, settled=True, settled_at=was.settled_at)

    return [kept(share) for share in shares]


def _with_shares(expense: Expense, shares: Sequence[Share], now: datetime) -> Expense:
    """With other shares, whose positions the Node server knows by the version."""
    new = replace(expense, shares=shares, version=expense.version + 1)
    return replace(new, is_settled=True, settled_at=now) if closed(new) else new


def _amounts(expense: Expense) -> Iterator[Decimal]:
    return (_stored_amount(share.amount) for share in expense.shares)


def _stored_amount(amount: float) -> Decimal:
    """An amount as it is in the database, where older versions let infinity in."""
    return money.parse(amount) or Decimal(0)
