"""What is read and what is new."""

from datetime import timedelta
from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

from coinbreakr.activity import order
from coinbreakr.activity.feature import activity_service
from coinbreakr.activity.repository import MOST_COUNTED
from coinbreakr.clock import utc_now
from coinbreakr.parts import Parts
from tests.activity.events import Record, listed, recorder
from tests.api import Answer, Api, Person
from tests.interleave import after_first

Db = Database[dict[str, Any]]


@pytest.fixture
def record(parts: Parts) -> Record:
    return recorder(parts)


@pytest.fixture(autouse=True)
def emptied(alice: Person, bob: Person, db: Db) -> None:
    del alice, bob
    db["activities"].delete_many({})


def unread(api: Api, who: Person) -> int:
    found: int = listed(api, who)["unread"]
    return found


def newest(api: Api, who: Person) -> str:
    found: str = listed(api, who)["data"][0]["_id"]
    return found


def read(api: Api, who: Person, up_to: str) -> Answer:
    return api("POST", "/v1/activity/read", who, {"upTo": up_to})


def test_what_others_do_is_new_until_it_is_read(
    api: Api, alice: Person, bob: Person, record: Record
) -> None:
    record(bob, alice)
    record(bob, alice)
    assert (unread(api, alice), unread(api, bob)) == (2, 0)
    assert read(api, alice, newest(api, alice)).data == {"unread": 0, "unreadCapped": False}
    assert [event["read"] for event in listed(api, alice)["data"]] == [True, True]
    record(bob, alice)
    assert unread(api, alice) == 1
    assert [event["read"] for event in listed(api, alice)["data"]] == [False, True, True]


def test_until_an_older_event_the_newer_ones_stay_new(
    api: Api, alice: Person, bob: Person, record: Record
) -> None:
    for _ in range(3):
        record(bob, alice)
    events = [event["_id"] for event in listed(api, alice)["data"]]
    assert read(api, alice, events[1]).data["unread"] == 1
    assert read(api, alice, events[0]).data["unread"] == 0
    assert read(api, alice, events[2]).data["unread"] == 0, "nothing becomes new again"


def test_two_marks_at_once_keep_the_later_one(
    api: Api, alice: Person, bob: Person, record: Record, parts: Parts
) -> None:
    for _ in range(2):
        record(bob, alice)
    later, earlier = (event["_id"] for event in listed(api, alice)["data"])
    marks = parts.get(activity_service)._marks
    with after_first(marks, "get", lambda: read(api, alice, later)):
        assert read(api, alice, earlier).status == 200
    assert unread(api, alice) == 0


def test_what_commits_behind_what_is_read_is_new(
    api: Api, alice: Person, bob: Person, record: Record, db: Db
) -> None:
    """The transaction of `late` has chosen its place before that of the event that is read."""
    late = order.new_id(utc_now())
    record(bob, alice)
    read(api, alice, newest(api, alice))
    [document] = db["activities"].find({})
    db["activities"].insert_one({**document, "_id": late})
    assert unread(api, alice) == 1
    assert [event["read"] for event in listed(api, alice)["data"]] == [True, False]
    read(api, alice, newest(api, alice))
    assert unread(api, alice) == 0


def test_what_is_older_than_any_transaction_lasts_is_read(
    api: Api, alice: Person, bob: Person, record: Record, db: Db
) -> None:
    record(bob, alice)
    read(api, alice, newest(api, alice))
    [document] = db["activities"].find({})
    old = order.new_id(utc_now() - order.LONGEST_COMMIT - timedelta(seconds=5))
    db["activities"].insert_one({**document, "_id": old})
    assert unread(api, alice) == 0


def test_of_very_many_the_newest_are_counted(
    api: Api, alice: Person, bob: Person, record: Record, db: Db
) -> None:
    record(bob, alice)
    [document] = db["activities"].find({})
    del document["_id"]
    copies = [{**document, "_id": order.new_id(utc_now())} for _ in range(MOST_COUNTED)]
    db["activities"].insert_many(copies)
    shown = listed(api, alice)
    assert (shown["unread"], shown["unreadCapped"]) == (MOST_COUNTED, True)
    read(api, alice, newest(api, alice))
    assert unread(api, alice) == 0, "also those of a minute with more than are remembered"


@pytest.mark.parametrize("who", ["nobody", "others"])
def test_only_an_event_of_ones_own_list_is_read(
    who: str, api: Api, alice: Person, bob: Person, record: Record
) -> None:
    record(bob)
    event = newest(api, bob) if who == "others" else str(ObjectId())
    answer = read(api, alice, event)
    assert (answer.status, answer.body["code"]) == (404, "EVENT_NOT_FOUND")


@pytest.mark.parametrize("body", [{}, {"upTo": "x"}, {"upTo": None}, {"upTo": 5}, {"up": "x"}])
def test_what_is_no_event_is_refused(body: dict[str, Any], api: Api, alice: Person) -> None:
    answer = api("POST", "/v1/activity/read", alice, body)
    assert (answer.status, answer.body["code"]) == (400, "VALIDATION_FAILED")
