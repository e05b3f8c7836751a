"""The steps of deploy.yml as they stand there, run one after the other on a cloud of stand-ins."""

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.infra.stubs import Stubs
from tests.infra.test_deploy import (
    APPLY,
    BACK,
    BUILD,
    DIGEST,
    NEW,
    PROVE,
    PUSH,
    SCAN,
    SIGN,
    SMOKE,
    STATUS,
    VERIFY,
    healthy,
    works,
)  # fmt: skip
from tests.infra.tools import ROOT

FILE = ROOT / ".github" / "workflows" / "deploy.yml"
JOBS: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))["jobs"]
CONTEXT = {
    "github.server_url": "https://github.com",
    "github.repository": "coinbreakr/coinbreakr",
    "needs.image.outputs.digest": DIGEST,
}


@pytest.fixture
def stubs(tmp_path: Path) -> Stubs:
    made = Stubs(tmp_path / "stubs")
    made.when("^git .*rev-parse", f"{NEW}\n")
    return made


def filled(value: str) -> str:
    """With the expressions that GitHub would fill in."""
    return re.sub(r"\$\{\{ (.*?) \}\}", lambda found: CONTEXT[found[1]], value)


def run(stubs: Stubs, job: str) -> str:
    """Name of the step that failed, as GitHub stops there; or nothing."""
    stubs.write_rules()
    for step in JOBS[job]["steps"]:
        if "run" not in step:
            continue
        given = {name: filled(value) for name, value in step.get("env", {}).items()}
        done = subprocess.run(
            ["bash", "-e", "-c", step["run"]], cwd=ROOT, stdin=subprocess.DEVNULL,
            env={**stubs.environment, **given, "HOME": os.environ.get("HOME", "/")},
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        if done.returncode:
            return str(step["name"])
    return ""


def test_the_jobs_go_the_whole_way(stubs: Stubs) -> None:
    works(stubs)
    assert run(stubs, "image") == ""
    assert run(stubs, "rollout") == ""
    steps = (BUILD, SCAN, PUSH, PROVE, SIGN, VERIFY, APPLY, STATUS, SMOKE, "images prune")
    assert stubs.order(*steps) == list(steps)
    assert "SOURCE=https://github.com/coinbreakr/coinbreakr" in str(stubs.calls)
    assert f"{FILE.name}@refs/heads/testing" in str(stubs.calls)


def test_a_finding_of_the_scan_stops_before_the_cloud(stubs: Stubs) -> None:
    stubs.when(SCAN, 1)
    works(stubs)
    assert run(stubs, "image") == "Scan"
    assert stubs.order(PUSH, SIGN, "^gcloud") == []
    assert "**FAILED**: scan.sh" in stubs.summary


def test_a_failed_rollout_is_a_failed_job_that_went_back(stubs: Stubs) -> None:
    stubs.when(STATUS, 1, 0)
    stubs.when(SMOKE, healthy("b" * 40))
    works(stubs)
    assert run(stubs, "rollout") == "Roll out, or back"
    assert stubs.order(APPLY, BACK, SMOKE) == [APPLY, BACK, SMOKE]
    assert "rolled back" in stubs.summary
