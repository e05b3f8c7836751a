import ipaddress
import re
from typing import Any

import pytest

from tests.infra.terraform_files import (
    FOLDER,
    ROOTS,
    blocks,
    document,
    names,
    of,
    one,
    references,
    strings,
    suite,
    text,
)

each_root = pytest.mark.parametrize("root", ROOTS)

# Google's load balancers and health checkers, and its identity-aware proxy.
GOOGLE = {"130.211.0.0/22", "35.191.0.0/16", "35.235.240.0/20"}


@each_root
def test_a_root_is_whole(root: str) -> None:
    present = {path.name for path in (FOLDER / root).iterdir()}
    wanted = {"versions.tf", "providers.tf", "variables.tf", "network.tf", "outputs.tf"}
    assert wanted | {"README.md", "terraform.tfvars.example", "tests"} <= present
    assert list((FOLDER / root / "tests").glob("*.tftest.hcl"))


@each_root
def test_the_readme_says_what_it_makes_needs_and_how(root: str) -> None:
    readme = (FOLDER / root / "README.md").read_text(encoding="utf-8")
    for heading in ("Needs", "Apply", "Destroy", "Check"):
        assert f"\n## {heading}\n" in readme
    makes = {block.file for block in of(root, "resource")}
    assert {file for file in makes if f"`{file}`" not in readme} == set()
    outputs = set(re.findall(r"terraform output (?:-raw )?([a-z_]+)", readme))
    assert outputs <= names(root, "output")


@each_root
@pytest.mark.parametrize(("prefix", "kind"), [("var", "variable"), ("local", "local")])
def test_what_is_referred_to_is_declared_and_used(root: str, prefix: str, kind: str) -> None:
    assert references(text(root), prefix) == names(root, kind)
    if prefix == "var":
        assert references(suite(root), prefix) <= names(root, kind)


@each_root
@pytest.mark.parametrize(("prefix", "kind"), [("", "resource"), (r"data\.", "data")])
def test_every_address_is_declared(root: str, prefix: str, kind: str) -> None:
    declared = {block.words[1:] for block in of(root, kind)}
    used = set(re.findall(rf"(?<![\w.]){prefix}(google_[a-z_]+)\.([a-z_]+)", text(root)))
    asked = set(re.findall(rf"(?<![\w.]){prefix}(google_[a-z_]+)\.([a-z_]+)", suite(root)))
    assert declared
    assert used | asked <= declared
    assert not of(root, "module"), "modules have no walk here"


@each_root
def test_variables_are_typed_described_and_guarded(root: str) -> None:
    tried = set(re.findall(r"expect_failures = \[var\.([a-z_0-9]+)\]", suite(root)))
    for block in of(root, "variable"):
        name, body = block.words[1], block.body
        assert body.get("type"), name
        assert len(body.get("description", "")) > 10, name
        if body["type"] != "bool":
            assert body.get("validation"), f"{name} takes anything"
            assert name in tried, f"no test shows what {name} refuses"
    for block in of(root, "output"):
        assert len(block.body.get("description", "")) > 10, block.words


@each_root
def test_versions_are_bounded_and_the_state_is_in_a_bucket(root: str) -> None:
    settings = one(root, "terraform")
    bounded = re.compile(r">= [\d.]+, < [\d.]+")
    assert bounded.fullmatch(settings["required_version"])
    (providers,) = settings["required_providers"]
    assert {name: bool(bounded.fullmatch(p["version"])) for name, p in providers.items()} == {
        "google": True
    }
    assert providers["google"]["version"] == ">= 6.50, < 9.0"
    assert settings["backend"] == [{"gcs": {}}]


def test_every_environment_has_a_state_of_its_own() -> None:
    states = {
        f"{file.parent.name}/{file.name.split('.')[0]}": document(file)
        for file in FOLDER.glob("*/*.gcs.tfbackend")
    }
    assert set(states) == {"gke/testing", "mig/staging", "mig/production"}
    assert {place: state["prefix"] for place, state in states.items()} == {p: p for p in states}
    (bucket,) = {state["bucket"] for state in states.values()}
    assert bucket == one("mig", "variable", "state_bucket")["default"]


