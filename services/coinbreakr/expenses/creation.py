"""Pure: a new expense, and the people whom it may name."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from bson import ObjectId

from coinbreakr import money
from coinbreakr.errors import Invalid
from coinbreakr.expenses import kinds, messages, originals, splitting
from coinbreakr.expenses.model import LOAN, REFUND, Expense, ExpenseInput, Payer
from coinbreakr.expenses.payers import check, check_owed, main_of, with_payers
from coinbreakr.groups.model import Group
from coinbreakr.splits import form
from coinbreakr.users.model import Caller


@dataclass(frozen=True, slots=True)
class Ready:
    """A new expense with its shares and payers; `request` is the digest of what was sent."""

    new: ExpenseInput
    payers: Sequence[Payer]
    group: ObjectId | None
    request: str


def read(new: ExpenseInput, caller: ObjectId) -> Ready:
    """What was sent, as far as it can be judged alone. Of a refund its expense says the rest."""
    whole = with_shares(new)
    if new.refund_of is None:
        check_amounts(whole)
        check_payers(whole)
    payer = caller if new.payer is None else new.payer()
    group = None if new.group is None else new.group()
    request = digest(whole, caller, payer, group) if new.chosen else ""
    payers = whole.payers or [Payer(payer, whole.amount)]
    if whole.kind == LOAN:
        kinds.check_loan(
            [one.user for one in payers], [share.user for share in whole.shares if share.amount]
        )
    if whole.kind == REFUND and new.refund_of is None:
        whole = kinds.reversed_(whole, payers)
        payers = whole.payers
    return Ready(whole, payers, group, request)


def refund(ready: Ready, of: Expense, earlier: Iterable[Expense]) -> Ready:
    """A refund of an expense with what that says."""
    if of.kind:
        raise Invalid(messages.REFUND_OF_KIND)
    new = kinds.refund(ready.new, of, earlier)
    check_amounts(new)
    check_payers(new)
    return replace(ready, new=new, payers=new.payers, group=of.group)


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


def check_people(
    new: ExpenseInput, payers: Sequence[ObjectId], caller: Caller, group: Group | None
) -> None:
    """Refuse payers or participants with whom the caller does not share expenses."""
    if group is not None:
        allowed = {member.user for member in group.members}
        refusal = messages.PARTICIPANT_NOT_A_MEMBER
    else:
        allowed = {caller.id, *caller.friends}
        if not set(payers) <= allowed:
            raise Invalid(messages.PAYER_NOT_A_FRIEND)
        refusal = messages.PARTICIPANT_NOT_A_FRIEND
    if any(share.user not in allowed for share in new.shares):
        raise Invalid(refusal)


def check_payers(new: ExpenseInput) -> None:
    """Refuse payers who have not paid the amount, or an amount that is not owed."""
    if new.payers:
        check(new.payers, new.amount, new.currency)
        check_owed((share.amount for share in new.shares), new.amount, new.currency)
    if new.original is not None:
        originals.check(new.original, new.amount, new.currency)


def expense(ready: Ready, creator: ObjectId, now: datetime) -> Expense:
    """The expense to be stored; Invalid if what is said of it is refused."""
    new = ready.new
    details = new.details()
    made = Expense(
        id=new.id,
        details=replace(details, date=details.date or now),
        amount=money.stored(new.amount),
        created_by=creator,
        paid_by=main_of(ready.payers),
        shares=splitting.as_stored(new.shares),
        split=new.split,
        group=ready.group,
        created_at=now,
        updated_at=now,
        kind=new.kind,
        refund_of=new.refund_of,
        original=new.original,
        request=ready.request,
    )
    return with_payers(made, ready.payers) if len(ready.payers) > 1 else made


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
    if new.payers:
        content["payers"] = [(one.user, _plain(one.amount)) for one in new.payers]
    if new.kind:
        content["kind"] = [new.kind, new.refund_of]
    if new.original is not None:
        content["original"] = originals.shown_as(new.original)
    return hashlib.sha256(json.dumps(content, default=str).encode()).hexdigest()


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"
