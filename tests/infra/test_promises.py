"""What the system before this one promised of its delivery and did not keep, one test a promise.

What it promised of the cluster is in test_k8s_promises.py.
"""

import re
from pathlib import Path
from typing import Any

import yaml

from tests.infra.terraform_files import document, of, one
from tests.infra.tools import ROOT

WORKFLOWS = "\n".join(p.read_text("utf-8") for p in (ROOT / ".github/workflows").glob("*.yml"))
SCRIPTS = {path.name: path.read_text("utf-8") for path in (ROOT / "deploy").glob("*.sh")}


def compute(kind: str, name: str) -> dict[str, Any]:
    return one("mig", "resource", f"google_compute_{kind}", name)


def test_a_finding_stops_the_scan() -> None:
    (gate,) = [line for line in SCRIPTS["scan.sh"].splitlines() if "--exit-code" in line]
    assert "--severity HIGH,CRITICAL" in gate
    assert "--exit-code 1" in gate
    assert "trivy-action@master" not in WORKFLOWS
    assert not re.search(r"exit-code: '?0", WORKFLOWS)


def test_nothing_shrugs_a_failure_off() -> None:
    for text in (WORKFLOWS, *SCRIPTS.values()):
        assert "|| echo" not in text
        assert "exit 0" not in text
        assert "continue-on-error" not in text


def test_pull_requests_check_the_manifests() -> None:
    jobs = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text("utf-8"))["jobs"]
    assert {"lint", "test", "audit", "image", "manifests", "terraform", "packer"} <= set(jobs)


def test_old_images_are_cleaned_up() -> None:
    registry = one("gke", "resource", "google_artifact_registry_repository", "main")
    assert registry["cleanup_policy_dry_run"] is False
    actions = [policy["action"] for policy in registry["cleanup_policies"]]
    assert actions == ["KEEP", "DELETE"]
    assert one("gke", "variable", "delete_after_days")["default"] == 30


def test_there_is_one_region_and_one_host_name() -> None:
    texts = [WORKFLOWS, *SCRIPTS.values()]
    for folder in ("terraform", "packer", "k8s", "docs"):
        files = (
            p for p in (ROOT / folder).rglob("*") if p.suffix in {".tf", ".tfvars", ".md", ".yaml"}
        )
        texts.extend(path.read_text("utf-8") for path in files)
    everything = "\n".join(texts)
    assert "us-east1" not in everything
    hosts = set(re.findall(r"\b[\w-]+\.splitlyr\.clestiq\.com", everything))
    assert hosts == {"api.splitlyr.clestiq.com", "staging.splitlyr.clestiq.com"}


def test_the_fleet_rolls_by_itself_and_loses_no_machine() -> None:
    group = compute("region_instance_group_manager", "api")
    (policy,) = group["update_policy"]
    assert policy["type"] == "PROACTIVE"
    assert policy["max_unavailable_fixed"] == 0
    assert "target_size" not in group, "it would fight the autoscaler"


def test_machines_are_private_and_run_as_an_account_of_their_own() -> None:
    template = compute("instance_template", "api")
    (interface,) = template["network_interface"]
    assert "access_config" not in interface, "an external address"
    assert "google_service_account.api.email" in template["service_account"][0]["email"]
    rules = [block.body for block in of("mig", "resource", "google_compute_firewall")]
    assert rules
    assert "0.0.0.0/0" not in str(rules)


def test_the_app_is_in_the_image_and_nothing_is_built_at_boot() -> None:
    template = compute("instance_template", "api")
    assert "metadata_startup_script" not in template
    assert "startup-script" not in template["metadata"]
    units = "".join(p.read_text("utf-8") for p in (ROOT / "packer/files").glob("*.service"))
    assert not re.search(r"docker|git |pip |apt", units)


def test_a_machine_gets_its_secrets() -> None:
    names = set(compute("instance_template", "api")["metadata"])
    assert {"coinbreakr-mongo-url-secret", "coinbreakr-jwt-secret-secret"} <= names


def test_the_certificate_can_change_and_the_address_cannot() -> None:
    certificate = one("mig", "resource", "google_certificate_manager_certificate", "api")
    assert certificate["lifecycle"][0]["create_before_destroy"] is True
    assert "${" in certificate["name"], "a fixed name could not be replaced"
    assert compute("global_address", "api")
    assert "google_compute_global_address.api" in str(compute("global_forwarding_rule", "https"))


def test_every_base_is_pinned() -> None:
    loose = re.compile(r"(?:image|FROM|ARG \w+)[:= ]\s*\S+:(latest|main|master)\b")
    for path in (ROOT / "services/Dockerfile", ROOT / "docker-compose.yml"):
        assert not loose.search(path.read_text("utf-8"))
    (plugin,) = document(ROOT / "packer/plugins.pkr.hcl")["packer"]
    assert re.fullmatch(
        r"= \d+\.\d+\.\d+", plugin["required_plugins"][0]["googlecompute"]["version"]
    )
    assert Path(ROOT / "services/requirements.txt").read_text("utf-8").count("--hash=sha256:") > 50
