"""`coinbreakr-dev run`: the server and its database start, stop and end together."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from coinbreakr.features import SCHEMA
from coinbreakr.mongo.client import connect, database
from coinbreakr.mongo.index_builds import missing_indexes
from devserver import local
from devserver.embedded import EmbeddedMongod
from tests.api import Person
from tests.mongo.test_embedded import SERVICES, gone, pid_in, stopped_cleanly
from tests.server import await_ready, free_port
from tests.system.http import Http

SUPERVISE = """
import os, sys
from pathlib import Path
from devserver import supervisor
from coinbreakr.mongo.client import connect, database
from devserver.embedded import EmbeddedMongod
from coinbreakr.mongo.index_builds import missing_indexes
with EmbeddedMongod(Path(sys.argv[1])) as mongod:
    sys.exit(supervisor.run(sys.argv[2:], {**os.environ, "URL": mongod.url}, mongod))
"""
READY = "import os, signal, sys, time; print(os.getpid(), flush=True); "
IDLE = READY + "time.sleep(600)"
# Answers a SIGTERM as a server does: ends what it does, with the database, then leaves.
DRAINING = """
import os, signal, sys, time
from pymongo import MongoClient
told = []
signal.signal(signal.SIGTERM, lambda *_: told.append(1))
print(os.getpid(), flush=True)
while not told:
    time.sleep(0.02)
time.sleep(1)
with MongoClient(os.environ["URL"], timeoutMS=2000) as client:
    client["coinbreakr"]["drained"].insert_one({"times": len(told)})
print("drained", len(told), flush=True)
"""
REFUSING = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(3))
print(os.getpid(), flush=True)
time.sleep(600)
"""


