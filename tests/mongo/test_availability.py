"""What the driver's monitoring says decides whether requests wait, go on or are refused."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.errors import AutoReconnect

from coinbreakr.health.repository import HealthCheck
from coinbreakr.mongo import availability as module
from coinbreakr.mongo.availability import Availability, DatabaseAway
from coinbreakr.mongo.client import TIMEOUT_MS, connect, database
from tests.commands import Commands
from tests.replica import ReplicaSet, replica_set


@pytest.fixture(scope="module")
def members() -> Iterator[ReplicaSet]:
    with replica_set(3, election_ms=2000) as made:
        yield made


class TestTheHealthCheck:
    def test_asks_once_a_second_for_all(
        self, client: MongoClient[dict[str, Any]], commands: Commands
    ) -> None:
        health = HealthCheck(database(client), Availability(client))
        with commands.recording() as seen, ThreadPoolExecutor(16) as pool:
            assert all(pool.map(lambda _: health.answers(), range(64)))
            assert [name for name, _ in seen] == ["ping"]
            time.sleep(1.1)
            assert health.answers()
        assert [name for name, _ in seen] == ["ping", "ping"]


class TestThreeMembers:
    def test_an_election_is_waited_for(self, members: ReplicaSet) -> None:
        with connect(members.url) as client:
            database(client).command("ping")
            found = Availability(client)
            lost = members.primary()
            members.kill(lost)
            _until(lambda: not found.serving())
            assert found.reachable()
            assert not found.away()
            assert HealthCheck(database(client), found).answers()
            found.wait()
            assert client.topology_description.has_writable_server()
        members.restart(lost)
        members.await_whole()

    def test_without_a_majority_it_is_away_after_a_while(
        self, members: ReplicaSet, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "ELECTION_SECONDS", 1.5)
        with connect(members.url) as client:
            database(client).command("ping")
            found = Availability(client)
            gone = members.secondaries()
            for node in gone:
                members.kill(node)
            _until(lambda: not found.serving())
            with pytest.raises(DatabaseAway):
                found.wait()
            started = time.monotonic()
            with pytest.raises(DatabaseAway):
                found.wait()
            assert time.monotonic() - started < 1  # known by now
            assert not HealthCheck(database(client), found).answers()
            for node in gone:
                members.restart(node)
            _until(found.serving)
            database(client)["notes"].insert_one({})


def test_a_call_under_way_ends_when_all_members_are_known_to_be_silent() -> None:
    with replica_set(1) as members, connect(members.url) as client:
        database(client)["notes"].insert_one({})
        members.freeze(members.data[0])
        started = time.monotonic()
        with pytest.raises(AutoReconnect):
            database(client)["notes"].find_one()
        # It would wait for a server until the deadline of the call.
        assert time.monotonic() - started < TIMEOUT_MS / 1000 - 5


def _until(true: Any) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)
