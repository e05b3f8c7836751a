"""What the system before this one promised of its cluster and did not keep, one test a promise."""

import re

from tests.infra import manifests, terraform_files
from tests.infra.manifests import IMAGE, NAME, OVERLAYS, api, front, one, rendered

FILES = sorted(path for path in manifests.FOLDER.rglob("*.yaml"))
TEXT = "\n".join(path.read_text(encoding="utf-8") for path in FILES)


def test_one_region_everywhere() -> None:
    region = terraform_files.one("gke", "variable", "region")["default"]
    assert set(re.findall(r"\b[a-z]+-[a-z]+\d\b(?=-docker)", TEXT)) == {region}
    assert "us-east1" not in TEXT


def test_the_registry_is_the_one_that_terraform_makes() -> None:
    registry = terraform_files.one("gke", "resource", "google_artifact_registry_repository", "main")
    assert registry["repository_id"] == "${local.name}"
    (local,) = [block.body for block in terraform_files.of("gke", "locals") if "name" in block.body]
    environment = terraform_files.one("gke", "variable", "environment")["default"]
    name = local["name"].replace("${var.environment}", environment)
    assert IMAGE.split("/")[2] == name == "coinbreakr-testing"


def test_alive_and_ready_are_different_questions() -> None:
    assert api()["livenessProbe"]["httpGet"] != front()["readinessProbe"]["httpGet"]


def test_zero_downtime_has_its_parts() -> None:
    assert {"startupProbe", "livenessProbe", "lifecycle"} <= set(api())
    assert {"readinessProbe", "livenessProbe", "lifecycle"} <= set(front())
    assert one("PodDisruptionBudget")
    assert one("Deployment")["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0


def test_no_manifest_can_bring_latest_before_the_real_image() -> None:
    assert "latest" not in TEXT
    assert api()["image"] == f"{IMAGE}:set-by-deploy"


def test_a_deploy_does_not_reset_what_the_autoscaler_has_set() -> None:
    for overlay in OVERLAYS:
        assert "replicas" not in one("Deployment", NAME, rendered(overlay))["spec"]


def test_workloads_are_isolated() -> None:
    for overlay in OVERLAYS:
        docs = rendered(overlay)
        assert all(doc["metadata"]["namespace"] not in {"", "default"} for doc in docs)
        assert one("NetworkPolicy", "default-deny", docs)
        assert all(
            pod["spec"]["securityContext"]["runAsNonRoot"] for _, pod in manifests.pods(docs)
        )


def test_no_manifest_of_the_cloud_holds_a_secret() -> None:
    for file in FILES:
        if "dev" not in file.parts:
            text = file.read_text(encoding="utf-8")
            assert not re.search(r"kind: Secret\b|secretGenerator|mongodb(\+srv)?://", text), file
