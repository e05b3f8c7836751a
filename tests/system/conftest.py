from collections.abc import Iterator
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from devserver.embedded import EmbeddedMongod
from tests.server import serve
from tests.system.http import Http


@pytest.fixture(scope="module")
def port(mongod: EmbeddedMongod) -> Iterator[int]:
    url = mongod.url.replace("/coinbreakr?", "/races?")
    with serve(url, BCRYPT_ROUNDS="4", WEB_THREADS="16") as found:
        yield found


@pytest.fixture
def http(port: int) -> Http:
    return Http(port)


@pytest.fixture
def races(client: MongoClient[dict[str, Any]]) -> Database[dict[str, Any]]:
    return client["races"]
