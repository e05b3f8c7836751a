"""The workflows: pinned, with few rights, without secrets, and wired to scripts that exist."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.infra.terraform_files import one
from tests.infra.tools import ROOT, require

FOLDER = ROOT / ".github" / "workflows"
FILES = sorted(FOLDER.glob("*.yml"))
WORKFLOWS: dict[str, dict[Any, Any]] = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in FILES
}
JOBS = [
    pytest.param(workflow, job, body, id=f"{workflow}-{job}")
    for workflow, document in WORKFLOWS.items()
    for job, body in document["jobs"].items()
]
STEPS = [
    pytest.param(step, id=f"{workflow}-{job}-{number}")
    for workflow, document in WORKFLOWS.items()
    for job, body in document["jobs"].items()
    for number, step in enumerate(body.get("steps", []))
]
each_workflow = pytest.mark.parametrize("name", sorted(WORKFLOWS))
each_job = pytest.mark.parametrize(("workflow", "job", "body"), JOBS)
each_step = pytest.mark.parametrize("step", STEPS)


def triggers(name: str) -> dict[str, Any]:
    """YAML 1.1 reads the key `on` as true."""
    found: dict[str, Any] = WORKFLOWS[name][True]
    return found


def tool(program: str, *options: str) -> None:
    done = subprocess.run(
        [require(program), *options], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_there_are_these() -> None:
    assert sorted(WORKFLOWS) == ["ci", "deploy", "fleet", "image", "rollback"]


@pytest.mark.parametrize(
    "schema", ["vendor.github-workflows", "custom.github-workflows-require-timeout"]
)
def test_they_are_what_github_reads(schema: str) -> None:
    tool("check-jsonschema", "--builtin-schema", schema, *map(str, FILES))


def test_dependabot_is_what_github_reads() -> None:
    tool("check-jsonschema", "--builtin-schema", "vendor.dependabot", ".github/dependabot.yml")


def test_zizmor_finds_nothing() -> None:
    tool("zizmor", "--offline", "--pedantic", "--no-progress", ".github")


@each_workflow
def test_nothing_is_allowed_that_a_job_does_not_ask_for(name: str) -> None:
    assert WORKFLOWS[name]["permissions"] == {}


@each_workflow
def test_no_gate_is_left_open(name: str) -> None:
    text = (FOLDER / f"{name}.yml").read_text(encoding="utf-8")
    assert "|| true" not in text
    assert "continue-on-error" not in text
    assert "exit-code: '0'" not in text
    assert "pull_request_target" not in text


@each_workflow
def test_no_secret_is_named(name: str) -> None:
    assert "secrets." not in (FOLDER / f"{name}.yml").read_text(encoding="utf-8")


@each_step
def test_actions_are_pinned_by_commit(step: dict[str, Any]) -> None:
    assert step["name"]
    if "uses" in step:
        assert re.fullmatch(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}", step["uses"])


@each_step
def test_no_expression_reaches_a_shell(step: dict[str, Any]) -> None:
    assert "${{" not in step.get("run", "")


@each_step
def test_what_a_step_runs_is_there(step: dict[str, Any]) -> None:
    for script in re.findall(
        r"(?:deploy|packer|terraform|tests/infra)/[\w-]+\.sh", step.get("run", "")
    ):
        assert (ROOT / script).stat().st_mode & 0o111
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"\bmake (\w+)", step.get("run", "")):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


@each_job
def test_a_job_ends_and_has_few_rights(workflow: str, job: str, body: dict[str, Any]) -> None:
    rights = body["permissions"]
    assert rights["contents"] == "read"
    writes = {name for name, right in rights.items() if right == "write"}
    if "uses" in body:
        assert writes == {"security-events"}
        return
    assert 0 < body["timeout-minutes"] <= (110 if (workflow, job) == ("fleet", "apply") else 60)
    assert body["runs-on"] == "ubuntu-24.04"
    allowed = {"security-events", "id-token", "attestations", "artifact-metadata"}
    assert writes <= (allowed | {"actions"} if (workflow, job) == ("rollback", "stop") else allowed)
    assert ("id-token" in writes) == ("environment" in body), "who has rights is approved"
    assert workflow != "ci" or writes <= {"security-events"}, job


def test_a_deploy_is_never_cut_off() -> None:
    for name in ("deploy", "rollback", "image", "fleet"):
        assert WORKFLOWS[name]["concurrency"]["cancel-in-progress"] is False


def test_a_rollback_waits_for_no_deploy_but_cancels_it() -> None:
    groups = {name: body["concurrency"]["group"] for name, body in WORKFLOWS.items()}
    assert len(set(groups.values())) == len(groups)
    stop, back = (WORKFLOWS["rollback"]["jobs"][name] for name in ("stop", "rollback"))
    assert stop["permissions"] == {"contents": "read", "actions": "write"}
    assert stop["steps"][-1]["run"] == "deploy/stop.sh deploy.yml testing"
    assert stop["steps"][-1]["env"] == {"GH_TOKEN": "${{ github.token }}"}
    assert back["needs"] == "stop"
    assert back["steps"][0]["with"]["fetch-depth"] == 0  # a commit that is not kept


SKIPPED = {
    "github/codeql-action/upload-sarif": "vars.CODE_SECURITY == 'true'",
    "actions/attest-build-provenance": "vars.ATTESTATIONS == 'true'",
}


@pytest.mark.parametrize("action", SKIPPED)
def test_what_a_private_repository_may_lack_is_skipped_with_a_word(action: str) -> None:
    found = 0
    for body in (body for document in WORKFLOWS.values() for body in document["jobs"].values()):
        steps = body.get("steps", [])
        for number, step in enumerate(steps):
            if step.get("uses", "").startswith(f"{action}@"):
                found += 1
                condition = "github.event.repository.visibility == 'public'"
                assert f"{condition} || {SKIPPED[action]}" in step["if"]
                word = steps[number + 1]
                assert SKIPPED[action].replace("==", "!=") in word["if"]
                assert condition.replace("==", "!=") in word["if"]
                assert "GITHUB_STEP_SUMMARY" in word["run"]
    assert found
    review = WORKFLOWS["ci"]["jobs"]["dependencies"]["if"]
    assert "github.event.repository.visibility == 'public' || vars.CODE_SECURITY" in review


NEEDS = {
    "github/codeql-action/upload-sarif": {"security-events": "write", "actions": "read"},
    "actions/attest-build-provenance": {
        "id-token": "write", "attestations": "write", "artifact-metadata": "write",
    },
    "google-github-actions/auth": {"id-token": "write"},
    "actions/checkout": {"contents": "read"},
}  # fmt: skip


@each_job
def test_each_action_has_the_rights_it_needs(workflow: str, job: str, body: dict[str, Any]) -> None:
    assert workflow
    assert job
    for step in body.get("steps", []):
        for right, level in NEEDS.get(step.get("uses", "").split("@")[0], {}).items():
            assert body["permissions"].get(right) == level, (step["name"], right)
    if body.get("uses", "").endswith("/ci.yml"):
        asked = [one["permissions"] for one in WORKFLOWS["ci"]["jobs"].values()]
        assert body["permissions"] == {key: value for one in asked for key, value in one.items()}


def test_who_applies_is_not_who_plans() -> None:
    plan, apply = (WORKFLOWS["fleet"]["jobs"][name] for name in ("plan", "apply"))
    accounts = {"plan": "vars.PLAN_SERVICE_ACCOUNT", "apply": "vars.FLEET_SERVICE_ACCOUNT"}
    for name, body in (("plan", plan), ("apply", apply)):
        (step,) = [one for one in body["steps"] if "auth@" in one.get("uses", "")]
        assert step["with"]["service_account"] == f"${{{{ {accounts[name]} }}}}"
    rule = "${{{{ github.ref_name == 'main' && 'production{0}' || 'staging{0}' }}}}"
    assert plan["environment"] == rule.format("-prepare")
    assert apply["environment"] == rule.format("")
    assert apply["needs"] == "plan"
    assert apply["if"] == "inputs.apply"
    env = apply["steps"][-1]["env"]
    assert env["PLAN_DIGEST"] == "${{ needs.plan.outputs.digest }}"
    assert env["PLANNED"] == "${{ needs.plan.outputs.planned }}"
    assert env["PLAN_STORE"] == plan["steps"][-1]["env"]["PLAN_STORE"]
    assert {
        key: f"${{{{ steps.{plan['steps'][-1]['id']}.outputs.{key} }}}}" for key in plan["outputs"]
    } == plan["outputs"]


def test_a_fleet_has_the_time_to_go_back() -> None:
    group = one("mig", "resource", "google_compute_region_instance_group_manager", "api")
    (limits,) = group["timeouts"]
    update = int(limits["update"].removesuffix("m"))
    assert WORKFLOWS["fleet"]["jobs"]["apply"]["timeout-minutes"] >= 2 * update + 15


def test_actionlint_lets_only_our_own_workflow_pass() -> None:
    """What its version in ci.yml says of the way zizmor wants it; see rhysd/actionlint#711."""
    config = yaml.safe_load((FOLDER.parent / "actionlint.yaml").read_text(encoding="utf-8"))
    ((ignored,),) = [path["ignore"] for path in config["paths"].values()]
    said = 'reusable workflow call "$/{}" at "uses" is not following the format "owner/repo/path"'
    assert re.search(ignored, said.format(".github/workflows/ci.yml"))
    assert not re.search(ignored, said.format(".github/workflows/other.yml"))


