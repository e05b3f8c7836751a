"""`make mutate`: whether the tests of a room notice small mistakes in its code.

Each mutant is a copy of the services with one mistake; the tests of its room run against it until
one fails.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

from tests.mutation.mutants import Mutant, mutants

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ROOT / "services"
PROCESSES = 2
TIMEOUT_SECONDS = 300


@dataclass(frozen=True)
class Room:
    """Modules below services/coinbreakr, and the tests that know them."""

    code: Sequence[str]
    tests: Sequence[str]


ROOMS = {
    "auth": Room(["auth"], ["tests/auth"]),
    "balances": Room(["balances"], ["tests/balances"]),
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
    killed = total = 0
    for name in chosen.rooms:
        sample = _sample(ROOMS[name], chosen.count, chosen.seed)
        survivors = _survivors(sample, ROOMS[name].tests)
        for mutant in survivors:
            print(f"  survived: {mutant}", flush=True)
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
    with tempfile.TemporaryDirectory() as folder:
        copies: Queue[tuple[int, Path]] = Queue()
        for number in range(PROCESSES):
            copy = Path(folder) / str(number)
            shutil.copytree(SERVICES, copy, ignore=shutil.ignore_patterns("__pycache__"))
            copies.put((number, copy))
        _must_pass(copies, tests)

        def survives(mutant: Mutant) -> bool:
            number, copy = copies.get()
            place = copy / mutant.path
            original = place.read_text("utf-8")
            try:
                place.write_text(mutant.source, "utf-8")
                return _passes(copy, number, tests)
            finally:
                place.write_text(original, "utf-8")
                copies.put((number, copy))

        with ThreadPoolExecutor(PROCESSES) as pool:
            found = list(pool.map(survives, sample))
    return [mutant for mutant, alive in zip(sample, found, strict=True) if alive]


def _must_pass(copies: Queue[tuple[int, Path]], tests: Sequence[str]) -> None:
    number, copy = copies.get()
    if not _passes(copy, number, tests):
        raise SystemExit(f"{tests} fail without a mistake")
    copies.put((number, copy))


def _passes(services: Path, number: int, tests: Sequence[str]) -> bool:
    env = {
        **os.environ,
        "PYTHONPATH": str(services),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTEST_XDIST_WORKER": f"gw{number}",  # its own ports
    }
    command = [
        sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist",
        "-o", f"pythonpath={services} {ROOT}", *tests,
    ]  # fmt: skip
    try:
        run = subprocess.run(
            command, cwd=ROOT, env=env, capture_output=True, timeout=TIMEOUT_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return run.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
