"""Documents of every shape that MongoDB can hold, for Hypothesis."""

from datetime import UTC, datetime
from typing import Any

from bson import Binary, Code, DBRef, Decimal128, Int64, MaxKey, MinKey, ObjectId, Regex, Timestamp
from bson.datetime_ms import DatetimeMS
from hypothesis import strategies as st

from tests.reading.shapes import GONE, changed

_WORDS = ["", "x", "12.5", "-1", "true", "false", "2024-01-02", "65c0f0f0f0f0f0f0f0f0f0f0", "NaN"]
_NUMBERS = [0, 1, -1, 2**31, 0.1, 1e308, float("nan"), float("inf"), float("-inf"), -0.0]
_OTHERS = [
    None,
    True,
    False,
    Int64(2**62),
    Decimal128("12.345"),
    Decimal128("NaN"),
    Decimal128("1E+6111"),
    ObjectId("65c0f0f0f0f0f0f0f0f0f0f0"),
    datetime(2024, 1, 2, tzinfo=UTC),
    DatetimeMS(8_640_000_000_000_000),
    DatetimeMS(-8_640_000_000_000_000),
    Binary(b"\xff\x00"),
    Regex("^x"),
    Code("x"),
    Timestamp(1, 1),
    DBRef("users", "x"),
    MinKey(),
    MaxKey(),
]
scalars: st.SearchStrategy[Any] = st.one_of(
    st.sampled_from(_WORDS), st.sampled_from(_NUMBERS), st.sampled_from(_OTHERS)
)
values: st.SearchStrategy[Any] = st.one_of(
    scalars,
    st.lists(scalars, max_size=2),
    st.dictionaries(st.sampled_from(["user", "amount", "_id", "x"]), scalars, max_size=2),
)
# MongoDB refuses to index two lists of one document, and so to store it: these hold none.
_KEYS = {"createdBy", "paidBy", "group", "date", "email", "addedBy", "phoneNumber"}


@st.composite
def made_odd(draw: Any, document: dict[str, Any], *, but: frozenset[str] = frozenset()) -> Any:
    """The document with some of its fields changed or gone."""
    names = sorted(document.keys() - {"_id"} - but)
    chosen = draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True))
    odd = {name: draw(scalars if name in _KEYS else st.just(GONE) | values) for name in chosen}
    return changed(document, odd)


@st.composite
def list_made_odd(draw: Any, items: list[dict[str, Any]]) -> list[Any]:
    """The list with some of its documents odd, and others in between."""
    odd = [draw(st.just(item) | made_odd(item, but=frozenset({"none"}))) for item in items]
    return [*odd, *draw(st.lists(values, max_size=2))]
