"""Every job that reaches the cloud, run from its trigger: who it is, where, what it does."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.infra import github
from tests.infra.github import Run
from tests.infra.stubs import Stubs
from tests.infra.test_deploy import (
    DIGEST,
    IMAGE,
    KEPT,
    NEW,
    OLD_IMAGE,
    SMOKE,
    healthy,
    release,
    works,
)
from tests.infra.test_fleet import works as fleet_works

SIGNER = "https://github.com/coinbreakr/coinbreakr/.github/workflows/deploy.yml@refs/heads/testing"
MACHINE = f"coinbreakr-production-{NEW}"
CONTEXT = {
    "github.server_url": "https://github.com", "github.repository": "coinbreakr/coinbreakr",
    "github.repository_owner_id": "1", "github.repository_id": "2",
    "github.event.repository.visibility": "public", "github.token": "token",
    "vars.OWNER_ID": "1", "vars.WORKLOAD_IDENTITY_PROVIDER": "provider",
    "vars.DEPLOYER_SERVICE_ACCOUNT": "deployer", "vars.FLEET_SERVICE_ACCOUNT": "fleet",
    "vars.PLAN_SERVICE_ACCOUNT": "plan", "vars.IMAGE_SERVICE_ACCOUNT": "image",
    "vars.STATE_BUCKET": "state",
}  # fmt: skip


def on(branch: str, **more: Any) -> dict[str, Any]:
    ref = {"github.ref": f"refs/heads/{branch}", "github.ref_name": branch}
    return {**CONTEXT, **ref, **{key.replace("__", "."): value for key, value in more.items()}}


@pytest.fixture
def stubs(tmp_path: Path) -> Stubs:
    made = Stubs(tmp_path / "stubs")
    made.when("^git .*rev-parse", f"{NEW}\n")
    return made


RELEASE_TOOL = (
    "python3 -m pip install --quiet --no-deps --require-hashes -r services/requirements-release.txt"
)
CLUSTER = {
    "cluster_name": "coinbreakr-testing", "location": "us-central1", "project_id": "coinbreakr",
    "use_dns_based_endpoint": "true",
}  # fmt: skip


def who(run: Run) -> dict[str, tuple[str, str]]:
    return {name: (job.environment, job.account) for name, job in run.jobs.items()}


def test_a_push_to_testing_is_built_scanned_signed_and_rolled_out(stubs: Stubs) -> None:
    run = Run("deploy", works(stubs), on("testing"))
    assert who(run) == {
        "ci": ("", ""), "image": ("testing", "deployer"), "rollout": ("testing", "deployer")
    }  # fmt: skip
    assert not any(job.failed for job in run.jobs.values())
    image, rollout = run.jobs["image"], run.jobs["rollout"]
    assert [one for one in image.did if not one.startswith(("actions/set", "google"))] == [
        "actions/checkout", "aquasecurity/setup-trivy", "deploy/build.sh", "deploy/scan.sh",
        "github/codeql-action/upload-sarif", "sigstore/cosign-installer",
        RELEASE_TOOL,
        "deploy/push.sh", "deploy/sign.sh", "actions/attest-build-provenance",
    ]  # fmt: skip
    assert image.given["actions/attest-build-provenance"] == {
        "subject-name": IMAGE, "subject-digest": DIGEST, "push-to-registry": "true",
    }  # fmt: skip
    assert image.given["github/codeql-action/upload-sarif"]["sarif_file"].endswith("trivy.sarif")
    assert rollout.given["google-github-actions/get-gke-credentials"] == CLUSTER
    assert rollout.did[-4:] == [
        "google-github-actions/get-gke-credentials", 'deploy/verify.sh "$DIGEST"',
        'deploy/rollout.sh testing "$DIGEST"', "deploy/prune.sh",
    ]  # fmt: skip
    assert f"--certificate-identity {SIGNER} " in str(stubs.calls)
    assert "gcloud auth configure-docker us-central1-docker.pkg.dev --quiet" in stubs.calls
    assert all("--apply" not in call for call in stubs.calls)


@pytest.mark.parametrize("name", ["deploy", "image"])
def test_nothing_runs_in_a_fork(stubs: Stubs, name: str) -> None:
    run = Run(name, works(stubs), {**on("testing"), "vars.OWNER_ID": None})
    assert run.jobs == {}
    assert stubs.calls == []


@pytest.mark.parametrize("name", ["fleet", "rollback"])
def test_a_fork_can_do_nothing_by_hand(stubs: Stubs, name: str) -> None:
    for branch in ("main", "testing"):
        assert Run(name, stubs, {**on(branch), "github.repository_owner_id": "9"}).jobs == {}


def test_a_finding_stops_the_deploy_and_is_shown(stubs: Stubs) -> None:
    stubs.when("^trivy .*--exit-code 1", 1)
    run = Run("deploy", works(stubs), on("testing"))
    assert run.jobs["image"].failed == "Scan"
    assert run.jobs["image"].did[-1] == "github/codeql-action/upload-sarif"
    assert "rollout" not in run.jobs


def test_a_private_repository_goes_the_same_way_with_a_word(stubs: Stubs) -> None:
    context = {**on("testing"), "github.event.repository.visibility": "private"}
    run = Run("deploy", works(stubs), context)
    did = run.jobs["image"].did
    assert "actions/attest-build-provenance" not in did
    assert "github/codeql-action/upload-sarif" not in did
    assert "code security" in stubs.summary
    assert "attests nothing" in stubs.summary
    assert not run.jobs["rollout"].failed


def test_a_rollback_stops_deploys_and_goes_back(stubs: Stubs) -> None:
    stubs.when("^gh run list", "7\n", "")
    kept = {**release(1, OLD_IMAGE), **release(2, f"{IMAGE}:{NEW}@{DIGEST}")}
    stubs.when(KEPT, json.dumps({"data": kept}))
    stubs.when("get deployment .*image", f"{IMAGE}:{NEW}@{DIGEST}", OLD_IMAGE)
    stubs.when(SMOKE, healthy("b" * 40))
    run = Run("rollback", works(stubs), on("testing", inputs__commit=""))
    assert who(run) == {"stop": ("", ""), "rollback": ("testing", "deployer")}
    assert [job.said for job in run.jobs.values() if job.failed] == []
    back = run.jobs["rollback"]
    assert back.given["google-github-actions/get-gke-credentials"] == CLUSTER
    assert back.given["actions/checkout"] == {"persist-credentials": "false", "fetch-depth": "0"}
    assert stubs.order("gh run cancel 7", "^cosign verify", "^kubectl apply") == [
        "gh run cancel 7", "^cosign verify", "^kubectl apply"
    ]  # fmt: skip
    assert f"--certificate-identity {SIGNER} " in str(stubs.calls)


def test_a_rollback_is_of_testing_only(stubs: Stubs) -> None:
    assert Run("rollback", stubs, on("main", inputs__commit="")).jobs == {}


@pytest.mark.parametrize(
    ("branch", "environment"), [("main", "production"), ("staging", "staging")]
)
def test_a_fleet_is_planned_by_one_and_rolled_by_another(
    stubs: Stubs, branch: str, environment: str
) -> None:
    image = f"coinbreakr-{environment}-{NEW}"
    stubs.when("images describe .*family", f"coinbreakr-{environment}-family\n")
    stubs.when(" show -json", json.dumps({"variables": {"image_name": {"value": image}}}))
    inputs = {"inputs.image_name": image, "inputs.apply": True}
    run = Run("fleet", fleet_works(stubs), {**on(branch), **inputs})
    assert who(run) == {"plan": (f"{environment}-prepare", "plan"), "apply": (environment, "fleet")}
    assert [job.said for job in run.jobs.values() if job.failed] == []
    stored = [call for call in stubs.calls if "storage cp" in call]
    assert len(stored) == 2
    assert all(f"gs://state/mig/{environment}/plans/" in call for call in stored)
    assert sum(" -out=" in call for call in stubs.calls) == 1
    for job in run.jobs.values():
        assert job.given["hashicorp/setup-terraform"]["terraform_wrapper"] == "false"


def test_a_fleet_is_only_planned_unless_it_is_asked(stubs: Stubs) -> None:
    inputs = {"inputs.image_name": MACHINE, "inputs.apply": False}
    run = Run("fleet", fleet_works(stubs), {**on("main"), **inputs})
    assert list(run.jobs) == ["plan"]
    assert Run("fleet", stubs, {**on("testing"), **inputs}).jobs == {}


@pytest.mark.parametrize(
    ("branch", "environment"), [("main", "production"), ("staging", "staging")]
)
def test_a_machine_image_is_built_by_its_account(
    stubs: Stubs, branch: str, environment: str
) -> None:
    stubs.when("images describe", 1, f"coinbreakr-{environment}-{NEW}\n")
    run = Run("image", stubs, {**on(branch), "vars.PROJECT": "another"})
    assert who(run) == {"ci": ("", ""), "image": (f"{environment}-prepare", "image")}
    assert [job.said for job in run.jobs.values() if job.failed] == []
    did = run.jobs["image"].did
    assert did.index("packer/wheelhouse.sh") < did.index("google-github-actions/auth")
    (built,) = [call for call in stubs.calls if call.startswith("packer build")]
    assert f"-var project_id=another -var environment={environment} -var revision={NEW}" in built


GATES = {
    "lint": ["make lint"],
    "test": ["tests/infra/tools.sh quick", "make test"],
    "audit": ["make audit"],
    "dependencies": ["actions/dependency-review-action"],
    "image": [
        "deploy/build.sh", "deploy/scan.sh", "docker compose up --build --detach --wait",
        "SMOKE_URL=http://127.0.0.1:3000 deploy/smoke.sh",
    ],
    "manifests": [
        "kind create cluster --wait 120s", "make infra ONLY=server",
        "kubectl apply -k k8s/overlays/dev",
    ],
    "terraform": ['terraform/check.sh "$ROOT"'],
    "packer": ["packer/check.sh"],
    "workflows": ["docker.io/rhysd/actionlint:"],
    "infra": ["tests/infra/tools.sh all", "kind create", "sudo --preserve-env", "make infra"],
}  # fmt: skip


def test_every_gate_of_ci_is_there_and_nothing_may_be_skipped() -> None:
    document = github.workflow("ci")
    assert document["env"] == {"COINBREAKR_NOTHING_SKIPPED": "1"}
    assert set(document["jobs"]) == set(GATES)
    for job, gates in GATES.items():
        steps = document["jobs"][job]["steps"]
        done = "\n".join(f"{step.get('run', '')}\n{step.get('uses', '')}" for step in steps)
        assert [gate for gate in gates if gate not in done] == []
        assert ("if" in document["jobs"][job]) == (job == "dependencies")
        loose = [step["name"] for step in steps if "if" in step]
        allowed = ("Show the findings", "Say that", "Take mongod")
        assert all(name.startswith(allowed) for name in loose), job
    (review,) = [
        s for s in document["jobs"]["dependencies"]["steps"] if "review" in s.get("uses", "")
    ]
    assert review["with"] == {"fail-on-severity": "high"}
    assert document["jobs"]["test"]["strategy"]["matrix"]["mongodb"] == ["6.0", "8.0"]
    assert document["jobs"]["terraform"]["strategy"]["matrix"]["root"] == ["gke", "mig"]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("github.ref_name == 'main' && 'production' || 'staging'", "production"),
        ("contains(fromJSON('[\"main\"]'), github.ref_name) && vars.OWNER_ID == '1'", True),
        ("always() && vars.NONE != 'true'", True),
        ("!vars.NONE", True),
        ("vars.PROJECT || 'coinbreakr'", "coinbreakr"),
    ],
)
def test_expressions_are_what_github_makes_of_them(expression: str, expected: Any) -> None:
    assert github.value(expression, on("main")) == expected
