"""Stand-ins for the programs of a cloud: they note their calls in order and answer by rules."""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.infra.tools import ROOT

PROGRAMS = (
    "git", "gcloud", "docker", "trivy", "cosign", "kubectl", "curl", "python3",
    "terraform", "packer", "gh",
)  # fmt: skip
# Each rule: (pattern of the whole command line, answers in order, of which the last one stays).
Rule = tuple[str, list[tuple[int, str]]]

STUB = f"""#!{sys.executable} -SE
import json, os, pathlib, re, sys
folder = pathlib.Path(__file__).parent.parent
line = " ".join([pathlib.Path(sys.argv[0]).name, *sys.argv[1:]])
with (folder / "calls").open("a") as calls:
    calls.write(line.replace("\\n", " ") + "\\n")
if sys.argv[0].endswith("/python3") and (sys.argv[1] == "-c" or sys.argv[1].endswith(".py")):
    os.execv(sys.executable, sys.argv)  # what a script says in Python is its own
sys.stdin.read()
for word in sys.argv:
    if word.startswith("-out="):  # of terraform plan
        pathlib.Path(word[5:]).write_text("a plan")
for number, (pattern, answers) in enumerate(json.loads((folder / "rules").read_text())):
    if re.search(pattern, line):
        seen = folder / f"rule{{number}}"
        count = len(seen.read_text()) if seen.exists() else 0
        seen.write_text("x" * (count + 1))
        status, text = answers[min(count, len(answers) - 1)]
        sys.stdout.write(text)
        sys.exit(status)
"""


@dataclass
class Stubs:
    """A PATH on which only these programs come from the cloud."""

    folder: Path
    rules: list[Rule] = field(default_factory=list)

    def __post_init__(self) -> None:
        programs = self.folder / "bin"
        programs.mkdir(parents=True)
        for name in PROGRAMS:
            (programs / name).write_text(STUB)
            (programs / name).chmod(0o755)

    def when(self, pattern: str, *answers: tuple[int, str] | int | str) -> None:
        """Earlier rules win; a number is an exit status, a text is what is printed."""
        whole: list[tuple[int, str]] = []
        for answer in answers:
            if isinstance(answer, tuple):
                whole.append(answer)
            else:
                whole.append((answer, "") if isinstance(answer, int) else (0, answer))
        self.rules.append((pattern, whole))

    def write_rules(self) -> None:
        """Let the stand-ins know what is said so far."""
        (self.folder / "rules").write_text(json.dumps(self.rules))

    @property
    def environment(self) -> dict[str, str]:
        """What GitHub gives to a step, with the stand-ins first on PATH."""
        return {
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
            "OUT": str(self.folder / "out"),
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
            "GITHUB_OUTPUT": str(self.folder / "output"),
            "RETRY_PAUSE": "0.05",
        }

    def run(self, script: str, *args: str, **env: str) -> subprocess.CompletedProcess[str]:
        self.write_rules()
        return subprocess.run(
            [ROOT / script, *args], env={**self.environment, **env}, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip

    @property
    def calls(self) -> list[str]:
        file = self.folder / "calls"
        return file.read_text().splitlines() if file.exists() else []

    @property
    def summary(self) -> str:
        file = self.folder / "summary"
        return file.read_text() if file.exists() else ""

    def made(self, *patterns: str) -> list[str]:
        """Which of the patterns were called, in the order of the calls, each time."""
        return [next((p for p in patterns if re.search(p, call)), "") for call in self.calls]

    def order(self, *patterns: str) -> list[str]:
        """The calls that match any of the patterns, as those patterns, repeats as one."""
        found = [pattern for pattern in self.made(*patterns) if pattern]
        return [one for n, one in enumerate(found) if n == 0 or found[n - 1] != one]
