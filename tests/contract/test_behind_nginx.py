"""The recorded scenarios again, through nginx as in production."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from devserver.embedded import EmbeddedMongod
from tests.contract.replay import Replay
from tests.contract.test_transcripts import OPEN, PRODUCTION
from tests.front import serve_behind
from tests.server import CONTRACT_SECRET

pytestmark = pytest.mark.xdist_group("behind nginx")


@pytest.fixture(scope="module")
def port(mongod: EmbeddedMongod) -> Iterator[int]:
    url = mongod.url.replace("/coinbreakr?", "/contract-behind?")
    with serve_behind(url) as found:
        yield found


@pytest.mark.parametrize("file", OPEN, ids=lambda file: file.stem)
def test_open(file: Path, port: int) -> None:
    assert Replay(port, CONTRACT_SECRET).run(json.loads(file.read_text("utf-8"))) == []


@pytest.mark.parametrize("file", PRODUCTION, ids=lambda file: file.stem)
def test_production(file: Path, mongod: EmbeddedMongod) -> None:
    url = mongod.url.replace("/coinbreakr?", f"/behind-{file.stem}?")
    with serve_behind(url, APP_ENV="production", BCRYPT_ROUNDS="10") as port:
        assert Replay(port, CONTRACT_SECRET).run(json.loads(file.read_text("utf-8"))) == []
