"""The deploy scripts, step by step: what they call, in which order, and where they stop."""

import base64
import gzip
import json
import re
from pathlib import Path

import pytest

from tests.infra.stubs import Stubs

IMAGE = "us-central1-docker.pkg.dev/coinbreakr/coinbreakr-testing/services"
NEW, OLD = "a" * 40, "b" * 40
DIGEST, OLD_DIGEST = f"sha256:{'1' * 64}", f"sha256:{'2' * 64}"
NEW_IMAGE, OLD_IMAGE = f"{IMAGE}:{NEW}@{DIGEST}", f"{IMAGE}:{OLD}@{OLD_DIGEST}"
SIGNER = "https://github.com/coinbreakr/coinbreakr/.github/workflows/deploy.yml@refs/heads/testing"

BUILD, SAVE, SCAN = "^docker build", "^docker save", "^trivy .*--exit-code 1"
PUSH, PROVE = "^docker push", "images verify"
SIGN, ATTEST, VERIFY = "^cosign sign", "^cosign attest", "^cosign verify"
FIRST, MIGRATE, MIGRATED = (
    "^kubectl apply .*=before-migration", "^kubectl create .*=migration", "get job "
)  # fmt: skip
APPLY, STATUS = "^kubectl apply .*out/manifests.yaml .*!=migration", "rollout status"
BACK = "^kubectl apply .*out/before .*!=migration"
LIVE, KEPT = "^kubectl get --filename", "get configmap coinbreakr-releases"
KEEP, MARK = "^kubectl apply .*coinbreakr-releases", "^gcloud artifacts docker tags add"
LOGIN, SMOKE = "^docker login", "^curl .*/v1/healthz"
CHANGES = (PUSH, SIGN, FIRST, MIGRATE, APPLY, BACK, KEEP)


def release(number: int, image: str) -> dict[str, str]:
    """What the ConfigMap of the releases has for one."""
    packed = base64.b64encode(gzip.compress(f"        image: {image}\n".encode())).decode()
    one = {"number": number, "image": image, "withdrawn": False, "manifests": packed}
    return {f"release-{number}": json.dumps(one)}


def healthy(revision: str) -> str:
    return f'{{"success":true,"data":{{"version":"1.0.0+{revision}"}}}}'


@pytest.fixture
def stubs(tmp_path: Path) -> Stubs:
    """A cluster that runs OLD, and a cloud in which everything works."""
    made = Stubs(tmp_path / "stubs")
    made.when("^git .*rev-parse", f"{NEW}\n")
    return made


def works(stubs: Stubs, deployed: tuple[str, ...] = (OLD_IMAGE,)) -> Stubs:
    """What is not already said."""
    stubs.when("image inspect --format {{.Id}}", "sha256:id\n")
    stubs.when("RepoDigests", f"{IMAGE}@{DIGEST}\n")
    stubs.when("get secret", "jwt-secret\nmongo-url\n")
    stubs.when("^kubectl kustomize", f"        image: {NEW_IMAGE}\n")
    stubs.when(MIGRATED, "", "Complete")
    stubs.when("get deployment .*image", *deployed)
    kept = release(1, deployed[0]) if deployed[0] else {}
    stubs.when(KEPT, json.dumps({"data": kept}))
    stubs.when("get service", "203.0.113.7")
    stubs.when("^curl", healthy(NEW))
    return stubs


def test_a_commit_goes_the_whole_way_in_this_order(stubs: Stubs) -> None:
    done = works(stubs).run("deploy/deploy.sh", REVISION=NEW, SIGNER=SIGNER)
    assert done.returncode == 0, done.stderr
    steps = (
        BUILD, SAVE, SCAN, LOGIN, PUSH, PROVE, SIGN, ATTEST, VERIFY, "get secret",
        "^kubectl kustomize", LIVE, FIRST, MIGRATE, MIGRATED, APPLY, STATUS,
        "get service", SMOKE, KEEP, MARK,
    )  # fmt: skip
    assert stubs.order(*steps) == [*steps, LIVE]  # to tell what is in no manifest any more
    assert f"deploy of {NEW} to testing: done" in stubs.summary
    assert f"digest={DIGEST}\n" in (stubs.folder / "output").read_text()


def test_what_is_pushed_signed_and_deployed_is_one_digest(stubs: Stubs) -> None:
    works(stubs).run("deploy/deploy.sh", REVISION=NEW, SIGNER=SIGNER)
    called = "\n".join(stubs.calls)
    assert f"images verify --image {IMAGE} --tag {NEW} --digest {DIGEST}" in called
    assert f"cosign sign --yes {IMAGE}@{DIGEST}" in called
    assert f"--certificate-identity {SIGNER} " in called
    assert f"image: {NEW_IMAGE}\n" in (stubs.folder / "out/manifests.yaml").read_text()
    render = (stubs.folder / "out/render/kustomization.yaml").read_text()
    assert f'newTag: "{NEW}"\n' in render
    assert f"digest: {DIGEST}\n" in render
    assert "latest" not in called


@pytest.mark.parametrize(
    ("broken", "never"),
    [
        (BUILD, (SCAN, *CHANGES)),
        (SCAN, CHANGES),
        (PUSH, (SIGN, APPLY)),
        (PROVE, (SIGN, APPLY)),
        (SIGN, (APPLY,)),
        (VERIFY, (APPLY,)),
        ("^kubectl kustomize", (APPLY,)),
    ],
)
def test_nothing_is_changed_after_a_failure(
    stubs: Stubs, broken: str, never: tuple[str, ...]
) -> None:
    stubs.when(broken, 1)
    done = works(stubs).run("deploy/deploy.sh", REVISION=NEW, SIGNER=SIGNER)
    assert done.returncode != 0
    assert stubs.order(*never) == []
    assert "FAILED at" in stubs.summary
    assert ": done" not in stubs.summary


