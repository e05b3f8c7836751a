"""The scripts of the machines: images are built once, and a fleet that does not serve goes back."""

import hashlib
import json
import time
from pathlib import Path

import pytest

from tests.infra.stubs import Stubs
from tests.infra.test_deploy import NEW, OLD, healthy

NEW_IMAGE, OLD_IMAGE = f"coinbreakr-production-{NEW}", f"coinbreakr-production-{OLD}"
DIGEST = hashlib.sha256(b"a plan").hexdigest()
FETCH, STORE = (
    f"storage cp gs://state/plans/{DIGEST}.tfplan ",
    f"storage cp .* gs://state/plans/{DIGEST}.tfplan",
)
DESCRIBE, INIT, PLAN, APPLY = "images describe", "^terraform .* init", " plan ", " apply "
SMOKE, BUILD, DELETE = "^curl .*/v1/healthz", "^packer build", "images delete"
URL = "https://api.splitlyr.clestiq.com"


@pytest.fixture
def stubs(tmp_path: Path) -> Stubs:
    """A project in which OLD serves production."""
    return Stubs(tmp_path / "stubs")


def works(stubs: Stubs) -> Stubs:
    stubs.when("images describe .*family", "coinbreakr-production-family\n")
    stubs.when("output -json", json.dumps({"image": {"value": OLD_IMAGE}}))
    stubs.when("output -raw url", URL)
    stubs.when(" show -json", json.dumps({"variables": {"image_name": {"value": NEW_IMAGE}}}))
    stubs.when("^curl", healthy(NEW))
    return stubs


def fleet(stubs: Stubs, action: str, image: str = NEW_IMAGE, **env: str) -> tuple[int, str]:
    """With what a plan before has left."""
    plan = stubs.folder / "out" / "production.tfplan"
    plan.parent.mkdir(exist_ok=True)
    if action == "apply" and not plan.exists():
        plan.write_text("a plan")
    given = {"SMOKE_SECONDS": "1", "SMOKE_COUNT": "2", "PLAN_DIGEST": DIGEST, **env}
    done = works(stubs).run("deploy/fleet.sh", action, "production", image, REVISION=NEW, **given)
    return done.returncode, done.stderr


def test_a_plan_changes_nothing_and_is_kept(stubs: Stubs) -> None:
    assert fleet(stubs, "plan", PLAN_STORE="gs://state/plans")[0] == 0
    assert stubs.order(INIT, PLAN, STORE, APPLY, SMOKE) == [INIT, PLAN, STORE]
    assert " -lock=false " in next(call for call in stubs.calls if PLAN in call)
    assert f"to `{NEW_IMAGE}`" in stubs.summary
    assert f"digest={DIGEST}\n" in (stubs.folder / "output").read_text()


def test_what_was_planned_is_what_is_applied_and_proved(stubs: Stubs) -> None:
    assert fleet(stubs, "apply", PLAN_STORE="gs://state/plans")[0] == 0
    steps = [DESCRIBE, INIT, FETCH, APPLY, SMOKE]
    assert stubs.order(*steps, " -out=") == steps
    called = str(stubs.calls)
    assert "-backend-config=production.gcs.tfbackend" in called
    applied = next(call for call in stubs.calls if APPLY in call)
    assert applied.endswith(" -lock-timeout=5m " + str(stubs.folder / "out" / "production.tfplan"))
    assert f"{URL}/v1/healthz" in called
    assert "**Rolled**" in stubs.summary


def test_a_plan_names_its_environment_and_its_image(stubs: Stubs) -> None:
    assert fleet(stubs, "plan")[0] == 0
    called = str(stubs.calls)
    assert f"-var-file=production.tfvars -var image_name={NEW_IMAGE} -out=" in called


def test_another_plan_than_the_reviewed_one_is_refused(stubs: Stubs) -> None:
    status, said = fleet(stubs, "apply", PLAN_DIGEST="0" * 64)
    assert status == 1
    assert "which was reviewed" in said
    assert stubs.order(APPLY) == []


