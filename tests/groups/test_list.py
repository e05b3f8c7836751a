"""A list of groups has an end: anybody can add anybody to any number of groups."""

from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

from coinbreakr.groups import repository
from tests.api import Api, Person


def test_it_ends_where_it_has_enough_members(
    api: Api, alice: Person, bob: Person, db: Database[dict[str, Any]]
) -> None:
    mine = api.group(alice, name="Mine")
    others = [ObjectId() for _ in range(198)]
    big = [{"user": user} for user in (ObjectId(alice.id), ObjectId(bob.id), *others)]
    group = {"name": "Flood", "members": big, "createdBy": ObjectId(bob.id), "isActive": True}
    db["groups"].insert_many([{**group, "_id": ObjectId()} for _ in range(60)])
    shown = api("GET", "/v1/groups", alice).data
    # What was there before the flood still is.
    assert shown[0]["_id"] == mine
    assert len(shown) == 1 + repository.MOST_LISTED // 200


@pytest.mark.parametrize("most", [5, 6])
def test_a_short_one_is_whole(
    most: int, api: Api, alice: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repository, "MOST_LISTED", most)
    groups = [api.group(alice, bob) for _ in range(3)]
    assert [one["_id"] for one in api("GET", "/v1/groups", alice).data] == groups
    api.group(alice, bob)
    assert [one["_id"] for one in api("GET", "/v1/groups", alice).data] == groups
