"""Conversions in and out."""

from decimal import Decimal
from typing import Any, Final

from marshmallow import Schema, fields, post_load

from coinbreakr import money
from coinbreakr.conversions import model
from coinbreakr.currencies import messages as currencies
from coinbreakr.currencies.schemas import CurrencyCode, plain
from coinbreakr.expenses.model import Money
from coinbreakr.http import answer_fields as answers
from coinbreakr.http import messages as http
from coinbreakr.http import responses
from coinbreakr.http.inputs import DecimalNumber, Id, Object
from coinbreakr.http.schema import KnownKeys, NamedBody
from coinbreakr.users import schemas as users


class CurrencyAmount(KnownKeys):
    """An amount of a currency, exact to its minor unit."""

    currency = CurrencyCode(required=True)
    amount = DecimalNumber(required=True)

    @post_load
    def _amount(self, data: dict[str, Any], **_: Any) -> model.AmountInput:
        return model.AmountInput(**data)


class NewConversion(NamedBody):
    """A debt between two people that is to be owed in another currency."""

    class Meta(NamedBody.Meta):
        """A field whose name is a word of Python."""

        include = {
            "from": Object(
                CurrencyAmount,
                required=True,
                metadata={"description": "What is owed and is to be so no more"},
            )
        }

    user = Id(required=True, metadata={"description": "One of the two, whoever owes"})
    other = Id(required=True, metadata={"description": "The other"})
    to = Object(
        CurrencyAmount, required=True, metadata={"description": "What is to be owed instead"}
    )

    @post_load
    def _input(self, data: dict[str, Any], **_: Any) -> model.ConversionInput:
        return model.ConversionInput(data["user"], data["other"], data["from"], data["to"])


class ConvertedAmount(Schema):
    """An amount of a currency."""

    currency = fields.String(required=True, metadata={"example": "EUR"})
    amount = fields.Float(required=True, metadata={"example": 9.21})


class Conversion(Schema):
    """A debt that has moved to another currency. A lost account has an empty name."""

    _id = answers.Id(metadata={"description": "Of the expense that gives the debt back"})
    user = fields.Nested(
        users.NameAndImage, required=True, metadata={"description": "Who owes, before and after"}
    )
    other = fields.Nested(
        users.NameAndImage, required=True, metadata={"description": "Who is owed"}
    )
    from_ = fields.Nested(ConvertedAmount, required=True, data_key="from")
    to = fields.Nested(ConvertedAmount, required=True)
    rate = fields.String(
        required=True,
        metadata={
            "description": "How much one of `from` is in `to`, up to 20 digits",
            "example": "0.921",
        },
    )
    group = answers.Id()
    date = answers.Moment()
    expenses = fields.List(
        answers.Id(),
        required=True,
        metadata={"description": "The two that it is; deleting one of them undoes it"},
    )
    createdBy = fields.Nested(users.NameAndImage, required=True)
    createdAt = answers.Moment()


# What the body can be refused with, beside what the rules say.
BODY_REFUSALS: Final = (
    http.NOT_AN_OBJECT, http.UNKNOWN_FIELD, http.REQUIRED, http.NOT_AN_ID, http.NOT_A_DECIMAL,
    currencies.UNKNOWN, http.FIELD_NOT_AN_OBJECT,
)  # fmt: skip


def conversion(view: model.ConversionView) -> dict[str, Any]:
    """A conversion that was just made."""
    reversal, debt = view.reversal, view.debt
    made = debt.conversion
    assert made is not None  # it was made with one
    moment = responses.date(debt.created_at)
    return {
        "_id": str(reversal.id),
        "user": users.named(reversal.paid_by, view.people),
        "other": users.named(debt.paid_by, view.people),
        "from": _amount(made.source),
        "to": _amount(made.target),
        "rate": plain(made.rate),
        "group": str(debt.group),
        "date": moment,
        "expenses": users.ids([reversal.id, debt.id]),
        "createdBy": users.named(debt.created_by, view.people),
        "createdAt": moment,
    }


def _amount(value: Money) -> dict[str, Any]:
    amount = money.from_minor(Decimal(value.units), value.currency)
    return {"currency": value.currency, "amount": money.number(amount)}
