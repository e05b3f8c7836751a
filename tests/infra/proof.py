"""`make infra`: every check of the delivery that this machine can run, and a table of what ran.

A check that lacks a program is skipped with the reason; with COINBREAKR_NOTHING_SKIPPED, as in CI,
that is a failure. Arguments choose checks by a part of their group or name.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.infra.tools import ROOT

PYTEST = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-rs")
CHECKOV = ("checkov", "--compact", "--quiet", "--skip-download")
TRIVY = ("trivy", "config", "--quiet", "--skip-check-update", "--exit-code", "1")
TRIVY_GATE = (*TRIVY, "--severity", "HIGH,CRITICAL")
REHEARSAL = (*PYTEST, "-m", "rehearsal")
CONTAINERS = ("buildah", "podman", "runc", "debootstrap", "trivy")


@dataclass(frozen=True)
class Check:
    """One row of the table."""

    group: str
    name: str
    command: tuple[str, ...]
    needs: tuple[str, ...] = ()
    root: bool = False
    variable: str = ""  # of the environment, without which it cannot run

    def missing(self) -> str:
        """Why it cannot run here, or nothing."""
        absent = [program for program in self.needs if shutil.which(program) is None]
        if absent:
            return f"not installed: {', '.join(absent)}"
        if self.root and os.geteuid() != 0:
            return "needs root"
        if self.variable and not os.environ.get(self.variable):
            return f"{self.variable} is not set"
        return ""


CHECKS = [
    Check(
        "scripts",
        "deploy and rollback, in order",
        (*PYTEST, "tests/infra/test_deploy.py", "tests/infra/test_deploy_back.py"),
    ),
    Check(
        "scripts",
        "any sequence of deploys, and the report of a failure",
        (*PYTEST, "tests/infra/test_releases.py", "tests/infra/test_explain.py"),
        ("kubectl",),
    ),
    Check("scripts", "machines and fleet, in order", (*PYTEST, "tests/infra/test_fleet.py")),
    Check("scripts", "shellcheck", (*PYTEST, "tests/infra/test_scripts.py")),
    Check("workflows", "schemas, zizmor, rules", (*PYTEST, "tests/infra/test_workflows.py")),
    Check(
        "workflows",
        "every job from its trigger",
        (*PYTEST, "tests/infra/test_workflow_runs.py", "tests/infra/test_workflow_jobs.py"),
    ),
    Check("promises", "what is settled", (*PYTEST, "tests/infra/test_settled.py")),
    Check("workflows", "actionlint", ("actionlint",), ("actionlint",)),
    Check("promises", "what was broken before", (*PYTEST, "tests/infra/test_promises.py")),
    Check("promises", "pictures are true", (*PYTEST, "tests/infra/test_architecture.py")),
    Check("image", "Dockerfile and compose", (*PYTEST, "tests/infra/test_image.py")),
    Check("image", "trivy config", (*TRIVY, "services"), ("trivy",)),
    Check(
        "image",
        "built, run hardened, stopped, listed",
        (*REHEARSAL, "tests/infra/test_image_live.py"),
        CONTAINERS,
        root=True,
    ),
    Check(
        "kubernetes", "schemas and rules", (*PYTEST, "tests/infra", "-k", "test_k8s"), ("kubectl",)
    ),
    Check(
        "kubernetes", "checkov", (*CHECKOV, "-d", "k8s", "--framework", "kubernetes"), ("checkov",)
    ),
    Check(
        "kubernetes",
        "trivy config",
        (*TRIVY_GATE, "--ignorefile", "k8s/.trivyignore.yaml", "k8s"),
        ("trivy",),
    ),
    Check(
        "kubernetes",
        "a real API server",
        (*REHEARSAL, "tests/infra/test_k8s_server.py", "tests/infra/test_deploy_server.py"),
        ("kubectl",),
        variable="KUBECONFIG",
    ),
    Check("terraform", "walks of both roots", (*PYTEST, "tests/infra", "-k", "test_terraform")),
    Check(
        "terraform",
        "gke: fmt, validate, test",
        ("terraform/check.sh", "terraform/gke"),
        ("terraform",),
    ),
    Check(
        "terraform",
        "mig: fmt, validate, test",
        ("terraform/check.sh", "terraform/mig"),
        ("terraform",),
    ),
    Check(
        "terraform",
        "checkov",
        (*CHECKOV, "-d", "terraform", "--framework", "terraform"),
        ("checkov",),
    ),
    Check("terraform", "trivy config", (*TRIVY_GATE, "terraform"), ("trivy",)),
    Check("machine", "units, secrets, names", (*PYTEST, "tests/infra", "-k", "test_machine")),
    Check("machine", "packer", ("packer/check.sh",), ("packer",)),
    Check(
        "machine",
        "provisioned, booted, killed",
        (*REHEARSAL, "tests/infra/test_machine_live.py"),
        ("packer", "debootstrap", "systemd-nspawn", "ssh"),
        root=True,
    ),
    Check(
        "rolling",
        "update under load behind haproxy",
        (*REHEARSAL, "tests/infra/test_rolling_live.py"),
        ("haproxy", "wrk"),
    ),
    Check("data", "a million expenses", (*REHEARSAL, "tests/system/test_schema.py")),
]


@dataclass(frozen=True)
class Row:
    """What became of a check."""

    check: Check
    result: str
    seconds: float
    remark: str


def run(check: Check, figures: Path) -> Row:
    """Run one check, or say why not; the output of a failure is shown whole."""
    if why := check.missing():
        strict = bool(os.environ.get("COINBREAKR_NOTHING_SKIPPED"))
        return Row(check, "FAILED" if strict else "skipped", 0, why)
    started = time.monotonic()
    env = {**os.environ, "COINBREAKR_FIGURES": str(figures)}
    done = subprocess.run(
        check.command, cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.stdout.write(done.stdout + done.stderr)
    seconds = time.monotonic() - started
    if done.returncode:
        return Row(check, "FAILED", seconds, remark(done.stdout))
    if why := skipped_whole(done.stdout):
        return Row(check, "skipped", seconds, why)
    return Row(check, "passed", seconds, remark(done.stdout))


def skipped_whole(said: str) -> str:
    """Why pytest ran none of the tests that it was given, or nothing."""
    reasons = re.findall(r"^SKIPPED \[\d+\] \S+ (.*)$", said, re.MULTILINE)
    return "" if re.search(r"\d+ passed", said) else "; ".join(dict.fromkeys(reasons))


def remark(said: str) -> str:
    """The summary of the tool, where it has one."""
    ends = re.findall(
        r"^(?:Passed checks.*|.*\d+ passed.*|Success! \d+ passed.*|.*\d+ checks?, \d+ failed.*)$",
        said,
        re.MULTILINE,
    )
    return ends[-1].strip(" =") if ends else ""


def table(rows: list[Row]) -> str:
    """Markdown, so that it can stand in a report."""
    lines = ["| what | check | result | s | |", "|---|---|---|---|---|"]
    for row in rows:
        cells = (row.check.group, row.check.name, row.result, f"{row.seconds:.0f}", row.remark)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main(chosen: list[str]) -> int:
    """Run the chosen checks, or all; 1 when any failed."""
    checks = [c for c in CHECKS if not chosen or any(w in f"{c.group} {c.name}" for w in chosen)]
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        figures = Path(folder) / "figures"
        for check in checks:
            sys.stdout.write(f"{check.group}: {check.name} ... ")
            sys.stdout.flush()
            rows.append(run(check, figures))
            sys.stdout.write(f"{rows[-1].result}\n")
        measured = figures.read_text(encoding="utf-8") if figures.exists() else ""
    report = f"\n{table(rows)}\n\n{measured}"
    sys.stdout.write(report)
    if file := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(file).open("a", encoding="utf-8") as summary:
            summary.write(report)
    return int(not rows or any(row.result == "FAILED" for row in rows))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
