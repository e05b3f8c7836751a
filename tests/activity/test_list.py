"""The list of what concerns somebody: complete, in order, and stable while others write."""

from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

from coinbreakr.activity.model import EventDetails
from coinbreakr.parts import Parts
from tests.activity.events import Record, listed, recorder, walked
from tests.api import Api, Person
from tests.commands import Commands

Db = Database[dict[str, Any]]


@pytest.fixture
def record(parts: Parts) -> Record:
    return recorder(parts)


@pytest.fixture(autouse=True)
def emptied(alice: Person, bob: Person, db: Db) -> None:
    """Without the events of their friendship."""
    del alice, bob
    db["activities"].delete_many({})


def test_an_event_shows_what_was(api: Api, alice: Person, bob: Person, record: Record) -> None:
    snapshot = {"paidBy": ObjectId(bob.id), "amount": 12.5, "whole": 3.0, "parts": [{"n": None}]}
    record(alice, bob, kind="expense.created", snapshot=snapshot)
    api("PATCH", "/v1/users/profile", bob, {"name": "Robert"})
    [event] = listed(api, bob)["data"]
    shown = {"_id": bob.id, "name": "Bob", "profileImage": "https://via.placeholder.com/150"}
    assert event["snapshot"] == {
        "paidBy": shown, "amount": 12.5, "whole": 3, "parts": [{"n": None}],
    }  # fmt: skip
    assert (event["kind"], event["actor"]["name"]) == ("expense.created", "Alice")
    assert (event["group"], event["read"]) == (None, False)


def test_only_those_whom_it_concerns_find_it(
    api: Api, alice: Person, bob: Person, charlie: Person, record: Record
) -> None:
    record(alice, bob)
    assert [len(listed(api, who)["data"]) for who in (alice, bob, charlie)] == [1, 1, 0]


def test_the_newest_comes_first_also_within_a_millisecond(
    api: Api, alice: Person, record: Record
) -> None:
    for number in range(30):
        record(alice, snapshot={"number": number})
    shown = [event["snapshot"]["number"] for event in listed(api, alice, "?limit=30")["data"]]
    assert shown == list(range(29, -1, -1))


def test_pages_have_everything_once_while_others_write(
    api: Api, alice: Person, record: Record
) -> None:
    for number in range(10):
        record(alice, snapshot={"number": number})
    found = walked(api, alice, 3, lambda: record(alice, snapshot={"number": -1}))
    assert [event["snapshot"]["number"] for event in found] == list(range(9, -1, -1))


def test_a_full_last_page_is_the_last_one(api: Api, alice: Person, record: Record) -> None:
    for _ in range(4):
        record(alice)
    first = listed(api, alice, "?limit=2")["page"]["next"]
    assert listed(api, alice, f"?limit=2&cursor={first}")["page"] == {"next": None}


def test_without_a_limit_there_are_20(api: Api, alice: Person, record: Record) -> None:
    for _ in range(21):
        record(alice)
    assert len(listed(api, alice)["data"]) == 20


@pytest.mark.parametrize("limit", ["0", "101", "-1", "1.5", "x", "", "1&limit=2"])
def test_other_limits_are_refused(limit: str, api: Api, alice: Person) -> None:
    answer = api("GET", f"/v1/activity?limit={limit}", alice)
    assert (answer.status, answer.body["code"]) == (400, "LIMIT_INVALID")


def test_what_is_no_cursor_is_refused(api: Api, alice: Person) -> None:
    answer = api("GET", "/v1/activity?cursor=5", alice)
    assert (answer.status, answer.body["code"]) == (400, "CURSOR_INVALID")


def test_the_cursor_of_an_event_of_others_is_only_a_place(
    api: Api, alice: Person, bob: Person, charlie: Person, record: Record
) -> None:
    record(alice, snapshot={"number": 1})
    record(charlie)
    place = listed(api, charlie)["data"][0]["_id"]
    record(alice, snapshot={"number": 2})
    [event] = listed(api, alice, f"?cursor={place}")["data"]
    assert event["snapshot"] == {"number": 1}
    assert listed(api, bob, f"?cursor={place}")["data"] == []


def test_of_many_changes_the_first_10_are_shown(api: Api, alice: Person, record: Record) -> None:
    changes = [{"field": "splitWith", "old": None, "new": number} for number in range(25)]
    for number in (10, 11):
        record(alice, details=EventDetails(changes=changes[:number]))
    longer, shorter = listed(api, alice)["data"]
    assert (len(longer["changes"]), longer["moreChanges"]) == (10, True)
    assert (len(shorter["changes"]), shorter["moreChanges"]) == (10, False)


def test_a_page_and_what_is_unread_are_read_by_an_index(
    api: Api, alice: Person, bob: Person, db: Db, commands: Commands, record: Record
) -> None:
    for _ in range(40):
        record(bob, alice)
    with commands.recording() as seen:
        listed(api, alice, "?limit=5")
    [page, count] = [command for name, command in seen if command.get(name) == "activities"]
    assert examined(db, page) == {"keys": 6, "docs": 6}
    assert examined(db, count) == {"keys": 40, "docs": 0}


def test_the_page_of_a_group_too(
    api: Api, alice: Person, bob: Person, db: Db, commands: Commands, record: Record
) -> None:
    group = api.group(alice, bob)
    for _ in range(40):
        record(bob, group=ObjectId(group))
        record(bob)
    with commands.recording() as seen:
        listed(api, alice, "?limit=5", f"/v1/groups/{group}/activity")
    [page] = [command for name, command in seen if command.get(name) == "activities"]
    assert examined(db, page) == {"keys": 6, "docs": 6}


def examined(db: Db, command: dict[str, Any]) -> dict[str, int]:
    ours = {"lsid", "maxTimeMS", "readConcern", "txnNumber"}
    bare = {k: v for k, v in command.items() if k not in ours and not k.startswith("$")}
    found = db.command("explain", bare, verbosity="executionStats")
    while "executionStats" not in found:
        found = found["stages"][0]["$cursor"]
    stats = found["executionStats"]
    return {"keys": stats["totalKeysExamined"], "docs": stats["totalDocsExamined"]}
