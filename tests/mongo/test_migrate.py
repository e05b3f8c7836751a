"""`coinbreakr migrate`: once, in order, by one runner, as long as it takes."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from coinbreakr.features import SCHEMA
from coinbreakr.mongo.client import connect
from coinbreakr.mongo.index_builds import build_indexes, missing_indexes
from coinbreakr.mongo.lease import Lease
from coinbreakr.mongo.migrate import LEDGER, MigrationStopped, migrate
from coinbreakr.mongo.progress import watched
from coinbreakr.mongo.schema import Migration, Schema
from devserver.embedded import EmbeddedMongod
from tests.commandline import coinbreakr

Db = Database[dict[str, Any]]
HOLD = """
import sys, time
from pymongo import MongoClient
from coinbreakr.mongo.lease import Lease
lease = Lease(MongoClient(sys.argv[1])["migrating"]["migrations"], "lease", seconds=1)
with lease.held(print):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def fresh(client: MongoClient[dict[str, Any]]) -> Iterator[Db]:
    client.drop_database("migrating")
    yield client["migrating"]
    client.drop_database("migrating")


@contextmanager
def fail_point(db: Db, name: str, mode: Any, **data: Any) -> Iterator[None]:
    db.client.admin.command("configureFailPoint", name, mode=mode, data=data)
    try:
        yield
    finally:
        db.client.admin.command("configureFailPoint", name, mode="off")


def schema(*migrations: Migration) -> Schema:
    """The application's indexes, with other migrations."""
    return Schema(SCHEMA.indexes, migrations)


def noted(number: int) -> Migration:
    return Migration(number, f"note {number}", lambda db, _say: note(db, number))


def note(db: Db, number: int) -> None:
    db["notes"].insert_one({"number": number})


def notes(db: Db) -> list[int]:
    return [found["number"] for found in db["notes"].find().sort("_id")]


class TestMigrations:
    def test_run_once_in_the_order_of_their_numbers(self, fresh: Db) -> None:
        assert migrate(fresh, schema(noted(2), noted(1)), print) == []
        assert migrate(fresh, schema(noted(1), noted(2), noted(3)), print) == []
        assert notes(fresh) == [1, 2, 3]
        recorded = fresh[LEDGER].find({"finishedAt": {"$exists": True}}).sort("_id")
        assert [(found["_id"], found["name"]) for found in recorded] == [
            (1, "note 1"), (2, "note 2"), (3, "note 3")
        ]  # fmt: skip

    def test_an_interrupted_one_runs_again(self, fresh: Db) -> None:
        def fails(db: Db, _say: Any) -> None:
            note(db, 1)
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            migrate(fresh, schema(Migration(1, "fails", fails), noted(2)), print)
        assert migrate(fresh, schema(noted(1), noted(2)), print) == []  # and the lease is free
        assert notes(fresh) == [1, 1, 2]

    def test_come_before_the_indexes(self, fresh: Db) -> None:
        fresh["users"].insert_many([{"email": "a"}, {"email": "a"}])

        def mend(db: Db, _say: Any) -> None:
            db["users"].delete_one({"email": "a"})

        assert migrate(fresh, schema(Migration(1, "mend", mend)), print) == []

    def test_of_the_application_have_numbers_of_their_own(self) -> None:
        numbers = [migration.number for migration in SCHEMA.migrations]
        assert sorted(numbers) == list(range(1, len(numbers) + 1))


