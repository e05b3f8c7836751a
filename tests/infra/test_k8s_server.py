"""What only an API server can say, asked of the one in KUBECONFIG, in a namespace of our own."""

import copy
import itertools
import json
import os
import secrets
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from tests.infra import manifests
from tests.infra.manifests import NAME, OVERLAYS, Doc, base, find, one, rendered
from tests.infra.test_k8s_app import CALLS
from tests.infra.test_k8s_security import DEPLOYER
from tests.infra.tools import require, skip

pytestmark = pytest.mark.rehearsal
APPLY = ("apply", "--server-side", "--validate=strict", "--field-manager=coinbreakr-deploy")
DRY = (*APPLY, "--dry-run=server")


def kubectl(*args: str, docs: list[Doc] | None = None) -> subprocess.CompletedProcess[str]:
    items = (
        None if docs is None else json.dumps({"apiVersion": "v1", "kind": "List", "items": docs})
    )
    return subprocess.run(
        [require("kubectl"), *args, *(("--filename", "-") if items else ())],
        input=items, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def moved(docs: tuple[Doc, ...] | list[Doc], room: str) -> list[Doc]:
    """The same objects in another namespace; without the kinds that this server does not know."""
    found = copy.deepcopy(list(docs))
    for doc in found:
        if doc["kind"] == "Namespace":
            doc["metadata"]["name"] = room
        else:
            doc["metadata"]["namespace"] = room
    known = kubectl(
        "api-resources", "--api-group=monitoring.googleapis.com", "--output=name"
    ).stdout
    return [doc for doc in found if doc["apiVersion"] != manifests.CUSTOM or known.strip()]


@pytest.fixture(scope="module")
def room() -> Iterator[str]:
    """A namespace with what a person applies once."""
    if not os.environ.get("KUBECONFIG"):
        skip("KUBECONFIG names no cluster to ask")
    name = f"coinbreakr-check-{secrets.token_hex(4)}"
    try:
        for kind in ("Namespace", "ServiceAccount", "Role", "RoleBinding"):
            done = kubectl(*APPLY, docs=moved(find(base(), kind), name))
            assert done.returncode == 0, done.stderr
        yield name
    finally:
        kubectl("delete", "namespace", name, "--ignore-not-found", "--wait=false")


def pod(room: str, **changes: Any) -> Doc:
    """A pod of the Deployment's, with another security context if one is given."""
    spec = copy.deepcopy(one("Deployment", NAME)["spec"]["template"]["spec"])
    del spec["topologySpreadConstraints"]  # their labels are those of a ReplicaSet
    if changes:
        spec["containers"][0]["securityContext"] = changes
    meta = {"name": "check", "namespace": room}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec}


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_overlay_is_accepted_without_a_warning(room: str, overlay: str) -> None:
    done = kubectl(*DRY, docs=moved(rendered(overlay), room))
    assert done.returncode == 0, done.stderr
    assert "Warning" not in done.stderr


def test_the_deployer_may_apply_the_overlay(room: str) -> None:
    docs = moved(rendered("testing"), room)
    jobs = [doc for doc in docs if doc["kind"] == "Job"]
    done = kubectl(*DRY, f"--as={DEPLOYER}", docs=[doc for doc in docs if doc not in jobs])
    assert done.returncode == 0, done.stderr
    done = kubectl("create", "--dry-run=server", f"--as={DEPLOYER}", docs=jobs)
    assert done.returncode == 0, done.stderr


def test_our_pod_is_admitted(room: str) -> None:
    done = kubectl(*DRY, docs=[pod(room)])
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("context", [{"privileged": True}, {"runAsUser": 0}], ids=str)
def test_a_pod_with_more_rights_is_refused(room: str, context: dict[str, Any]) -> None:
    done = kubectl(*DRY, docs=[pod(room, **context)])
    assert done.returncode != 0
    assert "violates PodSecurity" in done.stderr


@pytest.mark.parametrize("need", sorted(set(itertools.chain(*CALLS.values()))), ids=str)
def test_the_deployer_may_do_what_the_scripts_do(room: str, need: tuple[str, ...]) -> None:
    assert can(room, DEPLOYER, *need)


@pytest.mark.parametrize(
    "need",
    [
        ("create", "", "secrets", "coinbreakr-secrets"),
        ("get", "", "secrets", "another"),
        ("list", "", "secrets", ""),
        ("create", "", "pods", "another"),
        ("patch", "batch", "jobs", "coinbreakr-migrate"),
        ("create", "apps", "deployments", "another"),
        ("patch", "rbac.authorization.k8s.io", "roles", "coinbreakr-deployer"),
    ],
    ids=str,
)
def test_the_deployer_may_do_no_more(room: str, need: tuple[str, ...]) -> None:
    assert not can(room, DEPLOYER, *need)


@pytest.mark.parametrize("resource", ["secrets", "pods", "configmaps"])
def test_the_pods_own_account_may_do_nothing(room: str, resource: str) -> None:
    assert not can(room, f"system:serviceaccount:{room}:{NAME}", "list", "", resource, "")


def test_a_deploy_keeps_the_number_that_the_autoscaler_has_set(room: str) -> None:
    docs = moved(find(rendered("testing"), "Deployment"), room)
    number = ("get", "deployment", NAME, "--namespace", room, "--output=jsonpath={.spec.replicas}")
    assert kubectl(*APPLY, docs=docs).returncode == 0
    assert (
        kubectl("scale", f"deployment/{NAME}", "--namespace", room, "--replicas=5").returncode == 0
    )
    assert kubectl(*APPLY, docs=docs).returncode == 0
    assert kubectl(*number).stdout == "5"


def can(room: str, who: str, verb: str, group: str, resource: str, name: str) -> bool:
    what = f"{resource}.{group}" if group else resource
    done = kubectl(
        "auth",
        "can-i",
        verb,
        f"{what}/{name}" if name else what,
        "--namespace",
        room,
        f"--as={who}",
    )
    assert done.stdout.strip() in {"yes", "no"}, done.stderr
    return done.stdout.strip() == "yes"
