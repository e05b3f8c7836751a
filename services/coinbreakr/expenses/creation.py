"""Pure: a new expense, and the people whom it may name."""

import hashlib
import json
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from bson import ObjectId

from coinbreakr import money
from coinbreakr.errors import Invalid
from coinbreakr.expenses import messages, splitting
from coinbreakr.expenses.model import Expense, ExpenseInput
from coinbreakr.groups.model import Group
from coinbreakr.splits import form
from coinbreakr.users.model import Caller


def with_shares(new: ExpenseInput) -> ExpenseInput:
    """The same with the shares that its split gives, if it has one."""
    if new.split is None:
        return new
    return replace(new, shares=splitting.divided(new.split, new.amount, new.currency, new.id))


def check_amounts(new: ExpenseInput) -> None:
    """Refuse an amount that cannot be kept, or shares that are not what it is split into."""
    shares = [share.amount for share in new.shares]
    splitting.check_sum(shares, new.amount, new.currency)
    splitting.check_amount(new.amount, new.currency)
    splitting.check_least(shares, new.currency)
    splitting.check_once(new.shares)


def check_people(new: ExpenseInput, payer: ObjectId, caller: Caller, group: Group | None) -> None:
    """Refuse a payer or participants with whom the caller does not share expenses."""
    if group is not None:
        allowed = {member.user for member in group.members}
        refusal = messages.PARTICIPANT_NOT_A_MEMBER
    else:
        allowed = {caller.id, *caller.friends}
        if payer not in allowed:
            raise Invalid(messages.PAYER_NOT_A_FRIEND)
        refusal = messages.PARTICIPANT_NOT_A_FRIEND
    if any(share.user not in allowed for share in new.shares):
        raise Invalid(refusal)


def expense(
    new: ExpenseInput, creator: ObjectId, payer: ObjectId, group: ObjectId | None, now: datetime
) -> Expense:
    """The expense to be stored; Invalid if what is said of it is refused."""
    details = new.details()
    return Expense(
        id=new.id,
        details=replace(details, date=details.date or now),
        amount=money.stored(new.amount),
        created_by=creator,
        paid_by=payer,
        shares=splitting.as_stored(new.shares),
        split=new.split,
        group=group,
        created_at=now,
        updated_at=now,
        request=digest(new, creator, payer, group) if new.chosen else "",
    )


def digest(new: ExpenseInput, creator: ObjectId, payer: ObjectId, group: ObjectId | None) -> str:
    """The same for the same content from the same person; Invalid if that is refused."""
    said = new.details()
    content = {
        **vars(said),
        "amount": _plain(new.amount),
        "people": [creator, payer, group],
        "shares": [(share.user, _plain(share.amount)) for share in new.shares],
        "split": None if new.split is None else form.written(new.split, str),
    }
    return hashlib.sha256(json.dumps(content, default=str).encode()).hexdigest()


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"
