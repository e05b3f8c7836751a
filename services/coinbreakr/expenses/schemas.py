"""Expenses in: what requests send, and the rules that its values keep by themselves."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any, Final

from bson import ObjectId
from marshmallow import EXCLUDE, Schema, fields, post_load, pre_load, validate

from coinbreakr import money, text, typed
from coinbreakr.errors import Invalid
from coinbreakr.expenses import messages, model
from coinbreakr.expenses.fields import (
    AmountInput,
    CurrencyInput,
    FriendIdInput,
    IdInput,
    MomentInput,
    SettledInput,
    ShareField,
    known,
    line,
    positive,
)
from coinbreakr.expenses.model import (
    ExpenseInput,
    ExpenseQuery,
    ExpenseUpdate,
    ShareInput,
)
from coinbreakr.expenses.splitting import MAX_SHARES
from coinbreakr.http import messages as http
from coinbreakr.http.body import SMALL
from coinbreakr.http.inputs import Id
from coinbreakr.http.pagination import PageQuery, page_in
from coinbreakr.http.schema import Form, Items, Text, present
from coinbreakr.http.validators import Rule, at_most, no_nul
from coinbreakr.splits.schemas import SplitField

DEFAULT_CURRENCY: Final = "USD"
CATEGORIES: Final = (
    "food", "transport", "entertainment", "shopping", "utilities", "travel", "other",
)  # fmt: skip
# What the mobile app offers when an expense is edited, and what the server has for it.
LABELS: Final = {
    "Food & Dining": "food",
    "Groceries": "food",
    "Transportation": "transport",
    "Shopping": "shopping",
    "Entertainment": "entertainment",
    "Bills & Utilities": "utilities",
    "Travel": "travel",
    "Healthcare": "other",
    "Education": "other",
    "Other": "other",
}
_MAX_CURRENCY: Final = 3
_MOST_IN_A_BODY: Final = SMALL // len(
    '{"user":"65f1a0c2b7e4d9836a1f0c2e","amount":1},'
)  # of shares
_CATEGORY_INVALID: Final = messages.CATEGORY_INVALID.format(choices=", ".join(CATEGORIES))
_NUMBER: Final = {
    "type": ["number", "string"],
    "description": 'A number or a string such as "12.50"; at most 15 digits in minor units',
    "example": 12.5,
}
_LEAST: Final = {**_NUMBER, "minimum": float(money.MIN_AMOUNT)}
_SPLIT: Final = {"description": "Instead of `splitWith`: what the server computes the shares from"}


class NewShare(Schema):
    """What one participant has to bear."""

    class Meta:
        """What happens to other keys: they have no effect."""

        unknown = EXCLUDE

    user = IdInput(required=True, error_messages={"required": messages.SHARE_INCOMPLETE})
    amount = AmountInput(
        required=True,
        error_messages={"required": messages.SHARE_INCOMPLETE},
        validate=[
            known(messages.SHARE_AMOUNT_INVALID),
            validate.Range(min=0, error=messages.SHARE_AMOUNT_NEGATIVE),
        ],
        metadata=_NUMBER,
    )

    @pre_load
    def _given(self, data: Any, **_: Any) -> dict[str, Any]:
        return present(data)

    @post_load
    def _share(self, data: dict[str, Any], **_: Any) -> ShareInput:
        return ShareInput(**data)


class ShareChange(NewShare):
    """A share in a change, where it may be settled, and may be the number 0."""

    settled = fields.Boolean(
        truthy={True, "true", "1", "yes"},
        falsy={False, "false", "0", "no"},
        load_default=False,
        error_messages={"invalid": messages.SETTLED_INVALID},
    )

    @pre_load
    def _given(self, data: Any, **_: Any) -> dict[str, Any]:
        given = present(data)
        amount = data.get("amount") if isinstance(data, dict) else None
        zero = amount == 0 and not isinstance(amount, bool)
        return {**given, "amount": 0} if zero else given


class Details(Form):
    """What people say of an expense: what may be sent of each, and that it is shown."""

    description = line("Description", required=True, metadata={"example": "Seafood dinner"})
    title = line("Title", load_default="", metadata={"example": "Lisbon"})
    currency = CurrencyInput(
        deferred=True,
        load_default=DEFAULT_CURRENCY,
        validate=[
            Rule(lambda code: text.trim(code) != "", messages.CURRENCY_INVALID),
            at_most(_MAX_CURRENCY, messages.CURRENCY_INVALID),
            no_nul(messages.CURRENCY_INVALID),
        ],
        metadata={"description": "A code of ISO 4217; others have 2 decimals", "example": "EUR"},
    )
    category = Text(
        deferred=True,
        trimmed=False,
        load_default="other",
        validate=validate.OneOf((*CATEGORIES, *LABELS), error=_CATEGORY_INVALID),
        error_messages={"invalid": _CATEGORY_INVALID},
        post_load=lambda name: LABELS.get(name, name),
        metadata={"example": "food"},
    )
    date = MomentInput(
        deferred=True,
        load_default=None,
        validate=known(messages.DATE_INVALID),
        metadata={"type": ["string", "number"], "description": "ISO 8601, or ms since 1970"},
    )


class _Shared(Details):
    """An expense with its shares, or with a split that gives them."""

    @pre_load
    def _given(self, data: Any, **_: Any) -> dict[str, Any]:
        given = present(data)
        if "split" in given and "splitWith" in given:
            raise Invalid(messages.SPLIT_AND_SHARES)
        return given


class NewExpense(_Shared):
    """An expense to make, with `split` or `splitWith`."""

    class Meta(_Shared.Meta):
        """What only a change can set."""

        exclude = ("title",)

    splitWith = Items(
        ShareField(NewShare),
        most=MAX_SHARES,
        too_many=messages.SHARES_TOO_MANY,
        load_default=(),
        validate=validate.Length(min=1, error=messages.INCOMPLETE),
        error_messages={"invalid": messages.SHARE_INCOMPLETE},
    )
    amount = AmountInput(required=True, validate=positive(), metadata=_LEAST)
    split = SplitField(load_default=None, metadata=_SPLIT)
    id = Id(
        load_default=None,
        metadata={"description": "Of the new expense; without it the server chooses one"},
    )
    paidBy = IdInput(deferred=True, validate=known(messages.MALFORMED_PAYER))
    groupId = IdInput(deferred=True, validate=known(messages.MALFORMED_GROUP))
    missing = messages.INCOMPLETE

    @pre_load
    def _given(self, data: Any, **_: Any) -> dict[str, Any]:
        given: dict[str, Any] = super()._given(data)
        if not given.keys() & {"split", "splitWith"}:
            raise Invalid(self.missing)
        return given

    @post_load(pass_original=True)
    def _input(self, data: dict[str, Any], sent: Any, **_: Any) -> ExpenseInput:
        split, chosen, amount = (data.pop(name) for name in ("split", "id", "amount"))
        return ExpenseInput(
            id=chosen or ObjectId(),
            chosen=chosen is not None,
            shares=data.pop("splitWith"),
            split=split,
            amount=amount if split is None else _decimal(sent["amount"]),
            currency=_currency_of(sent) or DEFAULT_CURRENCY,
            payer=data.pop("paidBy", None),
            group=data.pop("groupId", None),
            details=partial(_details, {"date": data.pop("date"), **data}),  # the date comes first
        )


class ExpenseChanges(_Shared):
    """What may be changed of an expense; what is missing stays as it is."""

    amount = AmountInput(deferred=True, validate=positive(), metadata=_LEAST)
    splitWith = Items(  # as many as are stored, or are allowed
        ShareField(ShareChange, deferred=True),
        most=_MOST_IN_A_BODY,
        too_many=messages.SHARES_TOO_MANY.format(max=MAX_SHARES),
        deferred=True,
        error_messages={"invalid": messages.SHARE_INCOMPLETE},
    )
    split = SplitField(deferred=True, metadata=_SPLIT)
    updatedAt = MomentInput(
        metadata={
            "type": ["string", "number"],
            "description": "Of the version that was read: with it, marks of others are believed",
        }
    )

    @post_load(pass_original=True)
    def _update(self, data: dict[str, Any], sent: Any, **_: Any) -> ExpenseUpdate:
        amount, split = (data.pop(name, None) for name in ("amount", "split"))
        if amount is not None and split is not None:
            amount = partial(_decimal, sent["amount"])
        return ExpenseUpdate(
            amount=amount,
            shares=data.pop("splitWith", None),
            split=split,
            seen=data.pop("updatedAt", None),
            currency=_currency_of(sent),
            details=partial(_read, data),
        )


class GroupExpenseQuery(PageQuery):
    """Which expenses of a group to list."""

    settled = SettledInput(
        metadata={"description": "`true` lists settled ones, anything else open ones"}
    )

    @post_load
    def _query(self, data: dict[str, Any], **_: Any) -> ExpenseQuery:
        return ExpenseQuery(page_in(data), data.get("settled"), data.get("friendId"))


class ExpenseListQuery(GroupExpenseQuery):
    """Which of my expenses to list."""

    friendId = FriendIdInput(metadata={"description": "Only those with this friend in them"})


def _read(values: Mapping[str, Callable[[], Any]]) -> dict[str, Any]:
    return {name: read() for name, read in values.items()}


def _details(values: Mapping[str, Callable[[], Any]]) -> model.Details:
    return model.Details(**_read(values))


def _decimal(sent: Any) -> Decimal:
    """An amount that is split by the server: a number, or a plain decimal string."""
    found = typed.read(sent)
    if found is None:
        raise Invalid(http.NOT_A_DECIMAL.format(field="amount"))
    return found


def _currency_of(sent: Any) -> str | None:
    """The currency that amounts are checked in, before it is known whether it is a valid one."""
    given = present(sent)
    if "currency" not in given:
        return None
    currency = given["currency"]
    return currency.upper()[:_MAX_CURRENCY] if isinstance(currency, str) else DEFAULT_CURRENCY