def test_an_image_that_changed_after_the_scan_is_not_pushed(stubs: Stubs) -> None:
    stubs.when("image inspect --format {{.Id}}", "sha256:scanned\n", "sha256:other\n")
    done = works(stubs).run("deploy/deploy.sh", REVISION=NEW, SIGNER=SIGNER)
    assert done.returncode != 0
    assert "is not the image that was scanned" in done.stderr
    assert stubs.order(*CHANGES) == []


@pytest.mark.parametrize(
    ("asked", "answer"), [("^git .*diff", 1), ("^git .*ls-files --others", "services/new.py\n")]
)
def test_work_that_is_not_committed_is_not_built(
    stubs: Stubs, asked: str, answer: int | str
) -> None:
    stubs.when(asked, answer)
    done = works(stubs).run("deploy/build.sh", REVISION=NEW)
    assert done.returncode != 0
    assert stubs.order(BUILD) == []


@pytest.mark.parametrize("keys", ["", "mongo-url\n", "jwt-secret\nmongo-url-old\n"])
def test_without_its_secrets_nothing_is_touched(stubs: Stubs, keys: str) -> None:
    stubs.when("get secret", (0, keys) if keys else (1, ""))
    done = works(stubs).run("deploy/rollout.sh", "testing", DIGEST, REVISION=NEW)
    assert done.returncode != 0
    assert "coinbreakr-secrets" in done.stderr
    assert stubs.order(APPLY, STATUS) == []


def test_a_balancer_without_an_address_is_a_failure(stubs: Stubs) -> None:
    stubs.when("get service", "")
    done = works(stubs).run("deploy/smoke.sh", NEW, REVISION=NEW, ADDRESS_SECONDS="0")
    assert done.returncode == 1
    assert "got no address" in done.stderr
    assert stubs.order(SMOKE) == []


@pytest.mark.parametrize("answer", [healthy(OLD), "", healthy(NEW[:39]), (22, "")])
def test_the_smoke_test_wants_the_new_revision(stubs: Stubs, answer: str | tuple[int, str]) -> None:
    stubs.when(SMOKE, answer)
    done = works(stubs).run("deploy/smoke.sh", NEW, REVISION=NEW, SMOKE_SECONDS="0")
    assert done.returncode == 1
    assert f"does not serve {NEW}" in done.stderr


def test_the_smoke_test_counts_in_a_row(stubs: Stubs) -> None:
    stubs.when(SMOKE, *([healthy(NEW)] * 4), healthy(OLD), healthy(NEW))
    done = works(stubs).run("deploy/smoke.sh", NEW, REVISION=NEW, SMOKE_COUNT="5")
    assert done.returncode == 0
    assert len([call for call in stubs.calls if re.search(SMOKE, call)]) == 10


def test_back_to_the_release_before(stubs: Stubs) -> None:
    kept = {**release(1, OLD_IMAGE), **release(2, NEW_IMAGE)}
    stubs.when(KEPT, json.dumps({"data": kept}))
    stubs.when("get deployment .*image", NEW_IMAGE, OLD_IMAGE)
    stubs.when(SMOKE, healthy(OLD))
    done = works(stubs).run("deploy/rollback.sh", "testing", REVISION=NEW, SIGNER=SIGNER)
    assert done.returncode == 0, done.stderr
    assert stubs.order(FIRST, MIGRATE, "^kubectl kustomize") == []  # nothing of today
    steps = [KEPT, VERIFY, APPLY, STATUS, SMOKE, KEEP]
    assert stubs.order(*steps) == [KEPT, VERIFY, KEPT, APPLY, STATUS, SMOKE, KEPT, KEEP]
    assert f"{IMAGE}@{OLD_DIGEST}" in next(call for call in stubs.calls if "cosign" in call)
    kept = json.loads((stubs.folder / "out/kept.json").read_text())["data"]
    assert [json.loads(one)["withdrawn"] for one in kept.values()] == [False, True]


def test_back_to_a_named_commit(stubs: Stubs) -> None:
    stubs.when(KEPT, json.dumps({"data": {**release(1, OLD_IMAGE), **release(2, NEW_IMAGE)}}))
    stubs.when(SMOKE, healthy(OLD))
    done = works(stubs, (NEW_IMAGE,)).run(
        "deploy/rollback.sh", "testing", OLD, REVISION=NEW, SIGNER=SIGNER
    )
    assert done.returncode == 0, done.stderr
    assert OLD_IMAGE in (stubs.folder / "out/manifests.yaml").read_text()


@pytest.mark.parametrize("commit", ["main", "abc", f"{OLD}; true"])
def test_only_a_whole_commit_names_a_release(stubs: Stubs, commit: str) -> None:
    done = works(stubs).run("deploy/rollback.sh", "testing", commit, REVISION=NEW, SIGNER=SIGNER)
    assert done.returncode == 1
    assert "not a full commit" in done.stderr
    assert stubs.order(VERIFY, APPLY) == []


def test_pruning_counts_every_kept_replica_set_and_release(stubs: Stubs) -> None:
    stubs.when("get replicasets", f"{NEW_IMAGE}\n\n")
    assert works(stubs).run("deploy/prune.sh", REVISION=NEW).returncode == 0
    assert (stubs.folder / "out/deployed").read_text().split() == [OLD_IMAGE, NEW_IMAGE]
    assert f"images prune --image {IMAGE} --deployed -" in str(stubs.calls)
    assert "--apply" not in str(stubs.calls)
