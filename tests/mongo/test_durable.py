"""What was acknowledged is on a majority of the members, whatever the set and the URL."""

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo import MongoClient

from coinbreakr import bootstrap, settings
from coinbreakr.app import create_app
from coinbreakr.clock import utc_now
from coinbreakr.mongo.client import connect, database
from coinbreakr.settings import SettingsError
from tests.api import Api, Person
from tests.commands import Commands
from tests.replica import ReplicaSet, replica_set
from tests.server import bring_up_to_date

WRITES = {"insert", "update", "delete", "findAndModify"}
MAJORITY = {"w": "majority"}


@pytest.fixture
def members() -> Iterator[ReplicaSet]:
    """Two nodes with data and an arbiter: MongoDB acknowledges by one of them unless asked."""
    with replica_set(2, 1, election_ms=1000) as made:
        bring_up_to_date(made.url)
        yield made


def api_with(client: MongoClient[dict[str, Any]], chosen: settings.Settings) -> Api:
    return Api(create_app(bootstrap.assemble(chosen, client, database(client), utc_now)))


@pytest.fixture
def patient(members: ReplicaSet, chosen: settings.Settings) -> Iterator[Api]:
    with connect(members.url) as client:
        yield api_with(client, chosen)


@pytest.fixture
def hasty(members: ReplicaSet, chosen: settings.Settings) -> Iterator[Api]:
    with connect(members.url, timeout_ms=500) as client:
        yield api_with(client, chosen)


def test_what_was_acknowledged_survives_a_failover(
    members: ReplicaSet, patient: Api, hasty: Api
) -> None:
    ann = patient.register("ann")
    kept = [patient.expense(ann, 10, {ann: 10})["_id"] for _ in range(3)]
    primary, [secondary] = members.primary(), members.secondaries()
    members.freeze(secondary)
    body = {"description": "D", "amount": 10, "splitWith": [{"user": ann.id, "amount": 10}]}
    answers = [hasty("POST", "/v1/expenses", ann, body) for _ in range(5)]
    members.kill(primary)
    members.kill(secondary)  # with what has reached its sockets, but not its data
    members.restart(secondary)
    assert members.primary() is secondary
    kept += [answer.data["_id"] for answer in answers if answer.status == 201]
    found = [patient("GET", f"/v1/expenses/{expense}", ann).status for expense in kept]
    assert found == [200] * len(kept)


def test_every_write_says_majority_but_those_in_transactions(
    api: Api, alice: Person, commands: Commands
) -> None:
    with commands.recording() as seen:
        bob = api.register("bob")
        api.befriend(alice, bob)  # in a transaction
        expense = api.expense(alice, 10, {alice: 5, bob: 5})["_id"]
        api("PATCH", f"/v1/expenses/{expense}/settle", bob)
        api("DELETE", f"/v1/expenses/{expense}", alice)
        api("PATCH", "/v1/users/profile", alice, {"name": "Ada"})
        login = {"email": alice.email, "password": alice.password}
        api("POST", "/v1/auth/login", json=login)
        api("DELETE", "/v1/users/deactivate-user", bob)
    writes = [command for name, command in seen if name in WRITES]
    alone = [command for command in writes if "autocommit" not in command]
    assert len(writes) > len(alone) >= 3
    assert [command.get("writeConcern") for command in alone] == [MAJORITY] * len(alone)
    commits = [command for name, command in seen if name == "commitTransaction"]
    assert [command["writeConcern"] for command in commits] == [MAJORITY] * len(commits)


class TestAUrl:
    @staticmethod
    def load(options: str, **more: str) -> settings.Settings:
        return settings.load({"MONGO_URL": f"mongodb://u:pw@h/db{options}", **more})

    @pytest.mark.parametrize(
        "options",
        ["", "?w=majority", "?W=majority&journal=true", "?retryWrites=true&tls=true"],
    )
    def test_with_a_majority_is_taken(self, options: str) -> None:
        assert self.load(options).mongo_url

    @pytest.mark.parametrize(
        ("options", "named"),
        [
            ("?w=1", "w=1"),
            ("?W=1", "W=1"),
            ("?w=2", "w=2"),
            ("?tls=true&w=0", "w=0"),
            ("?w=majority&journal=false", "journal=false"),
            ("?w=majority;j=0", "j=0"),
            ("?w=majority&w=1", "w=1"),
            ("?w=oneDataCentre", "w=oneDataCentre"),
        ],
    )
    def test_that_says_less_is_refused(self, options: str, named: str) -> None:
        with pytest.raises(SettingsError, match=f"MONGO_URL: .* {named}:") as refused:
            self.load(options)
        assert "pw" not in str(refused.value)

    def test_that_says_less_is_taken_when_allowed(self) -> None:
        url = self.load("?w=1", MONGO_WEAK_WRITES="true").mongo_url
        with connect(url or "") as client:
            assert database(client)["users"].write_concern.document == {"w": 1}

    def test_without_any_acknowledgement_is_never_taken(self) -> None:
        with pytest.raises(SettingsError):
            self.load("?w=0", MONGO_WEAK_WRITES="true")

    def test_may_ask_for_more(self) -> None:
        with connect("mongodb://h/db?journal=true") as client:
            asked = database(client)["users"].write_concern.document
        assert asked == {"w": "majority", "j": True}
