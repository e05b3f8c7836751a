"""A fault while clients write: what they were told against what is stored."""

import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from pymongo import MongoClient
from pymongo.read_concern import ReadConcern

from tests.api import Person
from tests.drill.faults import Fault
from tests.drill.load import Load
from tests.replica import ReplicaSet, replica_set
from tests.server import serve
from tests.system.http import Http

PODS = 2
PEOPLE = 5


@dataclass(frozen=True, slots=True)
class Plan:
    """A fault that begins `before` seconds into the load, lasts, and is followed by `after`."""

    name: str
    fault: Fault
    before: float
    lasting: float
    after: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """A row of the table; `unknown` writes had no key and were told that they may be stored."""

    name: str
    writes: int
    failed: Counter[int]
    longest: float
    unknown: int
    given_up: int
    lost: int
    doubled: int
    healed: float


class Scene:
    """A replica set, servers on it, and people with accounts."""

    def __init__(self, members: ReplicaSet, ports: Sequence[int]) -> None:
        self.members = members
        self._ports = ports
        self._people: list[Person] = [Http(ports[0]).register("ann") for _ in range(PEOPLE)]

    def play(self, plan: Plan, per_second: float, client_seconds: float) -> Outcome:
        """Let it happen, and count when all members are back.

        A client waits `client_seconds` for an answer; with a key it then sends the write again.
        """
        load = Load(self._ports, self._people, per_second, client_seconds)
        with load.running():
            time.sleep(plan.before)
            fault = time.monotonic()
            plan.fault(self.members, plan.lasting)
            time.sleep(plan.after)
        self.members.await_whole()
        stored = self._stored()
        open_ends = [write for write in load.writes if not write.acknowledged]
        return Outcome(
            name=plan.name,
            writes=len(load.writes),
            failed=load.statuses(),
            longest=load.longest(),
            unknown=sum(not write.keyed for write in open_ends),
            given_up=sum(write.keyed for write in open_ends),
            lost=sum(stored[w.name] == 0 for w in load.writes if w.acknowledged),
            doubled=sum(stored[write.name] > 1 for write in load.writes),
            healed=load.healed(fault),
        )

    def _stored(self) -> Counter[str]:
        """How often each name is stored, on a majority of the members."""
        with MongoClient[dict[str, str]](self.members.url) as client:
            db = client.get_default_database(read_concern=ReadConcern("majority"))
            names = Counter(found["description"] for found in db["expenses"].find())
            names.update(found["name"] for found in db["groups"].find())
            return names


@contextmanager
def scene(election_ms: int, **settings: str) -> Iterator[Scene]:
    """Three members and two servers."""
    with replica_set(election_ms=election_ms) as members, ExitStack() as servers:
        url = members.url
        ports = [
            servers.enter_context(serve(url, log=os.devnull, BCRYPT_ROUNDS="4", **settings))
            for _ in range(PODS)
        ]
        yield Scene(members, ports)
