"""Pure: several people who have paid one expense together.

The expense is stored as if its main payer had paid all of it. For each further payer there is an
*advance* beside it: an expense of its own, in which the main payer owes them what they have paid.
So everybody who adds up documents of the collection gets the right balances, and who has paid how
much is read from the advances that are there: nothing else says it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from bson import ObjectId

from coinbreakr import money, text
from coinbreakr.currencies.codes import is_currency
from coinbreakr.errors import ErrorMessage, Invalid
from coinbreakr.expenses import messages
from coinbreakr.expenses.model import Details, Expense, Payer, Share
from coinbreakr.expenses.settling import closed

MAX_PAYERS: Final = 200
_MARK: Final = " (paid together)"
MAX_LINE: Final = 200


def check(payers: Sequence[Payer], amount: Decimal, currency: str) -> None:
    """Refuse payers who have not paid the amount, each once and in whole minor units."""
    if not is_currency(currency):
        raise Invalid(messages.CURRENCY_UNKNOWN)
    _check_exact(amount, currency, "amount")
    seen: set[ObjectId] = set()
    for index, payer in enumerate(payers):
        if payer.user in seen:
            raise Invalid(messages.PAYER_TWICE.format(field=f"payers[{index}]"))
        seen.add(payer.user)
        if payer.amount <= 0:
            raise Invalid(messages.PAID_NOTHING.format(field=f"payers[{index}].amount"))
        _check_exact(payer.amount, currency, f"payers[{index}].amount")
    paid = money.total(payer.amount for payer in payers)
    _check_sum(paid, amount, currency, messages.PAID_TOO_LITTLE, messages.PAID_TOO_MUCH)


def check_owed(shares: Iterable[Decimal], amount: Decimal, currency: str) -> None:
    """Refuse shares that are not, to the minor unit, what was paid."""
    owed = money.rounded(money.total(shares), money.places(currency))
    _check_sum(owed, amount, currency, messages.OWED_TOO_LITTLE, messages.OWED_TOO_MUCH)


def main_of(payers: Sequence[Payer]) -> ObjectId:
    """Who has paid most, so that the others are owed little; the first of equals."""
    return max(payers, key=lambda payer: payer.amount).user


def paid(expense: Expense) -> list[Payer]:
    """Who has paid how much, in the order in which they were named."""
    owed = {advance.paid_by: _amount(advance) for advance in expense.advances}
    rest = money.total([_amount(expense), *(-amount for amount in owed.values())])
    amounts = {expense.paid_by: rest, **owed} if rest else owed
    named = [user for user in expense.payers if user in amounts]
    return [Payer(user, amounts[user]) for user in dict.fromkeys([*named, *amounts])]


def with_payers(expense: Expense, payers: Sequence[Payer]) -> Expense:
    """The same, paid by these; an advance that goes on keeps its document and its mark."""
    users = [payer.user for payer in payers]
    main = expense.paid_by if expense.paid_by in users else main_of(payers)
    before = {one.paid_by: one for one in expense.advances if expense.paid_by == main}
    others = [payer for payer in payers if payer.user != main]
    new = replace(expense, paid_by=main, payers=users if others else ())
    new = _watched(new, [payer.user for payer in others])
    made = [_advance(new, payer, before.get(payer.user)) for payer in others]
    moved = [(one.paid_by, one.amount) for one in made] != [
        (one.paid_by, one.amount) for one in before.values()
    ]
    return replace(new, advances=made, version=new.version + 1 if moved else new.version)


def refreshed(expense: Expense) -> Expense:
    """The same; its advances say again what it says."""
    made = [_advance(expense, Payer(one.paid_by, _amount(one)), one) for one in expense.advances]
    return replace(_watched(expense, [one.paid_by for one in made]), advances=made)


def marked(expense: Expense) -> Expense:
    """The same, settled if all of it is."""
    done = closed(expense)
    return replace(expense, is_settled=done, settled_at=expense.updated_at if done else None)


def whole(expense: Expense, found: Iterable[Expense]) -> Expense:
    """An expense as it is stored, with those advances that fit: it can be read as paid by all.

    Others, such as one that was given another amount than its share at the Node server, are
    expenses of their own.
    """
    fitting = {one.paid_by: one for one in found if _fits(one, expense)}
    if not fitting or money.total(map(_amount, fitting.values())) > _amount(expense):
        return expense
    advances = [fitting[user] for user in sorted(fitting)]
    known = replace(expense, advances=advances)
    settled = (expense.is_settled or closed(known)) and all(map(closed, advances))
    moments = [one.settled_at for one in (expense, *advances) if one.settled_at]
    latest = max(moments) if settled and moments else None
    return replace(known, is_settled=settled, settled_at=latest)


def cut(line: str, most: int) -> str:
    """The beginning of a text, of at most so many UTF-16 code units."""
    while text.length(line) > most:
        line = line[:-1]
    return line


def _fits(advance: Expense, expense: Expense) -> bool:
    """Whether it says that the main payer owes to somebody, who sees the expense, all of it."""
    return (
        advance.advance_for == expense.id
        and [(share.user, share.amount) for share in advance.shares]
        == [(expense.paid_by, advance.amount)]
        and advance.paid_by != expense.paid_by
        and advance.amount > 0
        and advance.paid_by in expense.people
        and advance.group == expense.group
        and advance.details.currency == expense.details.currency
    )


def _advance(expense: Expense, payer: Payer, old: Expense | None) -> Expense:
    amount = money.stored(payer.amount)
    share = Share(ObjectId(), expense.paid_by, amount)
    if old is not None:
        share = replace(old.shares[0], amount=amount)
    return Expense(
        id=ObjectId() if old is None else old.id,
        details=_details(expense.details),
        amount=amount,
        created_by=expense.created_by,
        paid_by=payer.user,
        shares=[share],
        group=expense.group,
        is_settled=share.settled,
        settled_at=share.settled_at,
        created_at=expense.updated_at if old is None else old.created_at,
        updated_at=expense.updated_at,
        version=0 if old is None else old.version,
        advance_for=expense.id,
        revision=None if old is None else old.revision,
    )


def _watched(expense: Expense, payers: Iterable[ObjectId]) -> Expense:
    """With shares of 0 for those payers who have no other, so that it is in all their lists."""
    sharing = {share.user for share in expense.shares}
    before = {share.user: share for share in expense.watchers}
    watchers = tuple(
        before.get(user) or Share(ObjectId(), user, 0, settled=True)
        for user in payers
        if user not in sharing
    )
    return replace(expense, watchers=watchers)


def _details(said: Details) -> Details:
    """What an advance says of itself to who knows nothing of advances."""
    line = cut(said.description, MAX_LINE - text.length(_MARK)) + _MARK
    return replace(said, description=line, notes="")


def _amount(expense: Expense) -> Decimal:
    return money.parse(expense.amount) or Decimal(0)


def _check_exact(amount: Decimal, currency: str, path: str) -> None:
    if money.to_minor(amount, currency) is None:
        digits = money.places(currency)
        message = messages.TOO_PRECISE.format(field=path, places=digits, currency=currency)
        raise Invalid(message)


def _check_sum(
    found: Decimal,
    amount: Decimal,
    currency: str,
    less: ErrorMessage,
    more: ErrorMessage,
) -> None:
    if found != amount:
        difference = abs(money.total([found, -amount]))
        message = less if found < amount else more
        shown = money.rounded(difference, money.places(currency))
        raise Invalid(message.format(difference=shown, currency=currency))
