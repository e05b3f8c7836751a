"""What a feature declares is all used: nothing of it has to be listed anywhere else."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pymongo import ASCENDING, IndexModel
from pymongo.database import Database

from coinbreakr import bootstrap
from coinbreakr.app import create_app
from coinbreakr.errors import ErrorMessage
from coinbreakr.feature import Feature, schema
from coinbreakr.features import FEATURES, NAMES
from coinbreakr.findings import Finding
from coinbreakr.http import responses
from coinbreakr.http.context import Request
from coinbreakr.http.endpoint import Route, endpoint
from coinbreakr.http.ratelimit import Limit
from coinbreakr.http.schema import answer
from coinbreakr.mongo.index_builds import missing_indexes
from coinbreakr.mongo.migrate import migrate
from coinbreakr.mongo.schema import Migration, Say, Schema
from coinbreakr.parts import Parts
from coinbreakr.verification import Tally, verify
from tests.api import Api
from tests.conformance import Conformance, made

Db = Database[dict[str, Any]]
PACKAGE = Path(__file__).resolve().parents[2] / "services" / "coinbreakr"
TOO_MANY_NOTES = ErrorMessage("NOTES_LIMITED", "Too many notes")
NOT_TODAY = ErrorMessage("NOT_TODAY", "Not today")


class NotTodayError(Exception):
    pass


class NoteResource:
    @endpoint("Show the notes", public=True, returns=answer(message=True))
    def on_get(self, _req: Request) -> dict[str, Any]:
        return responses.success("No notes")

    @endpoint("Write a note", public=True, errors={409: [NOT_TODAY]})
    def on_post(self, _req: Request) -> dict[str, Any]:
        raise NotTodayError


def not_today(_req: Any, resp: Any, _error: Exception, _params: Any) -> None:
    responses.write(resp, responses.failure(NOT_TODAY, NOT_TODAY.code), 409)


def empty(db: Db, _say: Say) -> None:
    db["notes"].insert_one({"text": ""})


def found(parts: Parts) -> Iterator[Finding]:
    for note in parts.db["notes"].find({"text": ""}):
        yield Finding("notes", note["_id"], "has no text")


NOTES = Feature(
    "notes",
    routes=lambda _parts: [Route("/v1/notes", NoteResource())],
    error_handlers={NotTodayError: not_today},
    limits=lambda _settings: [Limit("notes", 2, 60, TOO_MANY_NOTES, "GET /v1/notes")],
    indexes={"notes": [IndexModel([("text", ASCENDING)])]},
    migrations=[Migration(1, "an empty note", empty)],
    checks=lambda parts: {"Notes": lambda: found(parts)},
)


@pytest.fixture
def fresh(parts: Parts) -> Iterator[Parts]:
    """The application's parts on a database that nobody has migrated."""
    client = parts.db.client
    client.drop_database("notes")
    yield replace(
        parts, db=client["notes"], settings=replace(parts.settings, environment="production")
    )
    client.drop_database("notes")


def test_every_folder_with_a_feature_is_in_the_list() -> None:
    assert {file.parent.name for file in PACKAGE.glob("*/feature.py")} == set(NAMES)
    assert [feature.name for feature in FEATURES] == list(NAMES)


def test_a_feature_brings_its_routes_errors_and_limits(fresh: Parts) -> None:
    features = [*FEATURES, NOTES]
    api = Api(create_app(fresh, features), Conformance(made(features=features)))
    assert api("POST", "/v1/notes").body["code"] == "NOT_TODAY"
    assert api("GET", "/v1/notes").status == 200
    assert api("GET", "/v1/notes").headers["ratelimit-limit"] == "2"
    refused = api("GET", "/v1/notes")
    assert (refused.status, refused.body["code"]) == (429, "NOTES_LIMITED")


def test_its_indexes_and_migrations_are_made_by_migrate(fresh: Parts) -> None:
    wanted = schema([NOTES])
    assert missing_indexes(fresh.db, wanted.indexes) == ["ratelimits.until_1", "notes.text_1"]
    assert migrate(fresh.db, wanted, print) == []
    assert missing_indexes(fresh.db, wanted.indexes) == []
    assert fresh.db["notes"].count_documents({}) == 1


def test_its_checks_are_run_by_verify(fresh: Parts) -> None:
    empty(fresh.db, print)
    said: list[str] = []
    checks = bootstrap.checks(fresh, [NOTES])
    assert verify(checks, said.append, mend=False) == Tally(found=1, mended=0)
    assert said[-1] == "Notes: 1 found"


def test_checks_of_fields_come_before_all_others(parts: Parts) -> None:
    names = list(bootstrap.checks(parts))
    of_fields = [name for feature in FEATURES for name in feature.field_checks(parts)]
    others = [name for feature in FEATURES for name in feature.checks(parts)]
    assert of_fields[:4] == ["Users", "Pending friends", "Groups", "Expenses"]
    assert names == [*of_fields, *others]
    assert len(others) >= 4


@pytest.mark.parametrize(
    "again",
    [Feature("again", indexes=NOTES.indexes), Feature("again", migrations=NOTES.migrations)],
)
def test_two_features_cannot_have_the_same(again: Feature) -> None:
    with pytest.raises(ValueError, match="two features have"):
        schema([NOTES, again])


def test_a_part_is_made_once(parts: Parts) -> None:
    def part(parts: Parts) -> Schema:
        return Schema({}, [Migration(len(parts.settings.environment), "", empty)])

    assert parts.get(part) is parts.get(part)
    assert replace(parts).get(part) is not parts.get(part)
