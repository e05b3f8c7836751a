"""What kustomize renders: valid, the same everywhere but where it must differ, and never loose."""

import re
import shutil
from pathlib import Path
from typing import Any

import kubernetes_validate  # type: ignore[import-untyped]
import pytest
import yaml

from tests.infra import manifests
from tests.infra.manifests import (
    CLOUD,
    IMAGE,
    NAME,
    OVERLAYS,
    api,
    base,
    leaves,
    one,
    rendered,
)

DIGEST = f"sha256:{'1' * 64}"
VERSIONS = [f"1.{minor}" for minor in range(31, 38)]
ENVIRONMENTS = {"dev": "development", **{name: name for name in CLOUD}}
# Between two overlays of the cloud; then what the overlay of a local cluster changes besides.
MAY_DIFFER = [
    r"ConfigMap/coinbreakr-config/data/APP_ENV",
    r"ConfigMap/coinbreakr-config/metadata/name",
    r"Deployment/coinbreakr-api/.*/api/envFrom/0/configMapRef/name",
    r"Job/coinbreakr-migrate/.*/migrate/envFrom/0/configMapRef/name",
]
DEV_MAY_DIFFER = [
    *MAY_DIFFER,
    r"Deployment/coinbreakr-api/.*/(api|front)/image(PullPolicy)?",
    r"Deployment/coinbreakr-api/spec/template/spec/initContainers/(wait-for-mongo|migrate)/.*",
    r"Job/coinbreakr-migrate/.*",
    r"HorizontalPodAutoscaler/coinbreakr-api/spec/minReplicas",
    r"Service/coinbreakr-api/spec/(type|externalTrafficPolicy|ports/http/nodePort)",
    r"Service/coinbreakr-api/metadata/annotations/cloud.google.com/l4-rbs",
    r"(PodMonitoring|Rules)/coinbreakr-api/.*",
    r"(Service|StatefulSet|NetworkPolicy)/mongo/.*",
    r"NetworkPolicy/coinbreakr-api-to-mongo/.*",
    r"Secret/coinbreakr-secrets/.*",
]


def flat(overlay: str) -> dict[str, Any]:
    """Every value of an overlay by its path; the hash of the settings does not count as a name."""
    found: dict[str, Any] = {}
    for doc in rendered(overlay):
        name = re.sub(r"^(coinbreakr-config)-\w{10}$", r"\1", doc["metadata"]["name"])
        found |= leaves(doc, f"{doc['kind']}/{name}")
    return found


def differences(left: str, right: str) -> list[str]:
    ours, theirs = flat(left), flat(right)
    return [
        path for path in sorted(ours.keys() | theirs.keys()) if ours.get(path) != theirs.get(path)
    ]


@pytest.mark.parametrize("version", VERSIONS)
def test_every_object_is_valid(version: str) -> None:
    docs = [*base(), *(doc for overlay in OVERLAYS for doc in rendered(overlay))]
    known = [doc for doc in docs if doc["apiVersion"] != manifests.CUSTOM]
    for doc in known:
        kubernetes_validate.validate(doc, version, strict=True)
    unknown = {doc["kind"] for doc in docs if doc not in known}
    assert unknown == {"PodMonitoring", "Rules"}  # GKE's; their shape is checked with the alerts


def test_the_validation_would_notice() -> None:
    wrong = {**one("Service"), "specs": {}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, VERSIONS[0], strict=True)


@pytest.mark.parametrize("overlay", CLOUD)
def test_overlays_of_the_cloud_differ_in_their_environment_only(overlay: str) -> None:
    for path in differences("testing", overlay):
        assert any(re.fullmatch(allowed, path) for allowed in MAY_DIFFER), path


def test_the_local_overlay_differs_where_it_must() -> None:
    paths = differences("testing", "dev")
    for path in paths:
        assert any(re.fullmatch(allowed, path) for allowed in DEV_MAY_DIFFER), path
    for allowed in DEV_MAY_DIFFER:
        assert any(re.fullmatch(allowed, path) for path in paths), f"nothing needs {allowed}"


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_each_overlay_says_which_environment_it_is(overlay: str) -> None:
    data = manifests.settings(rendered(overlay))
    assert data == {**manifests.settings(), "APP_ENV": ENVIRONMENTS[overlay]}


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_all_objects_live_in_the_namespace(overlay: str) -> None:
    assert {doc["metadata"]["namespace"] for doc in rendered(overlay)} == {"coinbreakr"}
    kinds = {doc["kind"] for doc in rendered(overlay)}
    assert not kinds & {"Namespace", "Role", "RoleBinding", "ServiceAccount"}


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_the_pods_read_the_map_of_this_overlay(overlay: str) -> None:
    (source,) = api(rendered(overlay))["envFrom"]
    name = source["configMapRef"]["name"]
    assert re.fullmatch(r"coinbreakr-config-\w{10}", name)
    assert one("ConfigMap", name, rendered(overlay))
    assert "internal.config" not in yaml.safe_dump_all(rendered(overlay))


def test_a_changed_setting_is_a_rollout(tmp_path: Path) -> None:
    shutil.copytree(manifests.FOLDER, tmp_path / "k8s")
    file = tmp_path / "k8s/base/configmap.yaml"
    file.write_text(file.read_text("utf-8").replace("LOG_LEVEL: INFO", "LOG_LEVEL: DEBUG"), "utf-8")
    changed = manifests.build(tmp_path / "k8s/overlays/testing")
    before, after = (
        one("Deployment", NAME, docs)["spec"]["template"] for docs in (rendered("testing"), changed)
    )
    assert before != after


@pytest.mark.parametrize("overlay", CLOUD)
def test_a_deploy_puts_the_same_commit_and_digest_everywhere(overlay: str, tmp_path: Path) -> None:
    shutil.copytree(manifests.FOLDER, tmp_path / "k8s")
    (tmp_path / "out").mkdir()
    image = {"name": IMAGE, "newTag": "a" * 40, "digest": DIGEST}
    (tmp_path / "out/kustomization.yaml").write_text(
        yaml.safe_dump({"resources": [f"../k8s/overlays/{overlay}"], "images": [image]}), "utf-8"
    )
    docs = manifests.build(tmp_path / "out")
    images = {c["image"] for _, pod in manifests.pods(docs) for c in manifests.containers(pod)}
    assert images == {f"{IMAGE}:{'a' * 40}@{DIGEST}"}


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_images_are_named_exactly(overlay: str) -> None:
    for _, pod in manifests.pods(rendered(overlay)):
        for container in manifests.containers(pod):
            tag = container["image"].partition("@")[0].rpartition(":")[2]
            assert "/" not in tag, "no tag means latest"
            assert tag != "latest"
            assert container["imagePullPolicy"] in {"IfNotPresent", "Never"}


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_container_has_a_share_and_a_limit(overlay: str) -> None:
    for _, pod in manifests.pods(rendered(overlay)):
        for container in manifests.containers(pod):
            for part in ("requests", "limits"):
                assert set(container["resources"][part]) == {"cpu", "memory"}, container["name"]


def test_only_the_local_overlay_makes_a_secret() -> None:
    assert [name for name in OVERLAYS if manifests.find(rendered(name), "Secret")] == ["dev"]
