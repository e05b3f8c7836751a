"""The pictures tell what the manifests say: every number and name in them is read from there."""

import re
from typing import Any

import pytest

from docs.diagrams.render import blocks, mark
from tests.infra import manifests
from tests.infra.terraform_files import document, one
from tests.infra.tools import ROOT, gunicorn

TEXT = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
DIAGRAMS = blocks()
(KEEP,) = re.findall(
    r"^KEEP = (\d+)", (ROOT / "deploy/releases.py").read_text(encoding="utf-8"), re.MULTILINE
)


def default(root: str, variable: str) -> Any:
    return one(root, "variable", variable)["default"]


def tfvars(environment: str) -> dict[str, Any]:
    return document(ROOT / "terraform" / "mig" / f"{environment}.tfvars")


def cluster() -> list[str]:
    hpa = manifests.one("HorizontalPodAutoscaler")["spec"]
    targets = manifests.targets()
    cpu, memory = (targets[name]["averageUtilization"] for name in ("cpu", "memory"))
    service = manifests.one("Service", manifests.NAME)["spec"]
    (port,) = service["ports"]
    named = {entry["name"]: entry["containerPort"] for entry in manifests.front()["ports"]}
    keys = [entry["valueFrom"]["secretKeyRef"] for entry in manifests.api()["env"]]
    template = manifests.one("Deployment")["spec"]["template"]["spec"]
    names = ("min_nodes", "max_nodes", "delete_after_days")
    fewest, most, days = (default("gke", name) for name in names)
    return [
        f"HPA {hpa['minReplicas']} to {hpa['maxReplicas']} pods",
        f"CPU {cpu} %, memory {memory} %",
        f"Service {manifests.NAME}<br/>{service['type']}, external IP",
        f"phone -->|HTTP {port['port']}| l4",
        f"l4 -->|TCP {named[port['targetPort']]}| pods",
        f"in pods, uid {template['securityContext']['runAsUser']}",
        f"Secret {keys[0]['name']}<br/>{', '.join(key['key'] for key in keys)}",
        f"Node pool {default('gke', 'machine_type')}<br/>{fewest} to {most} private nodes",
        f"GKE cluster coinbreakr-{default('gke', 'environment')}, {default('gke', 'region')}",
        f"keeps {KEEP} releases,<br/>deletes after {days} days",
    ]


def machines() -> list[str]:
    production, share = tfvars("production"), default("mig", "cpu_target")
    tls = one("mig", "resource", "google_compute_ssl_policy", "edge")["min_tls_version"]
    check = one("mig", "resource", "google_compute_health_check", "ready")["http_health_check"][0]
    (found,) = [b["port"] for b in document(ROOT / "terraform/mig/locals.tf")["locals"]]
    assert check["port"] == "${local.port}"
    return [
        f"Autoscaler {production['min_replicas']} to {production['max_replicas']} machines",
        f"CPU {share:.0%}".replace("%", " %"),
        f"Cloud DNS<br/>{production['domain']}",
        f"TLS {tls.removeprefix('TLS_').replace('_', '.')}, Cloud Armor",
        f"https -->|HTTP {found}| fleet",
        *(f"coinbreakr-{environment}-family" for environment in ("production", "staging")),
    ]


@pytest.mark.parametrize("fact", [*cluster(), *machines()])
def test_the_overview_is_true(fact: str) -> None:
    assert fact in DIAGRAMS["overview"]


def staying_up() -> list[str]:
    hpa = manifests.one("HorizontalPodAutoscaler")["spec"]
    sizes = [
        f"{size['min_replicas']} to {size['max_replicas']}"
        for size in (tfvars("staging"), tfvars("production"))
    ]
    probes = [manifests.front()["readinessProbe"], manifests.api()["livenessProbe"]]
    quiet = hpa["behavior"]["scaleDown"]["stabilizationWindowSeconds"] // 60
    backend = one("mig", "resource", "google_compute_backend_service", "api")
    command = manifests.front()["lifecycle"]["preStop"]["exec"]["command"][-1]
    (pause,) = re.findall(r"^sleep (\d+); kill -QUIT 1;", command)
    graceful = gunicorn("graceful_timeout")
    return [
        f"down after {quiet} minutes",
        f"{' and '.join(sizes)} machines",
        *(f"`{probe['httpGet']['path']}` every {probe['periodSeconds']} s" for probe in probes),
        f"{pause} s until no request comes, {graceful} s to finish",
        f"{backend['connection_draining_timeout_sec']} s of draining, then {graceful} s to finish",
    ]


@pytest.mark.parametrize("fact", staying_up())
def test_the_table_is_true(fact: str) -> None:
    assert fact in TEXT


def test_the_way_of_a_commit_names_what_there_is() -> None:
    source = DIAGRAMS["deployment"]
    for script in set(re.findall(r"\b(\w+\.sh)", source)):
        assert (ROOT / "deploy" / script).exists() or (ROOT / "packer" / script).exists()
    for workflow in set(re.findall(r"\b(\w+\.yml)", source)):
        assert (ROOT / ".github" / "workflows" / workflow).exists()
    rollout = (ROOT / "deploy" / "rollout.sh").read_text(encoding="utf-8")
    smoke = (ROOT / "deploy" / "smoke.sh").read_text(encoding="utf-8")
    assert "ROLLOUT_TIMEOUT:-10m" in rollout
    assert "kubectl rollout status<br/>10 min" in source
    assert "SMOKE_COUNT:-10" in smoke
    assert "10 times the new commit" in source


@pytest.mark.parametrize("name", ["overview", "request", "deployment"])
def test_a_drawing_is_of_this_text(name: str) -> None:
    drawn = (ROOT / "docs" / "diagrams" / f"{name}.svg").read_text(encoding="utf-8")
    assert drawn.endswith(mark(DIAGRAMS[name])), "run: make diagrams"
    assert "foreignObject" not in drawn, "text that only browsers show"
    assert not re.search(r"<tspan[^>]*> ", drawn), "a space that only browsers show"
