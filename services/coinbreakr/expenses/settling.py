"""Pure: when an expense is settled, and settling one that is stored in several documents."""

from dataclasses import replace
from datetime import datetime

from bson import ObjectId

from coinbreakr.expenses.model import Expense, Share


def closed(expense: Expense) -> bool:
    """Whether somebody has settled and nobody but the payer has anything left to settle."""
    everything = [expense, *expense.advances]
    shares = [(share, one.paid_by) for one in everything for share in one.shares]
    return any(share.settled for share, _ in shares) and all(
        share.settled or share.user == payer for share, payer in shares
    )


def settled(expense: Expense, user: ObjectId, now: datetime) -> Expense | None:
    """The same, in which a user has settled all that they owe; None if that was so before."""
    shares, advances = _settled(expense, user, now), []
    for advance in expense.advances:
        own = _settled(advance, user, now)
        new = replace(advance, shares=own, updated_at=now)
        done = closed(new)
        since = advance.settled_at if advance.is_settled else now
        advances.append(replace(new, is_settled=done, settled_at=since if done else None))
    before = [list(one.shares) for one in (expense, *expense.advances)]
    if [shares, *(one.shares for one in advances)] == before:
        return None
    new = replace(expense, shares=shares, advances=advances, updated_at=now)
    done = closed(new)
    return replace(new, is_settled=done, settled_at=now if done else None)


def _settled(expense: Expense, user: ObjectId, now: datetime) -> list[Share]:
    return [
        replace(share, settled=True, settled_at=now)
        if share.user == user and not share.settled
        else share
        for share in expense.shares
    ]
