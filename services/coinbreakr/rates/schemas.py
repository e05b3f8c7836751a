"""Rates of a group in and out."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from marshmallow import Schema, ValidationError, fields, post_load, validates_schema

from coinbreakr import typed
from coinbreakr.currencies import messages as currencies
from coinbreakr.currencies.codes import is_currency
from coinbreakr.currencies.model import Rates
from coinbreakr.currencies.schemas import DAY, CurrencyCode, plain, rate_texts
from coinbreakr.http import messages as http
from coinbreakr.http.inputs import Day
from coinbreakr.http.schema import MOST_ERRORS, NamedBody, Query
from coinbreakr.rates import messages
from coinbreakr.rates.model import RatesInput

_PLACES: Final = 20  # after the point
_EXAMPLE: Final = {"USD": "1.0859", "JPY": "164.73"}


class RatesField(fields.Dict):
    """Rates by currency, each a decimal string or a number."""

    default_error_messages = {
        "required": http.REQUIRED,
        "null": http.FIELD_NOT_AN_OBJECT,
        "invalid": http.FIELD_NOT_AN_OBJECT,
    }

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> dict[str, Decimal]:
        if not isinstance(value, dict):
            raise self.make_error("invalid")
        found: dict[str, Decimal] = {}
        refused: dict[str, Any] = {}
        for code, sent in value.items():
            try:
                found[code] = _rate(code, sent)
            except ValidationError as error:
                refused[code] = error.messages
            if len(refused) == MOST_ERRORS:
                break
        if refused:
            raise ValidationError(refused)
        return found


def _rate(code: str, sent: object) -> Decimal:
    if not is_currency(code):
        raise ValidationError(currencies.UNKNOWN)
    number = typed.read(sent)
    if number is None:
        raise ValidationError(http.NOT_A_DECIMAL)
    if number <= 0:
        raise ValidationError(messages.NOT_POSITIVE)
    if not typed.fits(number, _PLACES):
        raise ValidationError(messages.TOO_PRECISE.format(places=_PLACES))
    return number


class NewRates(NamedBody):
    """How much one of a currency is in others, from a day on."""

    base = CurrencyCode(required=True)
    rates = RatesField(
        keys=fields.String(),
        values=fields.String(metadata={"type": ["string", "number"], "example": "1.0859"}),
        required=True,
        metadata={
            "description": "How much one of the base is in each currency, a decimal with up to "
            f"{_PLACES} places. Empty: the group has no rates of its own from that day on",
            "example": _EXAMPLE,
        },
    )
    date = Day(load_default=None, metadata={"description": "From when on; today if it is missing"})

    @validates_schema
    def _others(self, data: dict[str, Any], **_: Any) -> None:
        if (base := data["base"]) in data["rates"]:
            raise ValidationError({"rates": {base: [messages.OF_BASE]}})

    @post_load
    def _input(self, data: dict[str, Any], **_: Any) -> RatesInput:
        return RatesInput(**data)


BODY_REFUSALS: Final = (
    http.NOT_AN_OBJECT, http.UNKNOWN_FIELD, http.REQUIRED, http.FIELD_NOT_AN_OBJECT,
    currencies.UNKNOWN, http.NOT_A_DECIMAL, http.NOT_A_DAY, messages.NOT_POSITIVE,
    messages.TOO_PRECISE, messages.OF_BASE,
)  # fmt: skip


class RatesQuery(Query):
    """Of which day."""

    date = Day(load_default=None, metadata={"description": "Of this day; today if it is missing"})


class ExchangeRates(Schema):
    """How much one of a currency is in others, from a day on."""

    base = fields.String(required=True, metadata={"example": "EUR"})
    rates = rate_texts(metadata={"example": _EXAMPLE})
    date = fields.String(required=True, metadata=DAY)
    source = fields.String(
        required=True,
        metadata={
            "description": "`members`: by hand in the group; else who published them",
            "example": "ECB",
        },
    )


def rates(value: Rates) -> dict[str, Any]:
    """Rates, with their date and source."""
    return {
        "base": value.base,
        "rates": _texts(value.rates),
        "date": value.date.isoformat(),
        "source": value.source,
    }


def _texts(values: Mapping[str, Decimal]) -> dict[str, str]:
    return {code: plain(rate) for code, rate in sorted(values.items())}