def test_what_attests_can_log_in() -> None:
    """It reads the login that docker keeps, and no credential helper; see sigstore-js#1243."""
    push = (ROOT / "deploy" / "push.sh").read_text(encoding="utf-8")
    assert "docker login" in push
    assert not any("configure-docker" in step for step in [push, *runs("deploy", "image")])


def test_what_rolls_out_was_tested() -> None:
    for name in ("deploy", "image"):
        jobs = WORKFLOWS[name]["jobs"]
        assert jobs["ci"]["uses"] == "$/.github/workflows/ci.yml"
        assert all("needs" in body for key, body in jobs.items() if key != "ci")
    assert WORKFLOWS["deploy"]["jobs"]["rollout"]["needs"] == "image"


def runs(workflow: str, job: str) -> list[str]:
    steps = WORKFLOWS[workflow]["jobs"][job]["steps"]
    return [step.get("run", step.get("uses", "")).split("@")[0] for step in steps]


def test_an_image_is_scanned_before_anyone_has_rights_and_signed_before_it_is_used() -> None:
    image, rollout = runs("deploy", "image"), runs("deploy", "rollout")
    order = [
        "deploy/build.sh",
        "deploy/scan.sh",
        "google-github-actions/auth",
        "deploy/push.sh",
        "deploy/sign.sh",
    ]
    assert [step for step in image if step in order] == order
    assert rollout.index('deploy/verify.sh "$DIGEST"') < rollout.index(
        'deploy/rollout.sh testing "$DIGEST"'
    )
    assert "actions/attest-build-provenance" in image


