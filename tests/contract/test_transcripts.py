"""The recorded scenarios of the old server, on a real server of ours."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from devserver.embedded import EmbeddedMongod
from tests.contract.compare import differences
from tests.contract.replay import Replay
from tests.server import CONTRACT_SECRET, serve

SCENARIOS = Path(__file__).parent / "scenarios"
OPEN = sorted((SCENARIOS / "open").glob("*.json"))
PRODUCTION = sorted((SCENARIOS / "production").glob("*.json"))


@pytest.fixture(scope="module")
def port(mongod: EmbeddedMongod) -> Iterator[int]:
    with serve(mongod.url.replace("/coinbreakr?", "/contract?")) as found:
        yield found


@pytest.mark.parametrize("file", OPEN, ids=lambda file: file.stem)
def test_open(file: Path, port: int) -> None:
    scenario = json.loads(file.read_text("utf-8"))
    assert Replay(port, CONTRACT_SECRET).run(scenario) == []


@pytest.mark.parametrize("file", PRODUCTION, ids=lambda file: file.stem)
def test_production(file: Path, mongod: EmbeddedMongod) -> None:
    url = mongod.url.replace("/coinbreakr?", f"/production-{file.stem}?")
    with serve(url, APP_ENV="production") as port:
        scenario = json.loads(file.read_text("utf-8"))
        assert Replay(port, CONTRACT_SECRET).run(scenario) == []


def test_all_scenarios_are_there() -> None:
    assert len(OPEN) == 60
    assert len(PRODUCTION) == 1


@pytest.mark.parametrize(
    ("want", "got"),
    [
        ({"a": 1}, {"a": 2}),
        ({"a": 1}, {}),
        ({}, {"a": 1}),
        ({"a": "<absent>"}, {"a": 1}),
        ([1, 2], [1]),
        (1, True),
        ("<id>", "x"),
        ("<string>", ""),
        ({"a": None}, {"a": 0}),
    ],
)
def test_the_comparison_sees_differences(want: object, got: object) -> None:
    assert differences(want, got) != []
