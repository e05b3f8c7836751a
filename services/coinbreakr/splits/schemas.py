"""Splits in: the wire form of the six methods, each as a schema, and the field for any of them."""

from typing import Any, ClassVar, Final

from marshmallow import Schema, ValidationError, fields, post_load, validate

from coinbreakr.http import messages as http
from coinbreakr.http.inputs import DecimalNumber, Id, Object
from coinbreakr.http.messages import FIELD_NOT_AN_OBJECT, REQUIRED
from coinbreakr.http.schema import FirstViolation, Items, KnownKeys, Text
from coinbreakr.http.validators import at_most, no_nul, not_empty
from coinbreakr.splits import messages
from coinbreakr.splits.form import PER_PERSON
from coinbreakr.splits.model import (
    MAX_EXTRAS,
    MAX_ITEMS,
    MAX_NAME,
    MAX_PARTICIPANTS,
    Entry,
    Equal,
    Extra,
    Item,
    Itemized,
    Split,
)


def _method(name: str) -> fields.String:
    return fields.String(required=True, validate=validate.Equal(name))


def _people(**options: Any) -> Items:
    return Items(Id(), most=MAX_PARTICIPANTS, required=True, **options)


def _name() -> Text:
    return Text(required=True, validate=[not_empty(), at_most(MAX_NAME), no_nul()])


class _Share(KnownKeys):
    """Somebody and a number for them."""

    user = Id(required=True)

    @post_load
    def _entry(self, data: dict[str, Any], **_: Any) -> Entry:
        user = data.pop("user")
        (value,) = data.values()
        return Entry(user, value)


class ExactShare(_Share):
    """What one person owes."""

    amount = DecimalNumber(required=True)


class PercentShare(_Share):
    """How much of the amount one person owes."""

    percent = DecimalNumber(
        required=True, metadata={"description": "0 to 100, up to 4 decimals", "example": "33.3333"}
    )


class WeightedShare(_Share):
    """How many shares one person has."""

    shares = DecimalNumber(
        required=True, metadata={"description": "More than 0, up to 4 decimals", "example": 2}
    )


class AdjustedShare(_Share):
    """What one person owes more (or, negative, less) than the equal part."""

    adjustment = DecimalNumber(required=True, metadata={"example": "-1.00"})


class SplitItem(KnownKeys):
    """A line of a receipt."""

    name = _name()
    amount = DecimalNumber(required=True, metadata={"description": "Of the whole line"})
    quantity = DecimalNumber(
        load_default=None, metadata={"description": "Only shown; more than 0, up to 4 decimals"}
    )
    among = _people()

    @post_load
    def _item(self, data: dict[str, Any], **_: Any) -> Item:
        return Item(data["name"], data["amount"], tuple(data["among"]), data["quantity"])


class SplitExtra(KnownKeys):
    """A tip, a tax or (negative) a discount."""

    name = _name()
    amount = DecimalNumber(required=True)

    @post_load
    def _extra(self, data: dict[str, Any], **_: Any) -> Extra:
        return Extra(**data)


class EqualSplit(KnownKeys):
    """Everybody owes the same."""

    method = _method("equal")
    among = _people()

    @post_load
    def _split(self, data: dict[str, Any], **_: Any) -> Split:
        return Equal(tuple(data["among"]))


class _PerPersonSplit(KnownKeys):
    @post_load
    def _split(self, data: dict[str, Any], **_: Any) -> Split:
        return PER_PERSON[data["method"]](tuple(data["shares"]))


def _shares(share: type[_Share]) -> Items:
    return Items(Object(share), most=MAX_PARTICIPANTS, required=True)


class ExactSplit(_PerPersonSplit):
    """Everybody owes the amount that is said; together, the amount of the expense."""

    method = _method("exact")
    shares = _shares(ExactShare)


class PercentSplit(_PerPersonSplit):
    """Everybody owes a percentage; together, 100."""

    method = _method("percent")
    shares = _shares(PercentShare)


class WeightedSplit(_PerPersonSplit):
    """Everybody owes in proportion to their shares."""

    method = _method("shares")
    shares = _shares(WeightedShare)


class AdjustedSplit(_PerPersonSplit):
    """Everybody owes the equal part of what is left after all adjustments, and their own."""

    method = _method("adjustment")
    shares = _shares(AdjustedShare)


class ItemizedSplit(KnownKeys):
    """Items are split equally among theirs, extras in proportion to what people's items cost."""

    method = _method("itemized")
    items = Items(Object(SplitItem), most=MAX_ITEMS, required=True)
    extras = Items(Object(SplitExtra), most=MAX_EXTRAS, load_default=None)

    @post_load
    def _split(self, data: dict[str, Any], **_: Any) -> Split:
        extras = data["extras"]
        return Itemized(tuple(data["items"]), None if extras is None else tuple(extras))


_SCHEMAS: Final[dict[str, Schema]] = {
    "equal": EqualSplit(),
    "exact": ExactSplit(),
    "percent": PercentSplit(),
    "shares": WeightedSplit(),
    "adjustment": AdjustedSplit(),
    "itemized": ItemizedSplit(),
}


class SplitField(FirstViolation):
    """A split by one of the six methods."""

    schemas: ClassVar = _SCHEMAS
    default_error_messages = {
        "required": REQUIRED,
        "null": FIELD_NOT_AN_OBJECT,
        "invalid": FIELD_NOT_AN_OBJECT,
    }

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Split:
        if not isinstance(value, dict):
            raise self.make_error("invalid")
        if "method" not in value:
            raise ValidationError({"method": [REQUIRED]})
        method = value["method"]
        schema = _SCHEMAS.get(method) if isinstance(method, str) else None
        if schema is None:
            choices = ", ".join(_SCHEMAS)
            raise ValidationError({"method": [messages.METHOD_INVALID.format(choices=choices)]})
        split: Split = schema.load(value)
        return split


# What a body can be refused with because of its split, before anything is computed.
REFUSALS: Final = (
    http.REQUIRED, http.UNKNOWN_FIELD, http.FIELD_NOT_AN_OBJECT, http.NOT_AN_ARRAY,
    http.TOO_MANY_ITEMS, http.NOT_AN_ID, http.NOT_A_DECIMAL, http.NOT_A_STRING, http.EMPTY,
    http.NUL, http.FORM_TOO_LONG, messages.METHOD_INVALID,
)  # fmt: skip
