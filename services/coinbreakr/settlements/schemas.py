"""Settlements in and out."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from bson import ObjectId
from marshmallow import Schema, fields, post_load, validate

from coinbreakr import money
from coinbreakr.currencies import messages as currencies
from coinbreakr.currencies.schemas import CurrencyCode
from coinbreakr.http import answer_fields as answers
from coinbreakr.http import cursors, responses
from coinbreakr.http import messages as http
from coinbreakr.http.cursors import CursorQuery, stretch_in
from coinbreakr.http.inputs import DecimalNumber, Id, Moment
from coinbreakr.http.schema import Items, NamedBody, Text
from coinbreakr.http.validators import at_most, no_nul
from coinbreakr.settlements import messages, model
from coinbreakr.settlements.model import (
    MOST_EXPENSES,
    MOST_NOTE,
    SettlementInput,
    SettlementQuery,
    SettlementView,
    Status,
)
from coinbreakr.users import schemas as users
from coinbreakr.users.model import Person


def _line(what: str, example: str) -> Text:
    checks = [at_most(MOST_NOTE), no_nul()]
    metadata = {"description": what, "example": example}
    return Text(load_default="", validate=checks, metadata=metadata)


class NewSettlement(NamedBody):
    """That one person has paid another."""

    class Meta(NamedBody.Meta):
        """A field whose name is a word of Python."""

        include = {
            "from": Id(load_default=None, metadata={"description": "Without it, the caller"})
        }

    to = Id(required=True)
    amount = DecimalNumber(required=True)
    currency = CurrencyCode(required=True)
    group = Id(load_default=None, metadata={"description": "Without it, what is in no group"})
    note = _line("For both to read", "In cash")
    date = Moment(load_default=None)
    expenses = Items(
        Id(),
        most=MOST_EXPENSES,
        load_default=(),
        metadata={
            "description": "Settles what `from` has open in these and owes to `to`, exactly; "
            "without it, it is a payment that lowers what is between the two"
        },
    )

    @post_load
    def _input(self, data: dict[str, Any], **_: Any) -> SettlementInput:
        payer, payee = data.pop("from"), data.pop("to")
        return SettlementInput(payer=payer, payee=payee, **data)


class Reason(NamedBody):
    """Why; nothing is fine."""

    reason = _line("For both to read", "Typed twice")

    @post_load
    def _reason(self, data: dict[str, str], **_: Any) -> str:
        return data["reason"]


class SettlementListQuery(CursorQuery):
    """Which settlements to list."""

    group = Id(
        load_default=None, metadata={"description": "All of this group, and not only the caller's"}
    )
    friend = Id(load_default=None, metadata={"description": "Only those with this person"})
    status = fields.Enum(
        Status,
        by_value=fields.String(error_messages={"invalid": messages.STATUS_INVALID}),
        load_default=None,
        error_messages={"unknown": messages.STATUS_INVALID},
    )

    @post_load
    def _query(self, data: dict[str, Any], **_: Any) -> SettlementQuery:
        group, friend, status = (data[name] for name in ("group", "friend", "status"))
        return SettlementQuery(stretch_in(data), group, friend, status)


class Settlement(Schema):
    """That one person has paid another. An account that is not there any more has an empty name."""

    _id = answers.Id()
    from_ = fields.Nested(users.NameAndImage, required=True, data_key="from")
    to = fields.Nested(users.NameAndImage, required=True)
    amount = fields.Float(
        required=True, metadata={"description": "In the currency's main unit", "example": 12.5}
    )
    currency = fields.String(required=True, metadata={"example": "EUR"})
    group = answers.Id(allow_none=True)
    note = fields.String(required=True, metadata={"example": "In cash"})
    date = answers.Moment()
    status = fields.String(
        required=True,
        validate=validate.OneOf([*Status]),
        metadata={"description": "Only a `counted` one is in any balance"},
    )
    expenses = fields.List(
        answers.Id(),
        required=True,
        metadata={"description": "Whose shares it has settled; none if it is a payment"},
    )
    reason = fields.String(
        metadata={"description": "Why it was rejected or undone, if it was said"}
    )
    createdBy = fields.Nested(users.NameAndImage, required=True)
    createdAt = answers.Moment()


# What the body of a new settlement can be refused with, beside what the rules say.
BODY_REFUSALS: Final = (
    http.NOT_AN_OBJECT, http.UNKNOWN_FIELD, http.REQUIRED, http.NOT_AN_ID, http.NOT_A_DECIMAL,
    currencies.UNKNOWN, http.NOT_A_MOMENT, http.NOT_A_STRING, http.FORM_TOO_LONG, http.NUL,
    http.NOT_AN_ARRAY, http.TOO_MANY_ITEMS,
)  # fmt: skip
REASON_REFUSALS: Final = (
    http.NOT_AN_OBJECT, http.UNKNOWN_FIELD, http.NOT_A_STRING, http.FORM_TOO_LONG, http.NUL,
)  # fmt: skip
QUERY_REFUSALS: Final = (*cursors.REFUSALS, http.NOT_AN_ID, messages.STATUS_INVALID)


def one(view: SettlementView) -> dict[str, Any]:
    """A single one."""
    return listed(view)[0]


def listed(view: SettlementView) -> list[dict[str, Any]]:
    """A list."""
    return [_settlement(each, view.people) for each in view.settlements]


def _settlement(value: model.Settlement, people: Mapping[ObjectId, Person]) -> dict[str, Any]:
    amount = money.from_minor(Decimal(value.units), value.currency)
    return {
        "_id": str(value.id),
        "from": users.named(value.payer, people),
        "to": users.named(value.payee, people),
        "amount": money.number(amount),
        "currency": value.currency,
        "group": None if value.group is None else str(value.group),
        "note": value.note,
        "date": responses.date(value.date),
        "status": value.status,
        "expenses": users.ids(value.expenses),
        **({"reason": value.reason} if value.reason else {}),
        "createdBy": users.named(value.created_by, people),
        "createdAt": responses.date(value.created_at),
    }