@contextmanager
def supervised(folder: Path, program: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The supervisor of a program that prints its process id, and that id."""
    command = [sys.executable, "-c", SUPERVISE, str(folder), sys.executable, "-c", program]
    with subprocess.Popen(
        command,
        env={**os.environ, "PYTHONPATH": str(SERVICES)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as supervisor:
        try:
            assert supervisor.stdout is not None
            yield supervisor, int(supervisor.stdout.readline())
        finally:
            supervisor.kill()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "db"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_the_whole_terminal_drains_and_then_stops(
    folder: Path, number: signal.Signals
) -> None:
    with supervised(folder, DRAINING) as (supervisor, server):
        mongod = pid_in(folder)
        for _ in range(3):  # an impatient one
            os.killpg(supervisor.pid, number)
        output, errors = supervisor.communicate(timeout=30)
    assert (supervisor.returncode, output, errors) == (0, "drained 1\n", "")
    assert gone(server)
    assert gone(mongod)
    assert stopped_cleanly(folder)


@pytest.mark.parametrize(("program", "code"), [(IDLE, 0), (REFUSING, 3)], ids=["idle", "refusing"])
def test_the_exit_code_after_a_signal(folder: Path, program: str, code: int) -> None:
    with supervised(folder, program) as (supervisor, server):
        supervisor.terminate()
        assert supervisor.wait(30) == code
    assert gone(server)


@pytest.mark.parametrize(
    ("end", "code"), [("sys.exit(0)", 0), ("sys.exit(5)", 5), ("os.kill(os.getpid(), 9)", 137)]
)
def test_the_exit_code_of_a_server_that_ends_by_itself(folder: Path, end: str, code: int) -> None:
    with supervised(folder, READY + end) as (supervisor, _):
        assert supervisor.wait(30) == code
    assert stopped_cleanly(folder)


def test_a_lost_database_ends_the_server(folder: Path) -> None:
    with supervised(folder, IDLE) as (supervisor, server):
        os.kill(pid_in(folder), signal.SIGKILL)
        _, errors = supervisor.communicate(timeout=30)
    assert supervisor.returncode == 1
    assert errors == "The database has ended; stopping the server.\n"
    assert gone(server)


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is of Linux")
def test_nothing_outlives_a_killed_supervisor(folder: Path) -> None:
    with supervised(folder, IDLE) as (supervisor, server):
        mongod = pid_in(folder)
        supervisor.kill()
        supervisor.wait(30)
        assert gone(server)
        assert gone(mongod)
    assert stopped_cleanly(folder)


@contextmanager
def running(place: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """`coinbreakr-dev run`, ready."""
    with subprocess.Popen(command("run"), cwd=place, env=environment(place, port)) as process:
        try:
            await_ready(port)
            yield process
        finally:
            process.terminate()


def command(name: str) -> list[str]:
    return [sys.executable, "-m", "devserver", name]


def environment(place: Path, port: int) -> dict[str, str]:
    unset = ("MONGO_URL", "JWT_SECRET", "APP_ENV", "NODE_ENV", "MAKELEVEL")
    env = {name: value for name, value in os.environ.items() if name not in unset}
    paths = {"PYTHONPATH": str(SERVICES), "COINBREAKR_DATA": str(place / "data")}
    return {**env, **paths, "PORT": str(port), "BCRYPT_ROUNDS": "4", "LOG_LEVEL": "WARNING"}


def test_it_finds_its_people_and_their_tokens_again(tmp_path: Path) -> None:
    port, data = free_port(), tmp_path / "data"
    http = Http(port)
    with running(tmp_path, port) as process:
        ann = http.register("ann")
        with connect(local.running(data) or "") as client:
            assert missing_indexes(database(client), SCHEMA.indexes) == []
    assert process.returncode == 0
    assert stopped_cleanly(data / "db")
    with running(tmp_path, port):
        assert http("GET", "/v1/users/profile", ann).data["email"] == ann.email
        body = {"email": ann.email, "password": Person.password}
        assert http("POST", "/v1/auth/login", json=body).status == 200


def test_a_second_terminal_fills_the_database_that_runs(tmp_path: Path) -> None:
    port = free_port()
    with running(tmp_path, port):
        mongod = pid_in(tmp_path / "data" / "db")
        env = environment(tmp_path, port)
        seeded = subprocess.run(command("seed"), cwd=tmp_path, env=env, check=False, timeout=60)
        assert seeded.returncode == 0
        assert pid_in(tmp_path / "data" / "db") == mongod
    assert gone(mongod)


class TestProblemsAreTold:
    """In one line or a list of them, and never with a traceback."""

    def test_a_port_that_is_taken(self, tmp_path: Path) -> None:
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            port = other.getsockname()[1]
            said = _failed("run", tmp_path, environment(tmp_path, port))
        assert f"Port {port} cannot be had" in said

    @pytest.mark.parametrize(
        ("name", "value"),
        [("COINBREAKR_MONGOD", "/no/such/mongod"), ("COINBREAKR_DATA", "/proc/x")],
    )
    def test_a_place_that_is_not_there(self, name: str, value: str, tmp_path: Path) -> None:
        env = {**environment(tmp_path, free_port()), name: value}
        assert value in _failed("run", tmp_path, env)

    def test_a_database_that_is_away(self, tmp_path: Path) -> None:
        url = f"mongodb://127.0.0.1:{free_port()}/x?serverSelectionTimeoutMS=200"
        env = {**environment(tmp_path, free_port()), "MONGO_URL": url}
        assert "ServerSelectionTimeoutError" in _failed("verify", tmp_path, env)

    def test_a_wait_that_is_interrupted(self, tmp_path: Path) -> None:
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            url = f"mongodb://127.0.0.1:{silent.getsockname()[1]}/x"
            env = {**environment(tmp_path, free_port()), "MONGO_URL": url}
            with subprocess.Popen(
                command("run"), cwd=tmp_path, env=env, stderr=subprocess.PIPE, text=True
            ) as process:
                silent.settimeout(30)
                with silent.accept()[0]:  # it waits for the database now
                    process.send_signal(signal.SIGINT)
                    _, said = process.communicate(timeout=30)
        assert (process.returncode, said) == (130, "")


def _failed(name: str, place: Path, env: dict[str, str]) -> str:
    """What a command says that ends with 1."""
    done = subprocess.run(
        command(name), cwd=place, env=env, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr


class TestTheLocalFolder:
    def test_keeps_one_secret_that_only_its_owner_reads(self, tmp_path: Path) -> None:
        place = tmp_path / "new" / "data"
        with ThreadPoolExecutor(8) as pool:
            secrets = set(pool.map(local.jwt_secret, [place] * 32))
        assert secrets == {local.jwt_secret(place)}
        assert len(bytes.fromhex(secrets.pop())) == 32
        assert (place / "jwt-secret").stat().st_mode & 0o777 == 0o600
        assert [file.name for file in place.iterdir()] == ["jwt-secret"]

    def test_knows_only_a_database_of_its_own_that_runs(self, tmp_path: Path) -> None:
        mine, other = tmp_path / "mine", tmp_path / "mine-too"
        mine.mkdir()
        other.mkdir()
        assert local.running(mine) is None
        with EmbeddedMongod(mine / "db") as mongod:
            for place in (mine, other):
                local.remember(place, mongod.url)
            assert local.running(mine) == mongod.url
            assert local.running(other) is None  # its port has become the port of mine
        assert local.running(mine) is None

    def test_is_where_the_environment_says(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        monkeypatch.delenv("COINBREAKR_DATA", raising=False)
        assert local.folder() == tmp_path / ".data"
        monkeypatch.setenv("COINBREAKR_DATA", "elsewhere")
        assert local.folder() == tmp_path / "elsewhere"
