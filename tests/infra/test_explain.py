"""The report after a failed rollout, read for each way in which an image can fail."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.infra.stubs import Stubs
from tests.infra.test_deploy import APPLY, BACK, DIGEST, NEW, OLD, SMOKE, STATUS, healthy, works

POD = "coinbreakr-api-5d4b-x7k2p"


def pod(state: dict[str, Any], last: dict[str, Any] | None = None, **status: Any) -> str:
    """A pod with nginx, which runs, and the API, which does not do well."""
    front = {"name": "front", "ready": True, "restartCount": 0, "state": {"running": {}}}
    api = {
        "name": "api", "ready": False, "restartCount": 4 if last else 0, "state": state,
        "lastState": last or {},
    }  # fmt: skip
    whole = {"phase": "Running", "containerStatuses": [api, front], **status}
    return json.dumps({"items": [{"metadata": {"name": POD}, "status": whole}]})


WAYS = {
    "no image": (
        pod({"waiting": {"reason": "ImagePullBackOff", "message": "Back-off pulling image"}}),
        ("api: waiting, ImagePullBackOff: Back-off pulling image",),
        None,
    ),
    "crashes": (
        pod(
            {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 40s"}},
            {"terminated": {"reason": "Error", "exitCode": 1}},
        ),
        ("api: waiting, CrashLoopBackOff", "api: before: terminated, Error, exit code 1"),
        "--previous",
    ),
    "never ready": (
        pod({"running": {"startedAt": "2026-01-01T00:00:00Z"}}),
        (f"{POD}: Running, 1 of 2 ready, 0 restarts", "api: runs, but is not ready"),
        "",
    ),
    "killed for memory": (
        pod(
            {"running": {}}, {"terminated": {"reason": "OOMKilled", "exitCode": 137}},
        ),
        ("api: before: terminated, OOMKilled, exit code 137", "4 restarts"),
        "--previous",
    ),
    "no secret": (
        pod({"waiting": {"reason": "CreateContainerConfigError", "message": 'no key "x"'}}),
        ('api: waiting, CreateContainerConfigError: no key "x"',),
        None,
    ),
    "no room": (
        json.dumps({"items": [{"metadata": {"name": POD}, "status": {
            "phase": "Pending",
            "conditions": [{
                "type": "PodScheduled", "status": "False", "reason": "Unschedulable",
                "message": "0/5 nodes are available: 5 Insufficient cpu.",
            }],
        }}]}),
        ("has no node: 0/5 nodes are available: 5 Insufficient cpu.",),
        None,
    ),
}  # fmt: skip


@pytest.fixture
def stubs(tmp_path: Path) -> Stubs:
    """A cluster in which the new pods never come up."""
    made = Stubs(tmp_path / "stubs")
    made.when(STATUS, 1, 0)
    made.when(SMOKE, healthy(OLD))
    return made


@pytest.mark.parametrize("way", WAYS)
def test_the_report_says_why(stubs: Stubs, way: str) -> None:
    pods, reasons, log = WAYS[way]
    stubs.when("get pods", pods)
    stubs.when("^kubectl .*get events", "LAST SEEN\n3s  Warning  BackOff\n")
    stubs.when(f"logs {POD}", "coinbreakr: MONGO_URL is not an address\n")
    done = works(stubs).run("deploy/rollout.sh", "testing", DIGEST, REVISION=NEW, SMOKE_COUNT="1")
    assert done.returncode == 1
    for reason in (*reasons, "3s  Warning  BackOff"):
        assert reason in done.stderr
        assert reason in stubs.summary
    logs = [call for call in stubs.calls if " logs coinbreakr-api" in call]
    if log is None:
        assert logs == [], "what has never started has no log"
    else:
        (call,) = logs
        assert call.endswith(f"logs {POD} --container api --tail 20 {log}".strip())
        assert "MONGO_URL is not an address" in stubs.summary
    assert stubs.order(APPLY, "get pods", BACK) == [APPLY, "get pods", BACK]


def test_kubectl_is_asked_to_sort_one_kind(stubs: Stubs) -> None:
    works(stubs).run("deploy/rollout.sh", "testing", DIGEST, REVISION=NEW, SMOKE_COUNT="1")
    sorted_ = [call for call in stubs.calls if "--sort-by" in call]
    assert sorted_
    assert not [call for call in sorted_ if "," in call.split("get ")[1].split()[0]]


@pytest.mark.parametrize("silent", ["get pods", "get events", " logs "])
def test_a_cluster_that_does_not_answer_keeps_nobody_from_going_back(
    stubs: Stubs, silent: str
) -> None:
    stubs.when(silent, 1)
    stubs.when("get pods", WAYS["crashes"][0])
    done = works(stubs).run("deploy/rollout.sh", "testing", DIGEST, REVISION=NEW, SMOKE_COUNT="1")
    assert done.returncode == 1
    assert "rolled back" in stubs.summary


def test_a_log_cannot_end_the_block_of_the_report(stubs: Stubs) -> None:
    stubs.when("get pods", WAYS["crashes"][0])
    stubs.when(" logs ", "```\n# all is well\n")
    works(stubs).run("deploy/rollout.sh", "testing", DIGEST, REVISION=NEW, SMOKE_COUNT="1")
    assert stubs.summary.count("```") == 2
