"""Query strings and form bodies, as the mobile app and browsers write them."""

from typing import Any
from urllib.parse import unquote_plus

MAX_FIELDS = 1000
Fields = dict[str, Any]


def parse(text: str) -> Fields:
    """Field to value; undecodable bytes become U+FFFD.

    A name given twice gives a list and `name[...]` an object, so that neither passes for text.
    """
    fields: Fields = {}
    for pair in text.split("&", MAX_FIELDS)[:MAX_FIELDS]:
        if pair:
            name, _, value = pair.partition("=")
            _add(fields, unquote_plus(name), unquote_plus(value))
    return fields


def _add(fields: Fields, name: str, value: str) -> None:
    base, bracket, _ = name.partition("[")
    if bracket and base:
        fields[base] = {"": value}
    elif name in fields:
        fields[name] = [fields[name], value]
    else:
        fields[name] = value