@each_root
def test_no_firewall_rule_is_open_to_the_world(root: str) -> None:
    rules = of(root, "resource", "google_compute_firewall")
    assert rules
    for rule in rules:
        assert set(rule.body["source_ranges"]) <= GOOGLE, rule.words
        assert {"target_tags", "target_service_accounts"} & set(rule.body), rule.words
        assert all(allow["protocol"] == "tcp" and allow["ports"] for allow in rule.body["allow"])
    everywhere = {word for block in blocks(root) for word in strings(block.body)}
    assert not {"0.0.0.0/0", "::/0"} & everywhere


@each_root
def test_no_account_is_mighty_and_no_secret_is_held(root: str) -> None:
    roles = set(re.findall(r"roles/[A-Za-z.0-9]+", text(root)))
    assert roles
    assert not {role for role in roles if re.search(r"/(owner|editor|viewer)$|[aA]dmin$", role)}
    kinds = {block.words[1] for block in (*of(root, "resource"), *of(root, "data"))}
    assert not {kind for kind in kinds if re.search("secret_version|account_key|_binding$", kind)}
    assert not of(root, "resource", "google_project_iam_policy")


@each_root
def test_fields_that_newer_providers_dropped_are_not_used(root: str) -> None:
    used = {word for block in blocks(root) for word in strings(block.body)}
    assert not {"enable_flow_logs", "node_count", "target_size"} & used


def test_the_two_roots_speak_alike() -> None:
    assert (one("gke", "provider", "google")) == one("mig", "provider", "google")
    assert one("gke", "terraform") == one("mig", "terraform")
    shared = (names("gke", "variable") & names("mig", "variable")) - {"environment"}
    assert {"project_id", "region", "zones", "github_owner_id", "github_repository_id"} <= shared
    for name in shared:
        theirs, ours = one("gke", "variable", name), one("mig", "variable", name)
        assert theirs["type"] == ours["type"]
        assert theirs["validation"] == ours["validation"]
        assert theirs.get("default") == ours.get("default")
    assert local("gke", "name") == local("mig", "name") == "coinbreakr-${var.environment}"
    assert local("mig", "image_family") == "${local.name}-family"


def test_one_name_is_the_host_the_record_and_the_certificate() -> None:
    record = one("mig", "resource", "google_dns_record_set", "api")
    proof = one("mig", "resource", "google_certificate_manager_dns_authorization", "api")
    (managed,) = one("mig", "resource", "google_certificate_manager_certificate", "api")["managed"]
    assert record["name"] == "${var.domain}."
    assert proof["domain"] == "${var.domain}"
    assert managed["domains"] == "${local.domains}"
    assert local("mig", "domains") == ["${var.domain}"]


def test_the_environments_differ_where_they_should() -> None:
    given = {name: document(FOLDER / f"mig/{name}.tfvars") for name in ("staging", "production")}
    assert {name: values["domain"] for name, values in given.items()} == {
        "staging": "staging.splitlyr.clestiq.com",
        "production": "api.splitlyr.clestiq.com",
    }
    sizes = {name: (v["min_replicas"], v["max_replicas"]) for name, v in given.items()}
    assert sizes == {"staging": (1, 5), "production": (2, 10)}
    zone = one("mig", "variable", "dns_managed_zone")["default"].replace("-", ".")
    for name, values in given.items():
        assert values["environment"] == name
        assert values["domain"].endswith(f".{zone}")
        assert set(values) <= names("mig", "variable")


def test_no_two_networks_overlap() -> None:
    cluster = [
        one("gke", "variable", f"{users}_cidr")["default"]
        for users in ("nodes", "pods", "services")
    ]
    fleets = [document(path)["subnet_cidr"] for path in (FOLDER / "mig").glob("*.tfvars")]
    ranges = [ipaddress.ip_network(cidr) for cidr in cluster + fleets]
    assert len(ranges) == 5
    assert not [(a, b) for a in ranges for b in ranges if a is not b and a.overlaps(b)]


@each_root
def test_the_examples_set_what_has_no_default(root: str) -> None:
    needed = {block.words[1] for block in of(root, "variable") if "default" not in block.body}
    example = document(FOLDER / root / "terraform.tfvars.example")
    for environment in (FOLDER / root).glob("*.tfvars"):
        assert needed <= set(example) | set(document(environment))
    assert set(example) <= names(root, "variable")
    assert root == "mig" or needed <= set(example)


def local(root: str, name: str) -> Any:
    (value,) = [block.body[name] for block in of(root, "locals") if name in block.body]
    return value
