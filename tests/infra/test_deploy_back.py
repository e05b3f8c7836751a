"""A rollout that fails: what goes back, to what, and what is said of it."""

from pathlib import Path

import pytest

from tests.infra.stubs import Stubs
from tests.infra.terraform_files import one
from tests.infra.test_deploy import (
    APPLY,
    BACK,
    DIGEST,
    FIRST,
    IMAGE,
    KEEP,
    KEPT,
    LIVE,
    MARK,
    MIGRATE,
    MIGRATED,
    NEW,
    NEW_IMAGE,
    OLD,
    OLD_IMAGE,
    SMOKE,
    STATUS,
    healthy,
    works,
)


@pytest.fixture
def stubs(tmp_path: Path) -> Stubs:
    """A cluster that runs OLD."""
    return Stubs(tmp_path / "stubs")


@pytest.mark.parametrize(
    ("broken", "answers"),
    [(APPLY, (1,)), (STATUS, (1, 0)), (SMOKE, ("", healthy(OLD)))],
)
def test_a_failed_rollout_goes_back_and_still_fails(
    stubs: Stubs, broken: str, answers: tuple[int | str, ...]
) -> None:
    stubs.when(broken, *answers)
    stubs.when(SMOKE, healthy(OLD))
    works(stubs)
    done = stubs.run(
        "deploy/rollout.sh", "testing", DIGEST, REVISION=NEW, SMOKE_SECONDS="1", SMOKE_COUNT="3"
    )
    assert done.returncode == 1
    assert stubs.order(APPLY, BACK) == [APPLY, BACK]
    assert stubs.order(BACK, STATUS, SMOKE)[-3:] == [BACK, STATUS, SMOKE]
    assert f"rolled back** to `{OLD_IMAGE}`" in stubs.summary
    assert "**Deployed**" not in stubs.summary
    assert stubs.order(KEEP) == []


@pytest.mark.parametrize(
    ("broken", "answer"),
    [
        (FIRST, 1),
        (MIGRATE, 1),
        (MIGRATED, "Failed"),
        (MIGRATED, "FailureTarget Failed"),
        (MIGRATED, ""),
    ],
)
def test_no_pod_comes_after_a_migration_that_fails(
    stubs: Stubs, broken: str, answer: int | str
) -> None:
    stubs.when(broken, answer)
    stubs.when(SMOKE, healthy(OLD))
    done = works(stubs).run(
        "deploy/rollout.sh", "testing", DIGEST, REVISION=NEW, MIGRATE_SECONDS="1", SMOKE_COUNT="1"
    )
    assert done.returncode == 1
    assert stubs.order(APPLY, MARK) == []
    assert f"rolled back** to `{OLD_IMAGE}`" in stubs.summary


def test_each_deploy_has_a_job_of_its_own(stubs: Stubs) -> None:
    done = works(stubs).run("deploy/rollout.sh", "testing", DIGEST, REVISION=NEW, MIGRATION="1")
    assert done.returncode == 0
    render = (stubs.folder / "out/render/kustomization.yaml").read_text()
    assert f"value: coinbreakr-migrate-{NEW[:12]}-1\n" in render
    assert any(f"get job coinbreakr-migrate-{NEW[:12]}-1 " in call for call in stubs.calls)


def test_it_goes_back_to_the_manifests_of_the_last_release(stubs: Stubs) -> None:
    stubs.when(STATUS, 1, 0)
    stubs.when(SMOKE, healthy(OLD))
    works(stubs).run("deploy/rollout.sh", "testing", DIGEST, REVISION=NEW, SMOKE_COUNT="1")
    assert (stubs.folder / "out/before").read_text().strip() == f"image: {OLD_IMAGE}"


@pytest.mark.parametrize("asked", [KEPT, LIVE])
def test_what_cannot_be_put_back_is_not_touched(stubs: Stubs, asked: str) -> None:
    stubs.when(asked, 1)
    done = works(stubs).run("deploy/rollout.sh", "testing", DIGEST, REVISION=NEW, ADOPT_SECONDS="0")
    assert done.returncode != 0
    assert stubs.order(FIRST, APPLY) == []


def test_what_serves_and_is_not_kept_is_a_failure_that_undoes_nothing(stubs: Stubs) -> None:
    stubs.when(KEEP, 1)
    done = works(stubs).run("deploy/rollout.sh", "testing", DIGEST, REVISION=NEW, KEEP_SECONDS="0")
    assert done.returncode == 1
    assert "is not kept" in done.stderr
    assert stubs.order(BACK, MARK) == []


def test_a_rollback_that_does_not_arrive_says_so(stubs: Stubs) -> None:
    stubs.when(STATUS, 1, 0)
    stubs.when("get deployment .*image", NEW_IMAGE)
    works(stubs)
    done = stubs.run("deploy/rollout.sh", "testing", DIGEST, REVISION=NEW)
    assert done.returncode == 1
    assert "after the rollback" in done.stderr
    assert "rolled back" not in stubs.summary


def test_a_failed_first_deploy_has_nothing_to_go_back_to(stubs: Stubs) -> None:
    stubs.when(STATUS, 1)
    done = works(stubs, ("",)).run("deploy/rollout.sh", "testing", DIGEST, REVISION=NEW)
    assert done.returncode == 1
    assert stubs.order(BACK) == []
    assert "first deploy" in stubs.summary


def test_what_is_deployed_is_marked_for_the_clean_up(stubs: Stubs) -> None:
    done = works(stubs).run("deploy/rollout.sh", "testing", DIGEST, REVISION=NEW)
    assert done.returncode == 0
    assert (
        f"gcloud artifacts docker tags add {IMAGE}@{DIGEST} "
        f"{IMAGE}:deployed-testing-release-0 --quiet" in stubs.calls
    )
    registry = one("gke", "resource", "google_artifact_registry_repository", "main")
    (kept,) = [p for p in registry["cleanup_policies"] if p["id"] == "keep-deployed"]
    assert kept["action"] == "KEEP"
    assert kept["condition"][0]["tag_prefixes"] == ["deployed-"]


def test_a_mark_that_fails_is_told_and_undoes_nothing(stubs: Stubs) -> None:
    stubs.when(MARK, 1)
    done = works(stubs).run("deploy/rollout.sh", "testing", DIGEST, REVISION=NEW)
    assert done.returncode == 0
    assert "**Warning**" in stubs.summary
    assert stubs.order(BACK) == []


def test_what_failed_is_not_marked(stubs: Stubs) -> None:
    stubs.when(STATUS, 1, 0)
    stubs.when(SMOKE, healthy(OLD))
    works(stubs).run("deploy/rollout.sh", "testing", DIGEST, REVISION=NEW, SMOKE_COUNT="1")
    assert stubs.order(MARK) == []
