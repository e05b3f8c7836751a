"""`make mutate`: whether the tests of a room notice small mistakes in its code.

Each mutant is a copy of the services with one mistake; the tests of its room run against it until
one fails.
"""

import argparse
import compileall
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from devserver.embedded import throwaway
from tests.mutation.mutants import Mutant, mutants
from tests.mutation.runner import SERVICES, fork, warm_up

PROCESSES = 2


@dataclass(frozen=True)
class Room:
    """Modules below services/coinbreakr, and the tests that know them."""

    code: Sequence[str]
    tests: Sequence[str]


ROOMS = {
    "auth": Room(["auth"], ["tests/auth"]),
    "balances": Room(["balances"], ["tests/balances", "tests/plans/test_routes.py"]),
    "expenses": Room(["expenses"], ["tests/expenses"]),
    "friends": Room(["friends"], ["tests/friends"]),
    "groups": Room(["groups"], ["tests/groups"]),
    "money": Room(["money.py", "dates.py", "text.py", "ids.py", "paging.py"], ["tests/values"]),
    "splits": Room(["splits", "typed.py", "http/inputs.py"], ["tests/splits"]),
    "plans": Room(["plans"], ["tests/plans"]),
    "currencies": Room(["currencies"], ["tests/currencies"]),
}


def main() -> int:
    """0 if the tests of every room kill 90 % of its mutants."""
    parser = argparse.ArgumentParser(prog="make mutate")
    parser.add_argument("--rooms", nargs="*", default=list(ROOMS), choices=list(ROOMS))
    parser.add_argument("--count", type=int, default=60, help="mutants of each room, 0 for all")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    warm_up([place for name in chosen.rooms for place in ROOMS[name].tests])
    killed = total = 0
    for name in chosen.rooms:
        sample = _sample(ROOMS[name], chosen.count, chosen.seed)
        survivors = _survivors(sample, ROOMS[name].tests)
        print(f"{name}: {len(sample) - len(survivors)} of {len(sample)} killed", flush=True)
        killed += len(sample) - len(survivors)
        total += len(sample)
    print(f"{killed} of {total} killed, {killed / total:.1%}")
    return 0 if killed >= 0.9 * total else 1


def _sample(room: Room, count: int, seed: int) -> list[Mutant]:
    found = []
    for place in room.code:
        whole = SERVICES / "coinbreakr" / place
        for path in sorted(whole.rglob("*.py")) if whole.is_dir() else [whole]:
            found += mutants(path.relative_to(SERVICES), path.read_text("utf-8"))
    always_the_same = random.Random(seed)  # noqa: S311
    return always_the_same.sample(found, min(count or len(found), len(found)))


def _survivors(sample: Sequence[Mutant], tests: Sequence[str]) -> list[Mutant]:
    with ExitStack() as ended:
        folder = Path(ended.enter_context(tempfile.TemporaryDirectory()))
        slots = []
        for number in range(PROCESSES):
            copy = folder / str(number)
            shutil.copytree(SERVICES, copy, ignore=shutil.ignore_patterns("__pycache__"))
            compileall.compile_dir(copy / "coinbreakr", quiet=1)
            slots.append(Slot(number, copy, ended.enter_context(throwaway()).url))
        runs = Runs(tests, folder / "times.json", slots)
        runs.must_pass()
        return runs.survivors(sample)


@dataclass(frozen=True)
class Slot:
    """Where one run at a time happens."""

    number: int
    services: Path
    mongo_url: str


class Runs:
    """The tests of a room, again and again."""

    def __init__(self, tests: Sequence[str], times: Path, slots: Sequence[Slot]) -> None:
        self._tests = tests
        self._times = times
        self._free = list(slots)
        self._running: dict[int, tuple[Slot, Mutant]] = {}
        self._count = 0

    def must_pass(self) -> None:
        """Run the tests without a mistake."""
        slot = self._free[0]
        if os.waitstatus_to_exitcode(os.waitpid(self._start(slot), 0)[1]):
            raise SystemExit(f"{self._tests} fail without a mistake")

    def survivors(self, sample: Sequence[Mutant]) -> list[Mutant]:
        """The mutants with which all tests pass."""
        alive = []
        for mutant in sample:
            if not self._free:
                alive += self._end_of_one()
            slot = self._free.pop()
            (slot.services / mutant.path).write_text(mutant.source, "utf-8")
            self._running[self._start(slot)] = (slot, mutant)
        while self._running:
            alive += self._end_of_one()
        return alive

    def _start(self, slot: Slot) -> int:
        self._count += 1
        return fork(
            slot.services, slot.mongo_url, slot.number, self._tests, self._times, self._count
        )

    def _end_of_one(self) -> list[Mutant]:
        """The mutant that has survived, if it has."""
        child, status = os.wait()
        while child not in self._running:
            child, status = os.wait()
        slot, mutant = self._running.pop(child)
        shutil.copy2(SERVICES / mutant.path, slot.services / mutant.path)
        self._free.append(slot)
        if status:
            return []
        print(f"  survived: {mutant}", flush=True)
        return [mutant]


if __name__ == "__main__":
    sys.exit(main())