def test_without_the_digest_of_a_plan_nothing_is_applied(stubs: Stubs) -> None:
    assert fleet(stubs, "apply", PLAN_DIGEST="")[0] != 0
    assert stubs.order(APPLY) == []


def test_an_old_plan_is_refused(stubs: Stubs) -> None:
    status, said = fleet(stubs, "apply", PLANNED=str(int(time.time()) - 6 * 3600 - 5))
    assert status == 1
    assert "plan again" in said
    assert stubs.order(APPLY) == []


def test_a_plan_of_another_image_is_refused(stubs: Stubs) -> None:
    stubs.when(" show -json", json.dumps({"variables": {"image_name": {"value": OLD_IMAGE}}}))
    assert fleet(stubs, "apply")[0] == 1
    assert stubs.order(APPLY) == []


def test_a_plan_that_is_not_in_the_store_is_refused(stubs: Stubs) -> None:
    stubs.when(FETCH, 1)
    assert fleet(stubs, "apply", PLAN_STORE="gs://state/plans")[0] == 1
    assert stubs.order(APPLY) == []


@pytest.mark.parametrize("broken", [APPLY, SMOKE])
def test_what_does_not_serve_goes_back(stubs: Stubs, broken: str) -> None:
    if broken == SMOKE:
        stubs.when(SMOKE, healthy(OLD))
    else:
        stubs.when(APPLY, 1, 0)
        stubs.when(SMOKE, healthy(OLD))
    status, _ = fleet(stubs, "apply")
    assert status == 1
    assert stubs.order(f"image_name={OLD_IMAGE}", APPLY) == [
        APPLY, f"image_name={OLD_IMAGE}", APPLY,
    ]  # fmt: skip
    assert "rolled back" in stubs.summary


def test_two_images_that_do_not_serve_are_an_alarm(stubs: Stubs) -> None:
    stubs.when(SMOKE, "")
    status, said = fleet(stubs, "apply")
    assert status == 1
    assert "neither" in said
    assert "rolled back" not in stubs.summary


def test_a_first_image_has_nothing_to_go_back_to(stubs: Stubs) -> None:
    stubs.when("output -json", "{}\n")
    stubs.when(SMOKE, "")
    assert fleet(stubs, "apply")[0] == 1
    assert len([call for call in stubs.calls if APPLY in call]) == 1
    assert "no image before" in stubs.summary


def test_a_state_that_cannot_be_read_is_not_one_without_an_image(stubs: Stubs) -> None:
    stubs.when("output -json", 1)
    assert fleet(stubs, "apply")[0] != 0
    assert stubs.order(PLAN, APPLY) == []


@pytest.mark.parametrize("image", ["coinbreakr-none", f"other-{NEW}", "", f"coinbreakr-{NEW[:39]}"])
def test_only_an_image_with_its_commit_is_taken(stubs: Stubs, image: str) -> None:
    assert fleet(stubs, "apply", image)[0] != 0
    assert stubs.order(INIT, PLAN, APPLY) == []


@pytest.mark.parametrize("family", ["coinbreakr-staging-family\n", (1, "")])
def test_an_image_of_another_environment_is_refused(
    stubs: Stubs, family: str | tuple[int, str]
) -> None:
    stubs.when("images describe .*family", family)
    assert fleet(stubs, "apply")[0] != 0
    assert stubs.order(INIT, PLAN, APPLY) == []


def machine(stubs: Stubs, environment: str = "production") -> int:
    stubs.when("templates list", f"{OLD_IMAGE}\n")
    kept = [f"coinbreakr-production-{n:040x}" for n in range(10)]
    stubs.when("images list", "\n".join([*kept, "coinbreakr-production-older", OLD_IMAGE]) + "\n")
    wheels = stubs.folder / "wheels"
    wheels.mkdir()
    (wheels / "a.whl").write_text("wheel")
    digest = hashlib.sha256(b"wheel").hexdigest()
    (wheels / "SHA256SUMS").write_text(f"{digest}  a.whl\n")
    done = stubs.run("deploy/machine.sh", environment, REVISION=NEW, WHEELHOUSE=str(wheels))
    return done.returncode


