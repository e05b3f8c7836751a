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
    OriginalObject,
    SettledInput,
    ShareField,
    known,
    line,
    positive,
)
from coinbreakr.expenses.model import (
    KINDS,
    REFUND,
    ExpenseInput,
    ExpenseQuery,
    ExpenseUpdate,
    Original,
    Payer,
    ShareInput,
)
from coinbreakr.expenses.payers import MAX_PAYERS
from coinbreakr.expenses.splitting import MAX_SHARES
from coinbreakr.http import messages as http
from coinbreakr.http.body import SMALL
from coinbreakr.http.inputs import DecimalNumber, Id, Object
from coinbreakr.http.pagination import PageQuery, page_in
from coinbreakr.http.schema import Form, Items, KnownKeys, Text, present
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
_MAX_NOTES: Final = 2000
_NOTES: Final = messages.TEXT_MISSING.format(field="text as notes")
_NOTES_TOO_LONG: Final = messages.TEXT_TOO_LONG.format(field="Notes")
_NEEDED: Final = {"amount", "description"}
# What the expense says of which something is refunded.
_OF_THE_EXPENSE: Final = {
    "split", "splitWith", "payers", "paidBy", "groupId", "currency", "original",
}  # fmt: skip
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


class PayerField(KnownKeys):
    """Somebody who has paid."""

    user = Id(required=True)
    amount = DecimalNumber(required=True)

    @post_load
    def _payer(self, data: dict[str, Any], **_: Any) -> Payer:
        return Payer(**data)


class OriginalField(KnownKeys):
    """What was paid in another currency, and what one unit of that was worth."""

    amount = DecimalNumber(required=True)
    currency = Text(
        required=True,
        validate=at_most(_MAX_CURRENCY, messages.ORIGINAL_CURRENCY),
        metadata={"example": "GBP"},
    )
    rate = DecimalNumber(required=True, metadata={"example": "1.17"})

    @post_load
    def _original(self, data: dict[str, Any], **_: Any) -> Original:
        return Original(**data)


def _payers(**options: Any) -> Items:
    return Items(
        Object(PayerField),
        most=MAX_PAYERS,
        validate=validate.Length(min=1, error=messages.PAYERS_MISSING),
        **options,
    )


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
    notes = Text(
        deferred=True,
        load_default="",
        validate=[no_nul(_NOTES), at_most(_MAX_NOTES, _NOTES_TOO_LONG)],
        error_messages={"invalid": _NOTES},
        metadata={"example": "Tip was included"},
    )


class _Shared(Details):
    """An expense with its shares, or with a split that gives them."""

    @pre_load
    def _given(self, data: Any, **_: Any) -> dict[str, Any]:
        given = present(data)
        if "split" in given and "splitWith" in given:
            raise Invalid(messages.SPLIT_AND_SHARES)
        if "payers" in given and "paidBy" in given:
            raise Invalid(messages.PAYERS_AND_PAYER)
        if not isinstance(given.get("notes", ""), str):
            del given["notes"]  # which older versions ignored, whatever they were
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
    description = line("Description", load_default="", metadata={"example": "Seafood dinner"})
    amount = AmountInput(validate=positive(), metadata=_LEAST)
    split = SplitField(load_default=None, metadata=_SPLIT)
    payers = _payers(load_default=())
    kind = fields.String(
        load_default="",
        validate=validate.OneOf(KINDS, error=messages.KIND_INVALID),
        error_messages={"invalid": messages.KIND_INVALID},
        metadata={"description": "Without it an expense"},
    )
    refundOf = Id(
        load_default=None,
        metadata={"description": "With kind `refund`: of which expense; all that is left of it"},
    )
    original = OriginalObject(OriginalField, load_default=None)
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
        if "refundOf" in given:
            if given.get("kind") != REFUND or given.keys() & _OF_THE_EXPENSE:
                raise Invalid(messages.REFUND_OF_ALONE)
            return given
        if not (given.keys() & {"split", "splitWith"} and given.keys() >= _NEEDED):
            raise Invalid(self.missing)
        return given

    @post_load(pass_original=True)
    def _input(self, data: dict[str, Any], sent: Any, **_: Any) -> ExpenseInput:
        split, chosen, of = (data.pop(name) for name in ("split", "id", "refundOf"))
        payers, kind, original = (data.pop(name) for name in ("payers", "kind", "original"))
        amount = data.pop("amount", Decimal(0))
        exact = split is not None or payers or original is not None or of is not None
        return ExpenseInput(
            id=chosen or ObjectId(),
            chosen=chosen is not None,
            shares=data.pop("splitWith"),
            split=split,
            amount=_decimal(sent["amount"]) if exact and amount else amount,
            payers=payers,
            kind=kind,
            refund_of=of,
            original=original,
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
    payers = _payers(deferred=True)
    original = OriginalObject(OriginalField, deferred=True)
    updatedAt = MomentInput(
        metadata={
            "type": ["string", "number"],
            "description": "Of the version that was read: with it, marks of others are believed",
        }
    )

    @pre_load
    def _given(self, data: Any, **_: Any) -> dict[str, Any]:
        given: dict[str, Any] = super()._given(data)
        cleared = isinstance(data, dict) and data.get("notes") == ""
        return {**given, "notes": ""} if cleared else given

    @post_load(pass_original=True)
    def _update(self, data: dict[str, Any], sent: Any, **_: Any) -> ExpenseUpdate:
        amount, split, payers = (data.pop(name, None) for name in ("amount", "split", "payers"))
        original = data.pop("original", None)
        if amount is not None and (split or payers or original):
            amount = partial(_decimal, sent["amount"])
        return ExpenseUpdate(
            amount=amount,
            shares=data.pop("splitWith", None),
            split=split,
            payers=payers,
            original=original,
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
