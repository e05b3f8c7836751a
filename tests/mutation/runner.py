"""One run of tests against a copy of the services, in a process that is forked for it.

The fork has the libraries and the database ready, so that a run takes little more than its tests.
"""

import gc
import importlib
import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import pytest
from hypothesis import Phase, settings
from pymongo import MongoClient

ROOT: Final = Path(__file__).resolve().parents[2]
SERVICES: Final = ROOT / "services"
_TIMEOUT_SECONDS: Final = 300
_OURS: Final = ("coinbreakr", "devserver", "tests", "conftest")


class Plugin:
    """Gives the tests a database that runs, and begins with the quickest tests."""

    def __init__(self, mongo_url: str, seconds: Mapping[str, float]) -> None:
        self._mongo_url = mongo_url
        self._expected = seconds
        self.seconds: dict[str, float] = {}

    def pytest_fixture_setup(self, fixturedef: Any, request: Any) -> object:
        if fixturedef.argname != "mongod":
            return None  # as always
        mongod = SimpleNamespace(url=self._mongo_url)
        fixturedef.cached_result = (mongod, fixturedef.cache_key(request), None)
        return mongod

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items.sort(key=lambda item: self._expected.get(item.nodeid, 0))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call":
            self.seconds[report.nodeid] = report.duration


def warm_up(tests: Sequence[str]) -> None:
    """Import the libraries that the tests use, none of our own modules."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        _silent()
        pytest.main([*_arguments(SERVICES), "--collect-only", *tests])
        names = [name for name in sys.modules if not name.startswith((*_OURS, "_"))]
        os.write(writing, json.dumps(names).encode()[:1_000_000])
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        names = json.loads(pipe.read())
    os.waitpid(child, 0)
    for name in names:
        with suppress(ImportError):
            importlib.import_module(name)
    gc.freeze()


def fork(
    services: Path, mongo_url: str, slot: int, tests: Sequence[str], times: Path, run: int
) -> int:
    """The process that runs the tests; its exit code is 0 if all pass. They then write `times`."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        signal.alarm(_TIMEOUT_SECONDS)
        _silent()
        code = _run(services, mongo_url, slot, tests, times, run)
    finally:
        os._exit(code)


def _run(
    services: Path, mongo_url: str, slot: int, tests: Sequence[str], times: Path, run: int
) -> int:
    os.environ["PYTHONPATH"] = str(services)
    os.environ["PYTEST_XDIST_WORKER"] = f"gw{slot}"  # its own ports
    sys.dont_write_bytecode = True
    for name in [name for name in sys.modules if name.startswith(_OURS)]:
        del sys.modules[name]  # those are of the original
    settings.register_profile("mutation", phases=[Phase.explicit, Phase.generate], database=None)
    settings.load_profile("mutation")
    url = mongo_url.replace("/coinbreakr?", f"/mutant{run}?")
    seconds = json.loads(times.read_text("utf-8")) if times.exists() else {}
    plugin = Plugin(url, seconds)
    code = int(pytest.main([*_arguments(services), *tests], plugins=[plugin]))
    if not code:
        times.write_text(json.dumps(plugin.seconds), "utf-8")
    with MongoClient[dict[str, Any]](url, timeoutMS=5_000) as client:
        client.drop_database(f"mutant{run}")
    return code


def _arguments(services: Path) -> list[str]:
    return [
        f"--rootdir={ROOT}", "-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist",
        "--assert=plain",  # nobody reads why a test fails
        "-o", f"pythonpath={services} {ROOT}",
    ]  # fmt: skip


def _silent() -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
