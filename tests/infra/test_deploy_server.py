"""rollout.sh on the API server in KUBECONFIG: where it stops, and what a failed deploy leaves."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.infra.manifests import FOLDER, NAME
from tests.infra.test_deploy import DIGEST, NEW, NEW_IMAGE
from tests.infra.tools import ROOT, require, skip

pytestmark = pytest.mark.rehearsal
SPACE = "coinbreakr"
DEFINITION = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {{name: {plural}.monitoring.googleapis.com}}
spec:
  group: monitoring.googleapis.com
  scope: Namespaced
  names: {{kind: {kind}, plural: {plural}}}
  versions:
    - name: v1
      served: true
      storage: true
      schema: {{openAPIV3Schema: {{type: object, x-kubernetes-preserve-unknown-fields: true}}}}
"""


def kubectl(*args: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [require("kubectl"), *args], input=given, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def cluster() -> Iterator[None]:
    """The namespace as a person prepares it, but for the secret."""
    if not os.environ.get("KUBECONFIG"):
        skip("KUBECONFIG names no cluster to deploy to")
    if kubectl("get", "namespace", SPACE).returncode == 0:
        skip(f"the cluster has a namespace {SPACE} already, which is not ours to break")
    kinds = {"podmonitorings": "PodMonitoring", "rules": "Rules"}
    missing = [n for n in kinds if kubectl("get", f"{n}.monitoring.googleapis.com").returncode]
    definitions = "---\n".join(DEFINITION.format(plural=n, kind=kinds[n]) for n in missing)
    try:
        if definitions:
            kubectl("apply", "--filename", "-", given=definitions)
            names = [f"crd/{name}.monitoring.googleapis.com" for name in missing]
            kubectl("wait", "--for=condition=Established", "--timeout=30s", *names)
        for name in ("namespace", "serviceaccount", "rbac"):
            done = kubectl("apply", "--filename", str(FOLDER / "base" / f"{name}.yaml"))
            assert done.returncode == 0, done.stderr
        yield
    finally:
        kubectl("delete", "namespace", SPACE, "--ignore-not-found", "--wait=false")
        if definitions:
            kubectl("delete", "--filename", "-", "--wait=false", given=definitions)


def rollout(folder: Path) -> subprocess.CompletedProcess[str]:
    """Of an image that no registry has, so that its migration could not end."""
    env = {"REVISION": NEW, "OUT": str(folder), "ROLLOUT_TIMEOUT": "8s", "MIGRATE": "no"}
    return subprocess.run(
        [ROOT / "deploy" / "rollout.sh", "testing", DIGEST],
        env={**os.environ, **env}, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


@pytest.mark.usefixtures("cluster")
def test_without_the_secret_it_stops_before_it_touches_anything(tmp_path: Path) -> None:
    done = rollout(tmp_path)
    assert done.returncode == 1
    assert "coinbreakr-secrets" in done.stderr
    assert kubectl("--namespace", SPACE, "get", "deployment", NAME).returncode != 0


@pytest.mark.usefixtures("cluster")
def test_a_deploy_that_cannot_start_fails_after_one_revision(tmp_path: Path) -> None:
    keys = ("--from-literal=mongo-url=mongodb://nowhere", f"--from-literal=jwt-secret={NEW}")
    kubectl("--namespace", SPACE, "create", "secret", "generic", "coinbreakr-secrets", *keys)
    done = rollout(tmp_path)
    assert done.returncode == 1, done.stderr
    assert "first deploy" in done.stderr
    shape = "jsonpath={.spec.template.spec.containers[0].image}"
    left = kubectl("--namespace", SPACE, "get", "deployment", NAME, "--output", shape).stdout
    assert left == NEW_IMAGE
    sets = kubectl("--namespace", SPACE, "get", "replicasets", "--output", "name").stdout
    assert len(sets.splitlines()) <= 1, "one deploy is one revision"
