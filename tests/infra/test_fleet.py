"""The scripts of the machines: images are built once, and a fleet that does not serve goes back."""

import hashlib
import json
from pathlib import Path

import pytest

from tests.infra.stubs import Stubs
from tests.infra.test_deploy import NEW, OLD, healthy

NEW_IMAGE, OLD_IMAGE = f"coinbreakr-production-{NEW}", f"coinbreakr-production-{OLD}"
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
    stubs.when("^curl", healthy(NEW))
    return stubs


def fleet(stubs: Stubs, action: str, image: str = NEW_IMAGE, **env: str) -> tuple[int, str]:
    done = works(stubs).run(
        "deploy/fleet.sh", action, "production", image,
        REVISION=NEW, SMOKE_SECONDS="1", SMOKE_COUNT="2", **env,
    )  # fmt: skip
    return done.returncode, done.stderr


def test_a_plan_changes_nothing(stubs: Stubs) -> None:
    assert fleet(stubs, "plan")[0] == 0
    assert stubs.order(INIT, PLAN, APPLY, SMOKE) == [INIT, PLAN]
    assert f"to `{NEW_IMAGE}`" in stubs.summary


def test_an_apply_is_planned_named_and_proved(stubs: Stubs) -> None:
    assert fleet(stubs, "apply")[0] == 0
    assert stubs.order(DESCRIBE, INIT, PLAN, APPLY, SMOKE) == [DESCRIBE, INIT, PLAN, APPLY, SMOKE]
    called = str(stubs.calls)
    assert "-backend-config=production.gcs.tfbackend" in called
    assert f"-var-file=production.tfvars -var image_name={NEW_IMAGE} -out=tfplan" in called
    assert f"{URL}/v1/healthz" in called
    assert "**Rolled**" in stubs.summary


@pytest.mark.parametrize("broken", [APPLY, SMOKE])
def test_what_does_not_serve_goes_back(stubs: Stubs, broken: str) -> None:
    if broken == SMOKE:
        stubs.when(SMOKE, healthy(OLD))
    else:
        stubs.when(APPLY, 1, 0)
        stubs.when(SMOKE, healthy(OLD))
    status, _ = fleet(stubs, "apply")
    assert status == 1
    assert stubs.order(f"image_name={NEW_IMAGE}", f"image_name={OLD_IMAGE}", APPLY) == [
        f"image_name={NEW_IMAGE}", APPLY, f"image_name={OLD_IMAGE}", APPLY,
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
