import re

import pytest
from bson import ObjectId

from coinbreakr import ids
from coinbreakr.errors import ErrorMessage, Invalid

HEX = "65c0f0a1b2c3d4e5f6071829"
MESSAGE = ErrorMessage("THING_ID_INVALID", "Invalid thing")


@pytest.mark.parametrize("text", [HEX, HEX.upper(), "0" * 24, "f" * 24])
def test_24_digits_of_either_case_are_an_id(text: str) -> None:
    assert ids.parse(text) == ObjectId(text)
    assert ids.require(text, MESSAGE) == ObjectId(text)
    assert re.search(ids.PATTERN, text)


@pytest.mark.parametrize(
    "value",
    [
        "", "x", HEX[1:], HEX + "0", f" {HEX}", f"{HEX} ", f"{HEX}\n", "g" * 24, "twelve chars",
        "\u0660" * 24, None, 0, True, [], [HEX], {"$oid": HEX}, ObjectId(HEX), HEX.encode(),
    ],
    ids=repr,
)  # fmt: skip
def test_nothing_else_is(value: object) -> None:
    assert ids.parse(value) is None
    with pytest.raises(Invalid) as refused:
        ids.require(value, MESSAGE)
    assert refused.value.message is MESSAGE