def test_the_branches_are_those_that_the_cloud_trusts() -> None:
    assert triggers("deploy")["push"]["branches"] == ["testing"]
    trusted = one("gke", "variable", "deploy_branch")["default"]
    assert triggers("deploy")["push"]["branches"] == [trusted]
    assert triggers("image")["push"]["branches"] == ["main", "staging"]
    assert set(triggers("fleet")) == set(triggers("rollback")) == {"workflow_dispatch"}
    assert set(triggers("ci")) == {"pull_request", "workflow_call", "schedule"}


def test_the_cluster_is_the_one_that_terraform_makes() -> None:
    text = (FOLDER / "deploy.yml").read_text(encoding="utf-8")
    tfvars = (ROOT / "terraform/gke/terraform.tfvars.example").read_text(encoding="utf-8")
    facts = dict(re.findall(r'^(\w+) *= "(.*)"$', tfvars, re.MULTILINE))
    assert f"cluster_name: coinbreakr-{facts['environment']}\n" in text
    assert f"location: {facts['region']}\n" in text
    assert f"project_id: {facts['project_id']}\n" in text
    image = f"{facts['region']}-docker.pkg.dev/{facts['project_id']}/coinbreakr-testing/services"
    assert f"subject-name: {image}\n" in text


def test_trivy_is_not_of_the_bad_days() -> None:
    """Versions 0.69.4 and tags that moved were malicious in March 2026 (GHSA-69fq-xp46-6x23)."""
    text = "".join(path.read_text(encoding="utf-8") for path in FILES)
    assert set(re.findall(r"version: v(0\.\d+\.\d+)", text)) == {"0.70.0"}


def test_mongodb_in_ci_is_the_one_of_the_compose_file() -> None:
    """The step that takes mongod from its image, run on our compose file."""
    steps = WORKFLOWS["ci"]["jobs"]["test"]["steps"]
    script = next(step["run"] for step in steps if "mongod" in step["name"])
    line = next(line for line in script.splitlines() if line.startswith("image="))
    done = subprocess.run(
        ["bash", "-c", f'{line}; printf %s "$image"'],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert re.fullmatch(r"docker\.io/library/mongo:8[.\d]+@sha256:[0-9a-f]{64}", done.stdout)
    assert Path(ROOT / "docker-compose.yml").read_text("utf-8").count(done.stdout) == 1


def test_the_development_overlay_comes_up_as_the_readme_says() -> None:
    readme = (ROOT / "k8s" / "README.md").read_text(encoding="utf-8")
    (commands,) = re.findall(r"in five commands\n\n```sh\n(.*?)```", readme, re.DOTALL)
    (step,) = [
        step["run"]
        for step in WORKFLOWS["ci"]["jobs"]["manifests"]["steps"]
        if "README" in step["name"]
    ]
    assert step.startswith(commands)


def test_every_check_is_named_where_branches_are_protected() -> None:
    """Names of the jobs, with their matrix, as GitHub shows them."""
    page = (ROOT / "docs" / "delivery.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([^`]+)`", page.split("| check |", 1)[1].split("\n\n", 1)[0]))
    shown = set()
    for body in WORKFLOWS["ci"]["jobs"].values():
        matrix = body.get("strategy", {}).get("matrix", {"": [""]})
        ((key, values),) = matrix.items()
        shown |= {body["name"].replace(f"${{{{ matrix.{key} }}}}", value) for value in values}
    assert shown <= named


def test_every_environment_is_described() -> None:
    page = (ROOT / "docs" / "delivery.md").read_text(encoding="utf-8")
    text = "".join(path.read_text(encoding="utf-8") for path in FILES)
    used = set(re.findall(r"environment: (\w+)$", text, re.MULTILINE))
    for line in re.findall(r"environment: \$\{\{(.*)\}\}", text):
        used |= set(re.findall(r"'([\w-]+)'", line)) - {"main"}
    assert used == set(
        re.findall(r"^\| `([\w-]+)` \| `(?:testing|staging|main)`", page, re.MULTILINE)
    )
    for variable in set(re.findall(r"vars\.(\w+)", text)):
        assert f"`{variable}`" in page
