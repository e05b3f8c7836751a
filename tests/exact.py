"""Whether a schema of answers says exactly what is shown."""

from collections.abc import Collection
from typing import Any

from marshmallow import Schema


def assert_exact(schema: Schema, shown: dict[str, Any], optional: Collection[str] = ()) -> None:
    """Every key is declared, no other is, and all but the `optional` ones are required."""
    assert schema.validate(shown) == {}
    assert schema.validate({**shown, "more": 1}).keys() == {"more"}
    for missing in shown:
        left = {key: value for key, value in shown.items() if key != missing}
        assert schema.validate(left).keys() == (set() if missing in optional else {missing})
