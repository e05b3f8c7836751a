from collections.abc import Callable, Iterator
from typing import Any

import hypothesis
import pytest
from pymongo import MongoClient
from pymongo.database import Database

from coinbreakr import bootstrap, settings
from coinbreakr.app import App, create_app
from coinbreakr.clock import utc_now
from coinbreakr.features import SCHEMA
from coinbreakr.mongo.client import connect, database
from coinbreakr.mongo.migrate import migrate
from coinbreakr.parts import Parts
from devserver.embedded import EmbeddedMongod, throwaway
from tests.api import Api, Person
from tests.commands import Commands

hypothesis.settings.register_profile("untimed", deadline=None)  # a busy machine is no failure
hypothesis.settings.load_profile("untimed")

FailPoint = Callable[..., None]
SECRET = "a-key-for-the-tests-of-more-than-32-bytes"


@pytest.fixture(scope="session")
def mongod() -> Iterator[EmbeddedMongod]:
    with throwaway() as running:
        yield running


@pytest.fixture(scope="session")
def chosen(mongod: EmbeddedMongod) -> settings.Settings:
    return settings.load({"MONGO_URL": mongod.url, "JWT_SECRET": SECRET, "BCRYPT_ROUNDS": "4"})


@pytest.fixture(scope="session")
def commands() -> Commands:
    return Commands()


@pytest.fixture(scope="session")
def client(mongod: EmbeddedMongod, commands: Commands) -> Iterator[MongoClient[dict[str, Any]]]:
    with connect(mongod.url, listeners=[commands]) as opened:
        assert migrate(database(opened), SCHEMA, print) == []
        yield opened


@pytest.fixture
def db(client: MongoClient[dict[str, Any]]) -> Database[dict[str, Any]]:
    found = database(client)
    for name in SCHEMA.indexes:
        found[name].delete_many({})
    return found


@pytest.fixture
def fail_point(client: MongoClient[dict[str, Any]]) -> Iterator[FailPoint]:
    """Makes mongod fail, hold back or cut off commands of the application, until the test ends.

    `mode` is "alwaysOn", "off", {"times": n} or {"skip": n}; `data` is that of `failCommand`.
    """

    def arm(mode: Any, **data: Any) -> None:
        of_ours = {"appName": "coinbreakr", **data}
        client.admin.command("configureFailPoint", "failCommand", mode=mode, data=of_ours)

    yield arm
    client.admin.command("configureFailPoint", "failCommand", mode="off")


@pytest.fixture(scope="session")
def parts(chosen: settings.Settings, client: MongoClient[dict[str, Any]]) -> Parts:
    return bootstrap.assemble(chosen, client, database(client), utc_now)


@pytest.fixture(scope="session")
def app(parts: Parts) -> App:
    return create_app(parts)


@pytest.fixture
def api(app: App, db: Database[dict[str, Any]]) -> Api:
    del db  # emptied
    return Api(app)


@pytest.fixture
def alice(api: Api) -> Person:
    return api.register("alice")


@pytest.fixture
def bob(api: Api, alice: Person) -> Person:
    person = api.register("bob")
    api.befriend(alice, person)
    return person


@pytest.fixture
def charlie(api: Api) -> Person:
    """Knows nobody and must see nothing."""
    return api.register("charlie")
