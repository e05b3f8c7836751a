"""The form in which splits are stored and shown: as they were typed.

The two differ only in what stands for a person: an ObjectId, or its 24 hexadecimal digits.
"""

from collections.abc import Callable
from typing import Any, Final

from bson import ObjectId

from coinbreakr import typed
from coinbreakr.splits.model import (
    Adjusted,
    Entry,
    Equal,
    Exact,
    Extra,
    Item,
    Itemized,
    Percent,
    PerPerson,
    Split,
    Weighted,
)
from coinbreakr.typed import TypedDecimal

PER_PERSON: Final[dict[str, type[PerPerson]]] = {
    "exact": Exact,
    "percent": Percent,
    "shares": Weighted,
    "adjustment": Adjusted,
}
_METHOD_OF: Final = {kind: method for method, kind in PER_PERSON.items()}
# What the number of a share is called, by method.
FIGURES: Final = {
    "exact": "amount",
    "percent": "percent",
    "shares": "shares",
    "adjustment": "adjustment",
}


def written(split: Split, person: Callable[[ObjectId], Any]) -> dict[str, Any]:
    """A split as it was typed; `person` says what stands for an id."""
    match split:
        case Equal(among):
            return {"method": "equal", "among": [person(user) for user in among]}
        case Itemized(items, extras):
            some = {} if extras is None else {"extras": [_extra(extra) for extra in extras]}
            return {"method": "itemized", "items": [_item(one, person) for one in items], **some}
        case _:
            method = _METHOD_OF[type(split)]
            figure = FIGURES[method]
            shares = [{"user": person(e.user), figure: e.value.sent} for e in split.shares]
            return {"method": method, "shares": shares}


def _item(item: Item, person: Callable[[ObjectId], Any]) -> dict[str, Any]:
    return {
        "name": item.name,
        "amount": item.amount.sent,
        **({} if item.quantity is None else {"quantity": item.quantity.sent}),
        "among": [person(user) for user in item.among],
    }


def _extra(extra: Extra) -> dict[str, Any]:
    return {"name": extra.name, "amount": extra.amount.sent}


def read(document: Any) -> Split | None:
    """A stored split; None if it is none that was written here."""
    try:
        return _read(document)
    except (AttributeError, KeyError, TypeError):
        return None


def _read(document: Any) -> Split:
    match method := document["method"]:
        case "equal":
            return Equal(_people(document["among"]))
        case "itemized":
            extras = document.get("extras")
            return Itemized(
                tuple(_read_item(item) for item in document["items"]),
                None if extras is None else tuple(_read_extra(extra) for extra in extras),
            )
        case _:
            figure = FIGURES[method]
            shares = document["shares"]
            return PER_PERSON[method](
                tuple(Entry(_person(one["user"]), _number(one[figure])) for one in shares)
            )


def _read_item(item: Any) -> Item:
    quantity = item.get("quantity")
    return Item(
        _text(item["name"]),
        _number(item["amount"]),
        _people(item["among"]),
        None if quantity is None else _number(quantity),
    )


def _read_extra(extra: Any) -> Extra:
    return Extra(_text(extra["name"]), _number(extra["amount"]))


def _people(users: Any) -> tuple[ObjectId, ...]:
    return tuple(_person(user) for user in users)


def _person(value: Any) -> ObjectId:
    if not isinstance(value, ObjectId):
        raise TypeError
    return value


def _number(value: Any) -> TypedDecimal:
    number = typed.read(value)
    if number is None:
        raise TypeError
    return number


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
