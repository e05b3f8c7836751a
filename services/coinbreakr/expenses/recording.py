"""Pure: a request to record an expense, and the people whom it may name."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from bson import ObjectId

from coinbreakr import ids, money
from coinbreakr.errors import Invalid
from coinbreakr.expenses import messages, splitting, values
from coinbreakr.expenses.model import Expense
from coinbreakr.groups.model import Group
from coinbreakr.users.model import Caller

_REQUIRED: Final = ("description", "amount", "splitWith")


@dataclass(frozen=True, slots=True)
class Draft:
    """An expense to be; `given` holds the values that are looked at last."""

    amount: Decimal
    shares: list[splitting.Share]
    payer: ObjectId | None
    group: ObjectId | None
    given: dict[str, Any]


def draft(given: dict[str, Any]) -> Draft:
    """Read the values that are there (not falsy), in the order in which they are checked."""
    if any(name not in given for name in _REQUIRED) or given["splitWith"] == []:
        raise Invalid(messages.INCOMPLETE)
    shares = splitting.read_shares(given["splitWith"], creating=True)
    amount = splitting.read_amount(given["amount"])
    currency = values.claimed_currency(given.get("currency"))
    splitting.check_sum((share.amount for share in shares), amount, currency)
    splitting.check_amount(amount, currency)
    splitting.check_least((share.amount for share in shares), currency)
    splitting.check_once(shares)
    payer, group = (
        ids.require(given[name], message) if name in given else None
        for name, message in (
            ("paidBy", messages.MALFORMED_PAYER),
            ("groupId", messages.MALFORMED_GROUP),
        )
    )
    return Draft(amount, shares, payer, group, given)


def check_people(draft: Draft, caller: Caller, group: Group | None) -> None:
    """Refuse a payer or participants with whom the caller does not share expenses."""
    payer = draft.payer or caller.id
    if group is not None:
        allowed = {member.user for member in group.members}
        refusal = messages.PARTICIPANT_NOT_A_MEMBER
    else:
        allowed = {caller.id, *caller.friends}
        if payer not in allowed:
            raise Invalid(messages.PAYER_NOT_A_FRIEND)
        refusal = messages.PARTICIPANT_NOT_A_FRIEND
    if any(share.user not in allowed for share in draft.shares):
        raise Invalid(refusal)


def expense(draft: Draft, caller: Caller, now: datetime) -> Expense:
    """The expense that a draft makes."""
    given = draft.given
    date = values.date(given["date"]) if "date" in given else now
    return Expense(
        id=ObjectId(),
        description=values.description(given["description"]),
        amount=money.stored(draft.amount),
        currency=values.currency(given.get("currency", values.DEFAULT_CURRENCY)),
        created_by=caller.id,
        paid_by=draft.payer or caller.id,
        parts=splitting.as_parts(draft.shares),
        category=values.category(given.get("category", values.DEFAULT_CATEGORY)),
        date=date,
        group=draft.group,
        is_settled=False,
        settled_at=None,
        created_at=now,
        updated_at=now,
        version=0,
    )
