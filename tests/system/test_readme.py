"""What README, CONTRIBUTING and docs/ tell somebody to type works."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest

from coinbreakr import settings
from devserver.embedded import EmbeddedMongod
from tests.server import await_ready, free_port

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
SPLITS, CURRENCIES = (ROOT / "docs" / f"{name}.md" for name in ("splits", "currencies"))
HISTORY, SETTLEMENTS = (ROOT / "docs" / f"{name}.md" for name in ("history", "settlements"))
PAYERS = ROOT / "docs" / "payers.md"
TOURS = {
    ROOT / "README.md": 7,
    SPLITS: 3,
    CURRENCIES: 7,
    HISTORY: 6,
    SETTLEMENTS: 7,
    PAYERS: 3,
}  # and how many answers each prints
BLOCK = re.compile(r"^```(?:sh|bash)\n(.*?)^```", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"(?:^ {4}\S.*\n)+", re.MULTILINE)
PROGRAMS = ("make", "coinbreakr", "coinbreakr-dev", "docker", "kubectl", "gh", "openssl", "curl")
INLINE = re.compile(rf"`((?:\.venv/bin/)?(?:{'|'.join(PROGRAMS)}|python -m \w+) [^`]+)`")
# The environment is made already: a test must not install into it.
MAKE = ["make", "--no-print-directory"]
MAKE += ["-o", ".venv/run.stamp", "-o", ".venv/test.stamp", "-o", ".venv/infra.stamp"]

# Targets of make that are not run, but of which make must know what to do.
MAKE_ONLY_PLANNED = {
    "run": "runs for ever; test_the_tour runs it",
    "test": "is what runs this test",
    "infra": "boots machines; runs for an hour",
    "drill": "runs for minutes; test_short.py runs a part",
    "bench": "runs for minutes",
    "mutate": "runs for an hour",
    "mutate-infra": "runs for an hour",
    "settled": "writes into the repository",
    "fuzz": "runs for an hour",
    "openapi": "writes into the repository",
    "lint": "is a check of its own",
    "fmt": "writes into the repository",
    "lock": "needs uv and writes into the repository",
    "diagrams": "needs Chromium and writes into the repository",
}
# What is not run at all: the words with which it begins, and why. Its files must be there.
NEVER_RUN = {
    "docker compose": "needs Docker; tests/infra rehearses the image",
    "kubectl": "needs the cluster",
    "gh api": "asks GitHub",
}


def shown() -> list[str]:
    """Every command line outside of the tour, each once."""
    found: list[str] = []
    for page in PAGES:
        text = page.read_text("utf-8")
        blocks = [*BLOCK.findall(text), *(m[0] for m in INDENTED.finditer(BLOCK.sub("", text)))]
        if page in TOURS:
            blocks.remove(tour(page))
        lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
        found += [line.strip() for line in lines if line.strip()]
        found += INLINE.findall(text)
    plain = (shlex.join(shlex.split(line, comments=True)) for line in found)
    return sorted({line for line in plain if line})


def tour(page: Path) -> str:
    return str(BLOCK.findall(page.read_text("utf-8"))[0])


@pytest.fixture(scope="module")
def environment(mongod: EmbeddedMongod, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Of a newcomer's shell: nothing of the tests, the console scripts as installed."""
    unset = ("PYTHONPATH", "JWT_SECRET", "APP_ENV", "NODE_ENV", "MAKEFLAGS", "MAKELEVEL")
    env = {name: value for name, value in os.environ.items() if name not in unset}
    return {
        **env,
        "PATH": f"{Path(sys.executable).parent}:{env['PATH']}",
        "MONGO_URL": mongod.url.replace("/coinbreakr?", "/tour?"),
        "COINBREAKR_DATA": str(tmp_path_factory.mktemp("data")),
        "BCRYPT_ROUNDS": "4",
        "LOG_LEVEL": "WARNING",
    }


