"""A replica set of several mongods on this machine, whose members can be killed and frozen."""

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, Final, TypeVar

from pymongo import MongoClient
from pymongo.errors import AutoReconnect, PyMongoError

from coinbreakr.mongo.client import DEFAULT_DATABASE
from devserver.embedded import SET_NAME, mongod_command, throwaway_folder
from devserver.processes import ending_with_us
from tests.server import free_port

PRODUCTION_ELECTION_MS: Final = 10_000  # MongoDB's default, also that of Atlas
_PATIENCE_SECONDS: Final = 60
_PROBE_MS: Final = 1000
_LOOK_SECONDS: Final = 0.05
T = TypeVar("T")


class Node:
    """One mongod: its process and its folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()
        self.frozen = False

    def __repr__(self) -> str:
        return f"Node({self.port})"

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def running(self) -> bool:
        """Whether the process lives; a frozen one does."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start the process; the set takes it up by itself. From the main thread only."""
        self._folder.mkdir(exist_ok=True)
        self._process = subprocess.Popen(
            mongod_command(self._folder, self.port, cache_gb=0.25, testing=True),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=ending_with_us(signal.SIGKILL),  # noqa: PLW1509  # a single call of prctl
        )

    def kill(self) -> None:
        """End it without a word, frozen or not."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self.frozen = False

    def signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def hello(self) -> dict[str, Any]:
        """What it says of itself; nothing when it is down, frozen or not yet up."""
        if self.frozen or not self.running:
            return {}
        with suppress(PyMongoError):
            return self.command("hello")
        return {}

    def command(self, name: str, value: Any = 1, **more: Any) -> dict[str, Any]:
        """An administrative command to this node alone."""
        url = f"mongodb://{self.host}/?directConnection=true"
        with MongoClient[dict[str, Any]](
            url, serverSelectionTimeoutMS=_PROBE_MS, socketTimeoutMS=_PATIENCE_SECONDS * 1000
        ) as client:
            return client.admin.command(name, value, **more)


class ReplicaSet:
    """The members, and what can happen to them."""

    def __init__(self, data: list[Node], arbiters: list[Node]) -> None:
        self.data = data
        self.arbiters = arbiters

    @property
    def nodes(self) -> list[Node]:
        return [*self.data, *self.arbiters]

    @property
    def url(self) -> str:
        """For a client that finds the primary by itself."""
        hosts = ",".join(node.host for node in self.nodes)
        return f"mongodb://{hosts}/{DEFAULT_DATABASE}?replicaSet={SET_NAME}"

    def primary(self) -> Node:
        """The node that takes writes, waited for."""
        return _await(lambda: next((n for n in self.data if _writable(n)), None), "a primary")

    def secondaries(self) -> list[Node]:
        """The data nodes besides the primary that follow it at the moment."""
        return [node for node in self.data if node.hello().get("secondary")]

    def await_whole(self) -> None:
        """Wait until there is a primary and every member is up and follows it.

        A member that does not find back within half a minute is started anew, as whoever
        supervises it would: rarely, one that was frozen does not.
        """
        self.primary()
        try:
            _await(self._whole, "all members", _PATIENCE_SECONDS / 2)
        except TimeoutError:
            for node in self.nodes:
                if not _serving(node):
                    node.kill()
                    node.start()
            _await(self._whole, "all members")

    def _whole(self) -> bool:
        return all(_serving(node) for node in self.nodes)

    def kill(self, node: Node) -> None:
        """SIGKILL: the node is gone at once, its connections are refused."""
        node.kill()

    def restart(self, node: Node) -> None:
        """Start a killed node again, with the data that it has."""
        node.start()

    def freeze(self, node: Node) -> None:
        """SIGSTOP: connections stay open and nothing answers, as on a stalled machine."""
        node.signal(signal.SIGSTOP)
        node.frozen = True

    def thaw(self, node: Node) -> None:
        """SIGCONT."""
        node.signal(signal.SIGCONT)
        node.frozen = False

    def step_down(self, seconds: int = 60) -> None:
        """The primary hands over and does not stand for election for `seconds`."""
        catch_up = min(10, seconds - 1)
        with suppress(AutoReconnect):  # it may close its connections
            self.primary().command("replSetStepDown", seconds, secondaryCatchUpPeriodSecs=catch_up)

    def initiate(self, election_ms: int) -> None:
        """Make a set of the started processes."""
        members = [
            {"_id": number, "host": node.host, "arbiterOnly": node in self.arbiters}
            for number, node in enumerate(self.nodes)
        ]
        settings = {
            "electionTimeoutMillis": election_ms,
            "heartbeatIntervalMillis": min(2000, election_ms // 5),
        }
        config = {"_id": SET_NAME, "version": 1, "members": members, "settings": settings}
        _await(lambda: all(node.hello() for node in self.nodes), "all processes")
        self.data[0].command("replSetInitiate", config)


@contextmanager
def replica_set(
    data: int = 3, arbiters: int = 0, *, election_ms: int = PRODUCTION_ELECTION_MS
) -> Iterator[ReplicaSet]:
    """A whole set of `data` nodes and `arbiters`, which leaves nothing behind.

    A lost primary is replaced after `election_ms`, as the set's electionTimeoutMillis.
    """
    with throwaway_folder() as folder, ExitStack() as ended:
        nodes = [Node(folder / str(number)) for number in range(data + arbiters)]
        for node in nodes:
            node.start()
            ended.callback(node.kill)
        members = ReplicaSet(nodes[:data], nodes[data:])
        members.initiate(election_ms)
        members.await_whole()
        yield members


def _writable(node: Node) -> bool:
    return bool(node.hello().get("isWritablePrimary"))


def _serving(node: Node) -> bool:
    hello = node.hello()
    return any(hello.get(role) for role in ("isWritablePrimary", "secondary", "arbiterOnly"))


def _await(look: Callable[[], T | None], what: str, seconds: float = 0) -> T:
    """The first true value of `look`."""
    deadline = time.monotonic() + (seconds or _PATIENCE_SECONDS)
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(_LOOK_SECONDS)
    raise TimeoutError(f"the replica set has not got {what}")
