"""`make mutate-infra`: whether the quick tests notice one small mistake in the delivery's files.

A mutant is a copy of the repository with one value changed or one line, step or entry taken away.
It is caught when a test fails. Prints a table of the rooms and everything that survived.
"""

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from typing import Final

from tests.infra.tools import ROOT

PROCESSES: Final = 2
TESTS: Final = (
    "tests/infra",
    "-k",
    "not test_releases and not test_image and not test_machine_live",
)
SETTLED: Final = "not test_settled"


@dataclass(frozen=True)
class Room:
    """Files, and the tests that know them; the likeliest come first."""

    files: Sequence[str]
    tests: Sequence[str]


ROOMS: Final = {
    "workflows": Room(
        (".github/workflows/*.yml",),
        ("test_settled", "test_workflow_jobs", "test_workflows", "test_promises"),
    ),
    "k8s": Room(
        ("k8s/base/*.yaml", "k8s/overlays/*/*.yaml"),
        ("test_settled", "test_k8s", "test_k8s_app", "test_k8s_security", "test_k8s_overlays",
         "test_k8s_promises", "test_k8s_dev", "test_k8s_memory", "test_k8s_alerts"),
    ),
    "terraform": Room(
        ("terraform/*/*.tf", "terraform/*/*.tfvars"),
        ("test_settled", "test_terraform", "test_terraform_app", "test_promises", "test_k8s_app"),
    ),
    "packer": Room(
        ("packer/*.hcl", "packer/files/*.service"),
        ("test_settled", "test_machine", "test_machine_environment", "test_promises"),
    ),
    "deploy": Room(
        ("deploy/*.sh", "deploy/*.py"),
        ("test_scripts", "test_deploy", "test_deploy_back", "test_explain", "test_fleet",
         "test_workflow_jobs", "test_releases"),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One file with one mistake."""

    path: str
    line: int
    was: str
    now: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.was.strip()!r} -> {self.now.strip()!r}"


WORDS: Final = {
    "true": "false", "false": "true", "production": "staging", "testing": "staging",
    "read": "write", "write": "read", "KEEP": "DELETE", "Max": "Disabled", "Ingress": "Egress",
    "ALL": "NET_RAW", "UDP": "TCP", "simple": "exec", "notify": "simple", "==": "!=", "!=": "==",
    "kube-system": "default", "&&": "||", "||": "&&", "-gt": "-lt", "-lt": "-gt",
}  # fmt: skip
WORD: Final = re.compile("|".join(rf"(?<![\w-]){re.escape(word)}(?![\w-])" for word in WORDS))


def changed(line: str) -> Iterator[str]:
    """The line with another value."""
    for found in re.finditer(r"(?<![\w.#-])\d+(?![\w.-])", line):
        yield f"{line[: found.start()]}{int(found[0]) + 1}{line[found.end() :]}"
    for found in WORD.finditer(line):
        yield line[: found.start()] + WORDS[found[0]] + line[found.end() :]


def block(lines: Sequence[str], number: int) -> int:
    """Where the entry that begins here ends: what is deeper belongs to it."""
    depth = len(lines[number]) - len(lines[number].lstrip())
    end = number + 1
    while end < len(lines) and (
        not lines[end].strip() or len(lines[end]) - len(lines[end].lstrip()) > depth
    ):
        end += 1
    return end


def spoken(line: str) -> bool:
    """Whether it says anything to a machine."""
    bare = line.strip()
    prose = (
        "#",
        "name:",
        "- name:",
        "description",
        "error_message",
        "display_name",
        '"""',
        "title",
    )
    return bool(bare) and not bare.startswith(
        (*prose, "}", "]", ")", "fi", "done", "---", "set -e")
    )


def mutants(path: str, text: str) -> Iterator[Mutant]:
    """Every line changed, and every line or entry taken away."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if not spoken(line):
            continue
        code = line.split(" # ")[0]
        for now in changed(code):
            whole = "\n".join([*lines[:number], now, *lines[number + 1 :]])
            yield Mutant(path, number + 1, code, now, whole)
        end = block(lines, number) if path.endswith((".yml", ".yaml")) else number + 1
        if path.endswith((".sh", ".py")) and re.search(r"[{(\\]$|; then$|; do$|<<", code):
            continue  # would not be a script any more
        yield Mutant(path, number + 1, code, "(gone)", "\n".join([*lines[:number], *lines[end:]]))


def sample(room: Room, count: int, seed: int) -> list[Mutant]:
    """Some of them, always the same."""
    files = sorted(path for pattern in room.files for path in ROOT.glob(pattern))
    found = [
        mutant
        for path in files
        for mutant in mutants(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8"))
    ]
    always_the_same = random.Random(seed)  # noqa: S311
    return always_the_same.sample(found, min(count, len(found)))


def copied(folder: Path) -> Path:
    """The files of the repository, and the environment of this one."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    subprocess.run(["git", "init", "--quiet", folder], check=True)
    return folder


def caught(copy: Path, tests: Sequence[str]) -> str:
    """The test that fails first, or nothing."""
    files = [f"tests/infra/{name}.py" for name in tests]
    options = ("-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist")
    env = {"PYTHONPATH": f"{copy}/services:{copy}", "PATH": os.environ["PATH"], "HOME": "/"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *files], cwd=copy, env=env,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode == 0:
        return ""
    found = re.findall(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)
    return found[0] if found else "not collected"


def tried(mutant: Mutant, tests: Sequence[str], free: "Queue[Path]") -> tuple[Mutant, str]:
    copy = free.get()
    try:
        (copy / mutant.path).write_text(mutant.text, encoding="utf-8")
        why = caught(copy, tests)
        sys.stdout.write(f"  {why or 'SURVIVED'}: {mutant}\n")
        sys.stdout.flush()
        return mutant, why
    finally:
        shutil.copy2(ROOT / mutant.path, copy / mutant.path)
        free.put(copy)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make mutate-infra", description=__doc__)
    parser.add_argument("rooms", nargs="*", choices=[*ROOMS, []], default=[])
    parser.add_argument("--count", type=int, default=40, help="mutants of a room (40)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--without-settled", action="store_true", help="only tests that know a reason"
    )
    asked = parser.parse_args()
    rows, survivors = [], list[Mutant]()
    with tempfile.TemporaryDirectory() as folder:
        free: Queue[Path] = Queue()
        for number in range(PROCESSES):
            free.put(copied(Path(folder) / str(number)))
        for name in asked.rooms or ROOMS:
            room = ROOMS[name]
            tests = [t for t in room.tests if t != "test_settled" or not asked.without_settled]
            if why := caught(Path(folder) / "0", tests):
                raise SystemExit(f"{name}: {why} fails without a mistake")
            chosen = sample(room, asked.count, asked.seed)
            with ThreadPoolExecutor(PROCESSES) as pool:
                done = list(pool.map(lambda one: tried(one, tests, free), chosen))  # noqa: B023
            alive = [mutant for mutant, why in done if not why]
            survivors += alive
            rows.append((name, len(chosen), len(chosen) - len(alive)))
            sys.stdout.write(f"| {name} | {rows[-1][2]} of {rows[-1][1]} |\n")
            sys.stdout.flush()
    total, killed = sum(row[1] for row in rows), sum(row[2] for row in rows)
    sys.stdout.write(f"{killed} of {total} caught, {killed / total:.1%}\n")
    return int(killed < 0.9 * total)


if __name__ == "__main__":
    sys.exit(main())
