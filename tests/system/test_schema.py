"""A worker looks at the schema and never changes it; `migrate` does, beside running servers."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pymongo
import pytest
from pymongo import MongoClient
from pymongo.database import Database

from coinbreakr.features import SCHEMA
from coinbreakr.mongo.index_builds import missing_indexes
from devserver.embedded import EmbeddedMongod
from tests.server import SERVICES, await_ready, environment, free_port, launch
from tests.system.http import Http

Db = Database[dict[str, Any]]
_BATCH = 20_000


@pytest.fixture
def grown(client: MongoClient[dict[str, Any]]) -> Iterator[Db]:
    """Expenses that were never indexed."""
    db = client["grown"]
    client.drop_database(db.name)
    expenses(db, 20_000)
    yield db
    client.drop_database(db.name)


def expenses(db: Db, count: int) -> None:
    """Plain documents of the form that both servers write, made by the database itself."""
    db["seeds"].insert_many([{"from": start} for start in range(0, count, _BATCH)])
    number = {"$add": [100_000, {"$mod": ["$n", 1000]}]}
    user = {"$toObjectId": {"$concat": ["0" * 18, {"$toString": number}]}}
    expense = {
        "description": "Dinner",
        "amount": "$n",
        "currency": "USD",
        "date": {"$toDate": {"$multiply": [{"$toLong": "$n"}, 100_000]}},
        "createdBy": user,
        "paidBy": user,
        "group": None,
        "splitWith": [{"user": user, "amount": "$n", "settled": False}],
        "isSettled": False,
        "__v": 0,
    }
    with pymongo.timeout(None):
        db["seeds"].aggregate(
            [
                {"$project": {"n": {"$range": ["$from", {"$add": ["$from", _BATCH]}]}}},
                {"$unwind": "$n"},
                {"$replaceWith": expense},
                {"$out": "expenses"},
            ]
        )
    db.drop_collection("seeds")


def migrate(url: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "coinbreakr", "migrate"],
        cwd=SERVICES,
        env=environment(url, 0),
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_starts_on_a_grown_database_without_indexes(
    grown: Db, mongod: EmbeddedMongod, tmp_path: Path
) -> None:
    url = mongod.url.replace("/coinbreakr?", "/grown?")
    port = free_port()
    log = tmp_path / "log"
    server = launch(url, port, log=str(log), BCRYPT_ROUNDS="4")
    try:
        await_ready(port)
        lacking = missing_indexes(grown, SCHEMA.indexes)
        http = Http(port)
        ann = http.register("ann")
        migrated = migrate(url)
        assert migrated.returncode == 0, migrated
        assert "expenses: building createdBy_1_date_-1__id_-1" in migrated.stdout
        assert missing_indexes(grown, SCHEMA.indexes) == []
        assert http("GET", "/v1/expenses", ann).status == 200
        assert migrate(url).stdout == "The database is up to date.\n"
    finally:
        server.terminate()
        server.wait(40)
    [line] = [line for line in log.read_bytes().splitlines() if b"lacking" in line]  # logged once
    assert "users.email_1" in lacking
    assert set(lacking) <= set(orjson.loads(line)["lacking"])


def test_a_problem_for_a_person_is_told_and_does_not_stop_the_service(
    grown: Db, mongod: EmbeddedMongod
) -> None:
    grown["users"].insert_many([{"email": "ann@example.com"}, {"email": "ann@example.com"}])
    url = mongod.url.replace("/coinbreakr?", "/grown?")
    migrated = migrate(url)
    assert migrated.returncode == 2  # packer/files/coinbreakr-migrate.service tries not again
    assert "users.email_1 cannot be unique" in migrated.stderr
    assert missing_indexes(grown, SCHEMA.indexes) == ["users.email_1"]
    port = free_port()
    server = launch(url, port)
    try:
        await_ready(port)
    finally:
        server.terminate()
        server.wait(40)


@pytest.mark.rehearsal
def test_a_million_expenses(
    grown: Db, mongod: EmbeddedMongod, capsys: pytest.CaptureFixture[str]
) -> None:
    expenses(grown, 1_000_000)
    url = mongod.url.replace("/coinbreakr?", "/grown?")
    port = free_port()
    server = launch(url, port, BCRYPT_ROUNDS="4")
    try:
        started = time.monotonic()
        await_ready(port)
        ready = time.monotonic() - started
        migrated = migrate(url)
        took = time.monotonic() - started - ready
        assert migrated.returncode == 0, migrated
        assert Http(port)("GET", "/v1/readyz").status == 200
    finally:
        server.terminate()
        server.wait(40)
    assert missing_indexes(grown, SCHEMA.indexes) == []
    with capsys.disabled():
        sys.stdout.write(
            f"\n{migrated.stdout}ready after {ready:.1f} s, migrated in {took:.1f} s\n"
        )