class TestTheLease:
    def test_lets_a_second_runner_wait_and_then_find_the_work_done(self, fresh: Db) -> None:
        started, said = Event(), list[str]()

        def slow(db: Db, _say: Any) -> None:
            started.set()
            time.sleep(1.5)  # longer than the lease, which is renewed meanwhile
            note(db, 1)

        steps = schema(Migration(1, "slow", slow))
        with ThreadPoolExecutor() as pool:
            first = pool.submit(migrate, fresh, steps, print, lease_seconds=0.6)
            started.wait()
            assert migrate(fresh, steps, said.append, lease_seconds=0.6) == []
            assert first.result() == []
        assert notes(fresh) == [1]
        assert said[0].startswith("Waiting for ")

    def test_is_lost_by_a_runner_that_is_killed(self, fresh: Db, mongod: EmbeddedMongod) -> None:
        command = [sys.executable, "-c", HOLD, mongod.url]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as holder:
            try:
                assert holder.stdout is not None
                assert holder.stdout.readline() == b"held\n"
            finally:
                holder.send_signal(signal.SIGKILL)
        said: list[str] = []
        assert migrate(fresh, schema(noted(1)), said.append, lease_seconds=1) == []
        assert f"process {holder.pid}" in said[0]
        assert notes(fresh) == [1]

    def test_that_another_took_over_ends_the_run(self, fresh: Db) -> None:
        def robbed(db: Db, _say: Any) -> None:
            db[LEDGER].update_one({"_id": "lease"}, {"$set": {"token": "of another"}})

        with pytest.raises(MigrationStopped, match="LeaseLost"):
            migrate(fresh, schema(Migration(1, "robbed", robbed)), print)
        assert fresh[LEDGER].count_documents({"_id": 1}) == 0
        assert fresh[LEDGER].count_documents({"token": "of another"}) == 1

    def test_is_free_again_after_the_work(self, fresh: Db) -> None:
        said: list[str] = []
        for _ in range(2):
            with Lease(fresh[LEDGER], "lease").held(said.append):
                pass
        assert said == []


class TestIndexes:
    def test_are_built_beyond_the_deadline_of_requests(
        self, fresh: Db, mongod: EmbeddedMongod, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(connect, "__kwdefaults__", {"listeners": (), "timeout_ms": 300})
        monkeypatch.setenv("MONGO_URL", mongod.url.replace("/coinbreakr?", "/migrating?"))
        slow = {"failCommands": ["createIndexes"], "blockConnection": True, "blockTimeMS": 600}
        with fail_point(fresh, "failCommand", {"times": 1}, **slow):
            assert coinbreakr("migrate").exit_code == 0
        assert missing_indexes(fresh, SCHEMA.indexes) == []

    def test_tell_which_accounts_share_an_address_and_never_the_address(self, fresh: Db) -> None:
        emails = ["ann@example.com", "bob@example.com", "ann@example.com"]
        ids = fresh["users"].insert_many([{"email": email} for email in emails]).inserted_ids
        for _ in range(2):
            [problem] = build_indexes(fresh, SCHEMA.indexes, print)
            assert problem.startswith("users.email_1 cannot be unique: 1 values")
            assert f"{ids[0]}, {ids[2]}" in problem
            assert str(ids[1]) not in problem
            assert "@" not in problem
            assert missing_indexes(fresh, SCHEMA.indexes) == ["users.email_1"]

    def test_not_built_because_the_database_is_lost_are_told_in_a_line(
        self, fresh: Db, mongod: EmbeddedMongod, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("MONGO_URL", mongod.url.replace("/coinbreakr?", "/migrating?"))
        lost = {"failCommands": ["createIndexes"], "closeConnection": True}
        with fail_point(fresh, "failCommand", {"times": 1}, **lost):
            failed = coinbreakr("migrate")
        assert failed.exit_code == 1
        assert failed.stderr.startswith("The database could not be migrated (")
        assert coinbreakr("migrate").exit_code == 0

    @pytest.mark.parametrize("options", [{}, {"unique": True, "sparse": True}])
    def test_with_other_options_are_named_and_left(
        self, fresh: Db, options: dict[str, Any]
    ) -> None:
        fresh["users"].create_index("email", **options)
        [problem] = build_indexes(fresh, SCHEMA.indexes, print)
        assert problem.startswith("users.email_1 (unique: True) cannot be built beside email_1 (")
        assert fresh["users"].index_information()["email_1"].items() >= options.items()
        assert missing_indexes(fresh, SCHEMA.indexes) == ["users.email_1"]

    def test_that_are_there_under_another_name_serve(self, fresh: Db) -> None:
        fresh["groups"].create_index([("members.user", 1), ("_id", 1)], name="by_hand")
        assert build_indexes(fresh, SCHEMA.indexes, print) == []
        assert "members.user_1__id_1" not in fresh["groups"].index_information()

    def test_report_how_far_they_are(self, fresh: Db) -> None:
        said: list[str] = []
        fresh["notes"].insert_one({})
        with ThreadPoolExecutor() as pool:
            with fail_point(fresh, "hangAfterStartingIndexBuild", "alwaysOn"):
                building = pool.submit(fresh["notes"].create_index, "number")
                with watched(fresh, "notes", said.append, every=0.1):
                    while not any("scanning collection" in line for line in said):
                        assert not building.done()
                        time.sleep(0.05)
            building.result()
        assert said[0].startswith("notes: 0 s")
