"""Codes of currencies in, and what an amount is in the currency that somebody wants to see."""

from decimal import Decimal
from typing import Any, Final

from marshmallow import Schema, fields

from coinbreakr import money
from coinbreakr.currencies import messages
from coinbreakr.currencies.codes import is_currency
from coinbreakr.currencies.model import Displayed
from coinbreakr.http.messages import REQUIRED
from coinbreakr.http.schema import FirstViolation
from coinbreakr.http.validators import Rule

DAY: Final = {"format": "date", "example": "2026-11-20"}
_RATE: Final = {"description": "A decimal", "example": "1.0859"}


class CurrencyCode(FirstViolation, fields.String):
    """A code of ISO 4217, in capitals."""

    default_error_messages = {
        "required": REQUIRED,
        "null": messages.UNKNOWN,
        "invalid": messages.UNKNOWN,
    }

    def __init__(self, *, metadata: dict[str, Any] | None = None, **options: Any) -> None:
        shown = {"example": "EUR", **(metadata or {})}
        known = Rule(is_currency, messages.UNKNOWN)
        super().__init__(validate=known, metadata=shown, **options)


def display_currency() -> CurrencyCode:
    """In a query: the currency in which amounts are shown as well."""
    about = "Shows amounts in this currency as well (`inDisplayCurrency`), if rates are known"
    return CurrencyCode(load_default=None, metadata={"description": about})


def rate_texts(**options: Any) -> fields.Dict:
    """Rates by currency, as decimal strings."""
    return fields.Dict(
        keys=fields.String(), values=fields.String(metadata=_RATE), required=True, **options
    )


class InDisplayCurrency(Schema):
    """An amount in the currency that was asked for, rounded once. Null while a rate is missing."""

    currency = fields.String(required=True, metadata={"example": "EUR"})
    amount = fields.Float(required=True, allow_none=True, metadata={"example": 11.51})
    missing = fields.List(
        fields.String(metadata={"example": "XAF"}),
        required=True,
        metadata={"description": "The currencies of which no rate is known"},
    )
    rates = rate_texts(
        metadata={
            "description": "By how much the amount of each other currency was multiplied",
            "example": {"USD": "0.92089511004696565061"},
        }
    )
    date = fields.String(
        required=True, allow_none=True, metadata={**DAY, "description": "Of the rates"}
    )
    source = fields.String(
        required=True,
        allow_none=True,
        metadata={
            "description": "`members`: by hand in the group; else who published the rates. "
            "Null, as the date, if there are none",
            "example": "ECB",
        },
    )


def in_display_currency(value: Displayed | None) -> dict[str, Any]:
    """The field `inDisplayCurrency`, if it was asked for."""
    return {} if value is None else {"inDisplayCurrency": displayed(value)}


def displayed(value: Displayed) -> dict[str, Any]:
    """An amount in another currency."""
    return {
        "currency": value.currency,
        "amount": None if value.amount is None else money.number(value.amount),
        "missing": list(value.missing),
        "rates": {code: plain(rate) for code, rate in value.rates.items()},
        "date": None if value.date is None else value.date.isoformat(),
        "source": value.source,
    }


def plain(rate: Decimal) -> str:
    """A rate without an exponent."""
    return f"{rate:f}"