def test_an_image_is_built_from_the_wheelhouse_and_old_ones_go(stubs: Stubs) -> None:
    stubs.when("images describe", 1, f"{NEW_IMAGE}\n")
    assert machine(stubs) == 0
    assert stubs.order("^packer init", BUILD, DELETE) == ["^packer init", BUILD, DELETE]
    deleted = [call for call in stubs.calls if DELETE in call]
    assert deleted == [
        "gcloud compute images delete coinbreakr-production-older --project coinbreakr --quiet"
    ]
    assert f"image_name={NEW_IMAGE}\n" in (stubs.folder / "output").read_text()


def test_an_image_is_built_once(stubs: Stubs) -> None:
    assert machine(stubs) == 0
    assert stubs.order(BUILD) == []


def test_what_was_tampered_with_is_not_built(stubs: Stubs) -> None:
    stubs.when("images describe", 1)
    done = stubs.run("deploy/machine.sh", "production", REVISION=NEW, WHEELHOUSE=str(stubs.folder))
    assert done.returncode != 0
    assert "wheelhouse.sh" in done.stderr
    assert stubs.order(BUILD) == []


def test_a_failed_build_deletes_nothing(stubs: Stubs) -> None:
    stubs.when("images describe", 1)
    stubs.when(BUILD, 1)
    assert machine(stubs) != 0
    assert stubs.order(DELETE) == []


@pytest.mark.parametrize("asked", ["templates list", "images list"])
def test_a_list_that_does_not_come_is_a_failure_and_deletes_nothing(
    stubs: Stubs, asked: str
) -> None:
    stubs.when(asked, 1)
    assert machine(stubs) != 0
    assert stubs.order(DELETE) == []


def test_machines_serve_staging_or_production(stubs: Stubs) -> None:
    assert machine(stubs, "testing") != 0
    assert stubs.calls == []


def test_a_rollback_cancels_the_deploys_that_run(stubs: Stubs) -> None:
    stubs.when("^gh run list", "11\n12\n", "12\n", "")
    done = stubs.run("deploy/stop.sh", "deploy.yml", "testing", REVISION=NEW)
    assert done.returncode == 0, done.stderr
    assert [call for call in stubs.calls if "cancel" in call] == [
        "gh run cancel 11",
        "gh run cancel 12",
    ]
    assert "--workflow deploy.yml --branch testing" in stubs.calls[0]


def test_a_deploy_that_does_not_end_is_cancelled_by_force_or_told(stubs: Stubs) -> None:
    stubs.when("^gh run list", "11\n")
    done = stubs.run("deploy/stop.sh", "deploy.yml", "testing", REVISION=NEW, STOP_SECONDS="0")
    assert done.returncode == 1
    assert "still running: 11" in done.stderr
    assert any(call.endswith("runs/11/force-cancel") for call in stubs.calls)


def test_no_answer_of_github_is_not_no_deploy(stubs: Stubs) -> None:
    stubs.when("^gh run list", 1)
    assert stubs.run("deploy/stop.sh", "deploy.yml", "testing", REVISION=NEW).returncode != 0


@pytest.mark.parametrize("action", ["plan", "apply"])
def test_a_dry_run_of_the_fleet_tells_and_calls_nothing(stubs: Stubs, action: str) -> None:
    done = stubs.run(
        "deploy/fleet.sh",
        "--dry-run",
        action,
        "production",
        NEW_IMAGE,
        REVISION=NEW,
        PLAN_DIGEST="d1",
    )
    assert done.returncode == 0
    assert f"would {action} the fleet of production" in done.stderr
    assert ("would apply the plan d1" in done.stderr) == (action == "apply")
    assert stubs.calls == []


def test_a_dry_run_of_a_deploy_tells_and_changes_nothing(stubs: Stubs) -> None:
    stubs.when("config current-context", "a-cluster")
    stubs.when("^kubectl kustomize", "kind: Deployment\n")
    done = stubs.run("deploy/deploy.sh", "--dry-run", "testing", REVISION=NEW)
    assert done.returncode == 0
    assert "of a-cluster:" in done.stderr
    assert "  - Deployment" in done.stderr
    assert stubs.order("^(?!kubectl (config|kustomize))") == []