def test_the_tour(environment: dict[str, str]) -> None:
    """`make run`, `make seed` in a second terminal, then the first block of each page."""
    with started(environment) as port:
        for _ in range(2):  # a second time changes nothing
            here = {**environment, "PORT": str(port)}
            seeded = subprocess.run(
                [*MAKE, "seed"], cwd=ROOT, env=here, check=True, capture_output=True, text=True
            )
            assert f"http://localhost:{port}/v1/auth/login" in seeded.stdout
        told: dict[Path, list[Any]] = {}
        for page, lines in TOURS.items():
            script = tour(page).replace(":3000", f":{port}")
            printed = subprocess.run(["sh", "-c", script], check=True, capture_output=True).stdout
            told[page] = [orjson.loads(line) for line in printed.splitlines()]
            assert len(told[page]) == lines
            assert [answer for answer in told[page] if not answer.get("data")] == []
    preview, first, again = told[SPLITS]
    shares = {share["user"]: share["amount"] for share in preview["data"]["splitWith"]}
    assert sorted(shares.values()) == [3.33, 6.67]
    assert {share["user"]["_id"]: share["amount"] for share in first["data"]["splitWith"]} == shares
    assert again == first
    stored, shown_rates, balance, _, _, converted, after = told[CURRENCIES]
    assert stored["data"] == shown_rates["data"]
    for amount in balance["data"]["inDisplayCurrency"].values():
        assert (amount["currency"], amount["source"]) == ("EUR", "members")
    _, pending, confirmed, counted, shares, voided, _ = told[SETTLEMENTS]
    assert (pending["data"]["status"], confirmed["data"]["status"]) == ("pending", "counted")
    assert counted["data"] == [confirmed["data"]]
    assert (shares["data"]["status"], voided["data"]["status"]) == ("counted", "void")
    assert voided["data"]["reason"] == "It was another dinner"
    assert converted["data"]["rate"] == "1.06"
    assert sorted(after["data"]["balances"].values()) == [-26.5, 26.5]


@contextmanager
def started(environment: dict[str, str]) -> Iterator[int]:
    port = free_port()
    env = {**environment, "PORT": str(port)}
    with subprocess.Popen([*MAKE, "run"], cwd=ROOT, env=env) as process:
        try:
            await_ready(port)
            yield port
        finally:
            process.terminate()


@pytest.mark.parametrize("line", shown())
def test_a_command_that_is_shown(line: str, environment: dict[str, str]) -> None:
    words = shlex.split(line)
    if any(line.startswith(known) for known in NEVER_RUN):
        files = [word for word in words[1:] if "/" in word and Path(ROOT, word).suffix]
        assert all((ROOT / file).exists() for file in files)
        return
    if words[0] == "make":
        assert len([word for word in words[1:] if "=" not in word]) == 1
        planned = ["--dry-run"] if words[1] in MAKE_ONLY_PLANNED else []
        words = [*MAKE, *planned, *words[1:]]
    done = subprocess.run(
        words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout


def test_nothing_is_excused_that_is_not_shown() -> None:
    lines = shown()
    targets = {line.split()[1] for line in lines if line.startswith("make ")}
    assert MAKE_ONLY_PLANNED.keys() <= targets
    assert [known for known in NEVER_RUN if not any(x.startswith(known) for x in lines)] == []
    assert len(lines) > 12


@pytest.mark.parametrize("program", ["coinbreakr", "coinbreakr-dev"])
@pytest.mark.parametrize("word", ["", "migrate", "verify", "rates", "settings", "run", "seed"])
def test_every_command_has_help_and_an_example(
    program: str, word: str, environment: dict[str, str]
) -> None:
    only = {"coinbreakr": {"settings"}, "coinbreakr-dev": {"run", "seed"}}
    if any(word in words for other, words in only.items() if other != program):
        assert helped(environment, program, word).returncode == 2
        return
    told = helped(environment, program, *word.split())
    assert told.returncode == 0
    assert f"Usage: {program} {word}".strip() in told.stdout
    assert (f"{program} {word}" in told.stdout.partition("Example: ")[2]) == bool(word)


def helped(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*words, "--help"], env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("module", "program"), [("coinbreakr", "coinbreakr"), ("devserver", "coinbreakr-dev")]
)
def test_a_module_is_its_command(module: str, program: str, environment: dict[str, str]) -> None:
    by_module = helped(environment, sys.executable, "-m", module)
    assert by_module.stdout == helped(environment, program).stdout


def test_the_command_that_prints_the_settings_names_all(environment: dict[str, str]) -> None:
    told = subprocess.run(
        ["coinbreakr", "settings"], env=environment, check=True, capture_output=True, text=True
    ).stdout
    assert all(name in told for name, _, _ in settings.describe())


@pytest.mark.parametrize(
    ("name", "default"), [(name, default) for name, default, _ in settings.describe()]
)
def test_every_setting_is_in_the_table_with_its_default(name: str, default: str) -> None:
    assert f"| `{name}` | {f'`{default}`' if default else ''}".rstrip() + " |" in README
