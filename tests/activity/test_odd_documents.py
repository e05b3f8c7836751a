"""Events and read marks that somebody has changed in the database are read all the same."""

from datetime import UTC, datetime
from typing import Any, Final

import pytest
from bson import Binary, Code, Decimal128, ObjectId, Regex
from bson.datetime_ms import DatetimeMS
from pymongo.database import Database

from tests.api import Api, Person

Db = Database[dict[str, Any]]
ODD: Final[list[Any]] = [
    None, "x", -1, 1.5, float("nan"), float("inf"), True, {"a": 1}, Code("x"), Regex("x"),
    ObjectId("ffffffffffffffffffffffff"), Binary(b"\0"), Decimal128("1E+6000"),
    DatetimeMS(2**62), datetime(1, 1, 1, tzinfo=UTC), [None], [["a"]], [{"user": [1]}],
]  # fmt: skip
PARTS: Final = [
    "kind", "at", "actor", "names", "names.0", "names.0._id", "names.0.name", "subject", "group",
    "groupName", "snapshot", "snapshot.amount", "changes", "changes.0", "changes.0.field",
    "changes.0.user", "changes.0.nth", "changes.0.old", "changes.0.new", "state",
    "state.splitWith", "state.splitWith.0", "state.splitWith.0.user", "state.amount",
]  # fmt: skip


@pytest.fixture
def made(api: Api, alice: Person, bob: Person) -> str:
    """An expense that was made and changed."""
    made: str = api.expense(alice, 10, {alice: 5, bob: 5})["_id"]
    changes = {"amount": 12, "splitWith": [{"user": bob.id, "amount": 12}]}
    assert api("PUT", f"/v1/expenses/{made}", alice, changes).status == 200
    return made


@pytest.mark.parametrize("part", PARTS)
def test_events_are_listed_whatever_is_in_them(
    api: Api, db: Db, alice: Person, made: str, part: str
) -> None:
    events = db["activities"]
    changed = events.find_one({"kind": "expense.changed"})
    assert changed is not None
    for odd in ODD[:-3] if part == "actor" else ODD:  # no index has two lists
        events.replace_one({"_id": changed["_id"]}, changed)
        events.update_one({"_id": changed["_id"]}, {"$set": {part: odd}})
        for path in ("/v1/activity", f"/v1/expenses/{made}/versions"):
            answer = api("GET", path, alice)
            assert answer.status == 200, (odd, answer)
        assert len(api("GET", "/v1/activity", alice).data) == events.count_documents({})
    events.update_one({"_id": changed["_id"]}, {"$unset": {part: 1}})
    assert api("GET", "/v1/activity", alice).status == 200
    assert api("GET", f"/v1/expenses/{made}/versions", alice).status == 200


@pytest.mark.parametrize("part", ["upTo", "since", "seen", "seen.0"])
def test_what_was_read_is_asked_for_whatever_is_kept_of_it(
    api: Api, db: Db, alice: Person, made: str, part: str
) -> None:
    assert made
    newest = api("GET", "/v1/activity", alice).data[0]["_id"]
    for odd in ODD:
        assert api("POST", "/v1/activity/read", alice, {"upTo": newest}).status == 200
        db["activityreads"].update_one({"_id": ObjectId(alice.id)}, {"$set": {part: odd}})
        assert api("GET", "/v1/activity", alice).status == 200, odd


def test_an_event_may_have_an_id_of_any_time(api: Api, db: Db, bob: Person, made: str) -> None:
    last = "f" * 24
    event = db["activities"].find_one({"subject": ObjectId(made)})
    assert event is not None
    db["activities"].insert_one({**event, "_id": ObjectId(last)})
    for _ in range(2):
        assert api("POST", "/v1/activity/read", bob, {"upTo": last}).status == 200
    assert api("GET", "/v1/activity", bob).data[0]["_id"] == last
