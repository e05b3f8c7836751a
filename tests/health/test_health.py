"""The health checks: what they answer with the database there and away."""

import os
import resource
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from coinbreakr import __version__, bootstrap
from coinbreakr.app import create_app
from coinbreakr.clock import utc_now
from coinbreakr.health import domain, messages, schemas
from coinbreakr.health.domain import HealthService
from coinbreakr.health.feature import FEATURE
from coinbreakr.health.model import Health, Memory
from coinbreakr.health.repository import HealthCheck
from coinbreakr.http.endpoint import contract_of
from coinbreakr.mongo.availability import Availability
from coinbreakr.mongo.client import connect, database
from coinbreakr.parts import Parts
from coinbreakr.settings import Settings
from tests.api import Api
from tests.commands import Commands
from tests.exact import assert_exact

Client = MongoClient[dict[str, Any]]
NOW = datetime(2026, 1, 2, 3, 4, 5, 678_000, UTC)


class Monotonic:
    """Seconds that only pass when they are told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def monotonic(monkeypatch: pytest.MonkeyPatch) -> Monotonic:
    passing = Monotonic()
    monkeypatch.setattr(time, "monotonic", passing)
    return passing


@pytest.fixture
def check(client: Client) -> HealthCheck:
    return HealthCheck(database(client), Availability(client))


@pytest.fixture
def nobody() -> Iterator[Client]:
    """A client of an address where nobody listens, which it knows already."""
    with connect("mongodb://127.0.0.1:1/coinbreakr") as client:
        client._connect()
        found = Availability(client)
        deadline = time.monotonic() + 15
        while found.reachable() and time.monotonic() < deadline:
            time.sleep(0.02)
        yield client


@pytest.fixture
def away(nobody: Client) -> HealthCheck:
    return HealthCheck(database(nobody), Availability(nobody))


@pytest.fixture
def away_api(nobody: Client, chosen: Settings) -> Api:
    return Api(create_app(bootstrap.assemble(chosen, nobody, database(nobody), utc_now)))


class TestCheck:
    def test_a_ping_is_believed_for_a_second(
        self, client: Client, commands: Commands, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        now = Monotonic()
        check = HealthCheck(database(client), Availability(client))
        with commands.recording() as seen:
            for passed, pings in ((0.0, 1), (0.999, 1), (1.0, 2), (1.5, 2), (2.0, 3)):
                with monkeypatch.context() as patch:
                    now.now = 1000 + passed
                    patch.setattr("coinbreakr.health.repository.time.monotonic", now)
                    assert check.answers()
                assert [name for name, _ in seen] == ["ping"] * pings

    def test_a_ping_takes_two_seconds_at_most(self, check: HealthCheck, commands: Commands) -> None:
        with commands.recording() as seen:
            assert check.answers()
        ((_, command),) = seen
        assert 0 < command["maxTimeMS"] <= 2000

    def test_a_member_that_is_no_primary_will_do(
        self, check: HealthCheck, commands: Commands
    ) -> None:
        with commands.recording() as seen:
            assert check.answers()
        assert seen[0][1]["$readPreference"] == {"mode": "primaryPreferred"}

    def test_a_ping_that_fails_is_believed_for_a_second_too(
        self, check: HealthCheck, commands: Commands, fail_point: Any
    ) -> None:
        fail_point({"times": 1}, failCommands=["ping"], errorCode=13)
        with commands.recording() as seen:
            assert [check.answers() for _ in range(3)] == [False] * 3
        assert len(seen) == 1

    def test_a_database_out_of_reach_is_not_pinged(
        self, away: HealthCheck, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delattr(Database, "command")
        assert not away.answers()

    def test_the_name_of_the_database(self, check: HealthCheck, client: Client) -> None:
        assert check.database == database(client).name


class TestService:
    def test_the_state(
        self, check: HealthCheck, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        service = HealthService(check, lambda: NOW, "staging", "abc")
        monkeypatch.setattr(domain, "_memory", lambda: Memory(1.5, 2.5))
        found = service.health()
        assert 0 <= found.uptime < 60
        assert found == Health(
            connected=True,
            database=database(client).name,
            now=NOW,
            uptime=found.uptime,
            environment="staging",
            version=f"{__version__}+abc",
            memory=Memory(1.5, 2.5),
        )
        assert HealthService(check, lambda: NOW, "", "").health().version == __version__

    def test_the_uptime_in_milliseconds(self, away: HealthCheck, monotonic: Monotonic) -> None:
        service = HealthService(away, lambda: NOW, "", "")
        monotonic.now += 12.34567
        assert service.health().uptime == 12.346

    @pytest.mark.parametrize(("platform", "used"), [("linux", 1536.5), ("darwin", 1.5)])
    def test_memory_in_mebibytes(
        self, platform: str, used: float, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class Usage:
            ru_maxrss = 1536 * 1024 + 512

        monkeypatch.setattr(resource, "getrusage", lambda _who: Usage)
        monkeypatch.setattr("sys.platform", platform)
        pages = {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": 1_000_000}
        monkeypatch.setattr(os, "sysconf", pages.__getitem__)
        assert domain._memory() == Memory(used, 3906.25)

    @pytest.mark.skipif(not Path("/proc/meminfo").exists(), reason="no /proc")
    def test_memory_is_that_of_this_machine(self) -> None:
        found = domain._memory()
        total = int(Path("/proc/meminfo").read_text().split()[1]) / 1024
        assert found.total == pytest.approx(total, rel=0.05)
        assert 10 < found.used < found.total


def test_a_state_as_it_is_shown() -> None:
    health = Health(
        connected=True,
        database="db",
        now=NOW,
        uptime=1.5,
        environment="production",
        version="1.0.0",
        memory=Memory(1.25, 2.5),
    )
    shown = schemas.state(health)
    assert shown == {
        "status": "OK",
        "timestamp": "2026-01-02T03:04:05.678Z",
        "uptime": 1.5,
        "environment": "production",
        "version": "1.0.0",
        "database": {"status": "connected", "name": "db"},
        "memory": {"used": 1.25, "total": 2.5},
    }
    assert_exact(schemas.ServiceState(), shown)
    assert_exact(schemas.DatabaseState(), shown["database"])
    assert_exact(schemas.MemoryState(), shown["memory"])
    away = {"status": "gone", "name": "db"}
    assert schemas.DatabaseState().validate(away).keys() == {"status"}


class TestRoutes:
    @pytest.mark.parametrize("path", ["/v1/healthz", "/v1/livez", "/v1/readyz"])
    def test_answers_are_as_declared(self, path: str, api: Api, parts: Parts) -> None:
        (found,) = [route for route in FEATURE.routes(parts) if route.path == path]
        contract = contract_of(found.resource, "GET")
        assert contract is not None
        assert contract.returns is not None
        assert contract.public
        assert_exact(contract.returns, api("GET", path).body)
        codes = {
            "/v1/healthz": [messages.DATABASE_AWAY],
            "/v1/livez": None,
            "/v1/readyz": [messages.NOT_READY],
        }
        assert contract.errors.get(503) == codes[path]
        assert FEATURE.probes == codes.keys()

    def test_with_the_database(self, api: Api) -> None:
        healthy = api("GET", "/v1/healthz")
        assert (healthy.status, healthy.body["message"]) == (200, "Service is healthy")
        assert healthy.data["database"]["status"] == "connected"
        assert schemas.ServiceState().validate(healthy.data) == {}
        assert api("GET", "/v1/livez").body == {"success": True, "message": "Alive"}
        assert api("GET", "/v1/readyz").body == {"success": True, "message": "Ready"}

    def test_without_the_database(self, away_api: Api) -> None:
        sick = away_api("GET", "/v1/healthz")
        data = sick.body.pop("data")
        assert sick.status == 503
        assert sick.body == {
            "success": False,
            "message": "Service unavailable - database disconnected",
            "code": "DATABASE_AWAY",
        }
        assert data["status"] == "OK"
        assert data["database"]["status"] == "disconnected"
        assert schemas.ServiceState().validate(data) == {}
        unready = away_api("GET", "/v1/readyz")
        assert unready.status == 503
        assert unready.body == {
            "success": False,
            "message": "Not ready: the database does not answer",
            "code": "NOT_READY",
        }
        assert away_api("GET", "/v1/livez").status == 200
