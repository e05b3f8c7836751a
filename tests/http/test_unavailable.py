"""A 503 says when to try again only where that cannot do a thing twice."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from pymongo.database import Database

from coinbreakr import bootstrap, settings
from coinbreakr.app import create_app
from coinbreakr.clock import utc_now
from coinbreakr.mongo.client import connect, database
from devserver.embedded import EmbeddedMongod
from tests.api import Answer, Api, Person
from tests.idempotency.requests import new_key

Db = Database[dict[str, Any]]
UNAVAILABLE = {"success": False, "message": "Service unavailable", "code": "UNAVAILABLE"}
UNKNOWN = {
    "success": False,
    "message": "Service unavailable. "
    "Your change may have been stored: please check before you try again.",
    "code": "OUTCOME_UNKNOWN",
}


@pytest.fixture
def lose(fail_point: Any) -> Any:
    """Makes the server fail these commands from now on, after `skip` others."""

    def arm(*names: str, skip: int = 0, **how: Any) -> None:
        # An error that the driver does not try again.
        fail_point({"skip": skip}, failCommands=names, **(how or {"errorCode": 8000}))

    return arm


def record(api: Api, who: Person, key: dict[str, str] | None = None, **more: Any) -> Answer:
    body = {"description": "D", "amount": 1, "splitWith": [{"user": who.id, "amount": 1}], **more}
    return api("POST", "/v1/expenses", who, body, headers=key)


def assert_may_be_repeated(answer: Answer) -> None:
    assert answer.status == 503
    assert answer.headers["retry-after"] == "1"
    assert answer.body == UNAVAILABLE


def assert_unknown(answer: Answer) -> None:
    assert answer.status == 503
    assert "retry-after" not in answer.headers
    assert answer.body == UNKNOWN


def test_a_read(api: Api, alice: Person, lose: Any) -> None:
    lose("find", skip=1)
    assert_may_be_repeated(api("GET", "/v1/expenses", alice))


def test_before_the_caller_is_known(api: Api, alice: Person, lose: Any) -> None:
    lose("find")
    assert_may_be_repeated(record(api, alice))


def test_a_write_that_was_not_sent(api: Api, alice: Person, lose: Any) -> None:
    lose("find", skip=1)
    assert_may_be_repeated(record(api, alice))


def test_a_write_that_was_sent(api: Api, alice: Person, lose: Any) -> None:
    lose("update")
    assert_unknown(api("PATCH", "/v1/users/profile", alice, {"name": "Ada"}))


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_changes_of_expenses(
    method: str, api: Api, alice: Person, bob: Person, lose: Any, db: Db
) -> None:
    path = f"/v1/expenses/{api.expense(alice, 10, {alice: 5, bob: 5})['_id']}"
    stored = list(db["expenses"].find())

    def change() -> Answer:
        return record(api, alice) if method == "POST" else api(method, path, alice, {"title": "E"})

    lose("find", skip=1)
    assert_may_be_repeated(change())
    lose("insert", "update", "delete", "findAndModify")
    assert_may_be_repeated(change())
    assert list(db["expenses"].find()) == stored


def test_a_read_after_a_write(
    api: Api, alice: Person, bob: Person, lose: Any, db: Db, fail_point: Any
) -> None:
    """Nothing is stored when the transaction does not come to its end."""
    path = f"/v1/expenses/{api.expense(alice, 10, {alice: 5, bob: 5})['_id']}"
    stored = list(db["expenses"].find())
    lose("find", skip=1)
    assert_may_be_repeated(api("PATCH", f"{path}/settle", bob))
    fail_point("off")
    assert list(db["expenses"].find()) == stored


def test_a_transaction_before_its_commit(api: Api, alice: Person, lose: Any, db: Db) -> None:
    lose("insert")
    assert_may_be_repeated(api("POST", "/v1/groups", alice, {"name": "G"}))
    assert db["groups"].count_documents({}) == 0


def test_a_transaction_at_its_commit(api: Api, alice: Person, lose: Any) -> None:
    lose("commitTransaction")
    assert_unknown(api("POST", "/v1/groups", alice, {"name": "G"}))
    assert_unknown(record(api, alice))


@pytest.mark.parametrize("command", ["find", "insert", "update", "commitTransaction"])
def test_with_a_key(
    command: str, api: Api, alice: Person, lose: Any, db: Db, fail_point: Any
) -> None:
    key = new_key()
    lose(command)
    assert_may_be_repeated(record(api, alice, key))
    fail_point("off")
    first, second = record(api, alice, key), record(api, alice, key)
    assert first.status == second.status == 201
    assert first.data == second.data
    assert db["expenses"].count_documents({}) == db["idempotencykeys"].count_documents({}) == 1


@pytest.fixture
def impatient(chosen: settings.Settings, mongod: EmbeddedMongod) -> Iterator[Api]:
    """The application with a deadline of a second and a half."""
    with connect(mongod.url, timeout_ms=1500) as client:
        yield Api(create_app(bootstrap.assemble(chosen, client, database(client), utc_now)))


def test_a_commit_of_which_nobody_knows(
    api: Api, impatient: Api, alice: Person, lose: Any, db: Db, fail_point: Any
) -> None:
    key = new_key()
    # The commit is done, and its answer says that nobody knows how far it got.
    concern = {"code": 64, "errmsg": "waiting for replication timed out"}
    lose("commitTransaction", writeConcernError=concern)
    began = time.monotonic()
    assert_may_be_repeated(record(impatient, alice, key))
    assert time.monotonic() - began < 60  # the driver alone would try for two minutes
    fail_point("off")
    again = record(api, alice, key)
    assert (again.status, again.headers["idempotent-replayed"]) == (201, "true")
    assert db["expenses"].count_documents({}) == 1
