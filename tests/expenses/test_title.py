"""The title that the app shows above the description (divergence D22)."""

from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

from tests.api import Api, Person


@pytest.fixture
def path(api: Api, alice: Person, bob: Person) -> str:
    return f"/v1/expenses/{api.expense(alice, 10, {bob: 10}, title='ignored')['_id']}"


def test_is_the_description_until_an_update_sets_it(
    api: Api, alice: Person, bob: Person, path: str, db: Database[dict[str, Any]]
) -> None:
    description = api("GET", path, bob).data["description"]
    assert api("GET", path, bob).data["title"] == description
    assert "title" not in (db["expenses"].find_one({}) or {})
    changed = api("PUT", path, alice, {"title": " Supper ", "description": "For two"}).data
    assert (changed["title"], changed["description"]) == ("Supper", "For two")
    listed = api("GET", "/v1/expenses", bob).data
    assert [one["title"] for one in listed] == ["Supper"]


def test_stays_when_an_update_leaves_it_out(api: Api, alice: Person, path: str) -> None:
    api("PUT", path, alice, {"title": "Supper"})
    for left_out in ({"description": "Other"}, {"title": "", "description": "Other"}):
        assert api("PUT", path, alice, left_out).data["title"] == "Supper"


@pytest.mark.parametrize("title", ["   ", "t" * 201, 5, True, ["x"], {"$set": 1}, "a\x00b"])
def test_is_a_line_of_200_characters(api: Api, alice: Person, path: str, title: object) -> None:
    body = {"title": title, "description": "Not stored"}
    assert api("PUT", path, alice, body).status == 400
    assert api("GET", path, alice).data["description"] != "Not stored"
    assert api("PUT", path, alice, {"title": "t" * 200}).data["title"] == "t" * 200


def test_is_not_a_field_that_the_node_server_reads(
    api: Api, alice: Person, path: str, db: Database[dict[str, Any]]
) -> None:
    api("PUT", path, alice, {"title": "Supper"})
    stored = db["expenses"].find_one({"_id": ObjectId(path.rpartition("/")[2])}) or {}
    assert stored["title"] == "Supper"
    assert stored["description"] != "Supper"
