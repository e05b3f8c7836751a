"""The wheel that every packaging installs works alone, without what only a developer has."""

import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sysconfig import get_path

import pytest

from coinbreakr import settings
from devserver.embedded import EmbeddedMongod
from tests.server import CONTRACT_SECRET, SERVICES, await_ready, free_port

# Isolated, and without `site`: neither PYTHONPATH nor an editable installation is seen.
ALONE = [sys.executable, "-I", "-S", "-c"]
START = "import sys; sys.path[:0] = {paths}; "
COMMAND = "sys.argv[0] = 'coinbreakr'; from coinbreakr.cli import main; main()"
GUNICORN = "sys.argv[0] = 'gunicorn'; from gunicorn.app.wsgiapp import run; run()"
IMPORT_ALL = """
import importlib, importlib.util, pkgutil, coinbreakr
assert importlib.util.find_spec("devserver") is None
for module in pkgutil.walk_packages(coinbreakr.__path__, "coinbreakr."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    env = {**os.environ, "BUILD_PYTHON": sys.executable}
    subprocess.run(["sh", SERVICES / "wheel.sh", out], env=env, check=True)
    [built] = out.glob("*.whl")
    return built


def program(wheel: Path, code: str) -> list[str]:
    """A Python that sees the wheel and the dependencies, and runs the code."""
    paths = [str(wheel), get_path("purelib")]  # a wheel is imported as it is: it is pure Python
    return [*ALONE, START.format(paths=paths) + code]


def environment(**given: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "JWT_SECRET": CONTRACT_SECRET, **given}


def run(wheel: Path, code: str, *words: str, **given: str) -> str:
    done = subprocess.run(
        [*program(wheel, code), *words],
        cwd=wheel.parent, env=environment(**given), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_holds_the_service_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        metadata = next(name for name in names if name.endswith("entry_points.txt"))
        assert archive.read(metadata).decode().split() == [
            "[console_scripts]", "coinbreakr", "=", "coinbreakr.cli:main"
        ]  # fmt: skip
    tops = {name.partition("/")[0] for name in names}
    assert tops == {"coinbreakr", "coinbreakr-1.0.0.dist-info"}
    here = {str(file.relative_to(SERVICES)) for file in (SERVICES / "coinbreakr").rglob("*.py")}
    assert {name for name in names if name.endswith(".py")} == here


def test_all_of_it_can_be_imported_without_the_developers_package(wheel: Path) -> None:
    run(wheel, IMPORT_ALL)


def test_the_commands(wheel: Path, mongod: EmbeddedMongod) -> None:
    url = mongod.url.replace("/coinbreakr?", "/wheel?")
    assert run(wheel, COMMAND, "migrate", MONGO_URL=url).endswith("is up to date.\n")
    assert "Groups: nothing found" in run(wheel, COMMAND, "verify", MONGO_URL=url)
    assert all(name in run(wheel, COMMAND, "settings") for name, _, _ in settings.describe())


def test_the_server(wheel: Path, mongod: EmbeddedMongod) -> None:
    with serving(wheel, mongod.url) as port:
        await_ready(port)


@contextmanager
def serving(wheel: Path, mongo_url: str) -> Iterator[int]:
    port = free_port()
    words = ["-c", str(SERVICES / "gunicorn.conf.py"), "coinbreakr.wsgi:create()"]
    env = environment(MONGO_URL=mongo_url, PORT=str(port), LOG_LEVEL="WARNING")
    with subprocess.Popen(
        [*program(wheel, GUNICORN), *words], cwd=wheel.parent, env=env
    ) as process:
        try:
            yield port
        finally:
            process.terminate()
