"""Who may do what: pods, the deployer, the network."""

import itertools
import re

import pytest

from tests.infra import manifests, terraform_files
from tests.infra.manifests import NAME, Doc, base, find, one

DEPLOYER = "coinbreakr-testing-deployer@coinbreakr.iam.gserviceaccount.com"
WRITES = {"create", "update", "patch", "delete", "deletecollection"}


def templates() -> list[Doc]:
    """Pods of the base and of the local database, which no rendering changes."""
    mongo = manifests.parse(manifests.FOLDER / "overlays/dev/mongo.yaml")
    return [template for _, template in manifests.pods((*base(), *mongo))]


def rules() -> list[Doc]:
    found: list[Doc] = one("Role")["rules"]
    return found


def allowed(verb: str, group: str, resource: str, name: str = "") -> bool:
    """Whether the deployer may, as Kubernetes decides it."""
    return any(
        verb in rule["verbs"]
        and group in rule["apiGroups"]
        and resource in rule["resources"]
        and ("resourceNames" not in rule or name in rule["resourceNames"])
        for rule in rules()
    )


def test_the_namespace_admits_only_restricted_pods() -> None:
    labels = one("Namespace")["metadata"]["labels"]
    for mode in ("enforce", "audit", "warn"):
        assert labels[f"pod-security.kubernetes.io/{mode}"] == "restricted"


def test_pods_run_as_nobody_in_particular() -> None:
    for template in templates():
        context = template["spec"]["securityContext"]
        assert context["runAsNonRoot"]
        assert context["runAsUser"] == context["runAsGroup"] > 0
        assert context["seccompProfile"] == {"type": "RuntimeDefault"}
    assert one("Deployment")["spec"]["template"]["spec"]["securityContext"]["runAsUser"] == 10001


def test_containers_can_neither_rise_nor_write_outside_their_volumes() -> None:
    for container in itertools.chain(*map(manifests.containers, templates())):
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "privileged": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }


def test_the_api_writes_in_memory_and_in_small_scratch_rooms_only() -> None:
    spec = one("Deployment")["spec"]["template"]["spec"]
    volumes = {volume["name"]: volume["emptyDir"] for volume in spec["volumes"]}
    mounts = {
        mount["mountPath"]: volumes[mount["name"]] for mount in manifests.api()["volumeMounts"]
    }
    assert set(mounts) == {"/tmp", "/dev/shm", "/run/coinbreakr-api"}
    assert mounts["/dev/shm"]["medium"] == mounts["/run/coinbreakr-api"]["medium"] == "Memory"
    assert all(re.fullmatch(r"\d\d?Mi", volume["sizeLimit"]) for volume in mounts.values())


def test_nothing_of_the_host_reaches_a_pod() -> None:
    for template in templates():
        spec = template["spec"]
        assert not {"hostNetwork", "hostPID", "hostIPC"} & set(spec)
        assert not [volume for volume in spec["volumes"] if "hostPath" in volume]
        assert not [
            c for c in manifests.containers(template) for p in c.get("ports", []) if "hostPort" in p
        ]


def test_pods_have_no_token_for_the_cluster() -> None:
    accounts = find(base(), "ServiceAccount")
    assert all(account["automountServiceAccountToken"] is False for account in accounts)
    assert all(
        template["spec"]["automountServiceAccountToken"] is False for template in templates()
    )
    used = [
        one(kind)["spec"]["template"]["spec"]["serviceAccountName"]
        for kind in ("Deployment", "Job")
    ]
    assert used == [account["metadata"]["name"] for account in accounts]
    subjects = [subject for doc in find(base(), "RoleBinding") for subject in doc["subjects"]]
    assert [subject["name"] for subject in subjects] == [DEPLOYER]


def test_rights_end_at_the_namespace() -> None:
    assert not find(base(), "ClusterRole")
    assert not find(base(), "ClusterRoleBinding")
    binding = one("RoleBinding")
    assert binding["roleRef"]["name"] == one("Role")["metadata"]["name"] == "coinbreakr-deployer"


def test_the_deployer_is_the_account_that_terraform_makes() -> None:
    account = terraform_files.one("gke", "resource", "google_service_account", "deployer")
    name = account["account_id"].replace("${local.name}", "coinbreakr-testing")
    assert f"{name}@coinbreakr.iam.gserviceaccount.com" == DEPLOYER


def test_no_right_is_a_wildcard_and_nothing_can_be_deleted() -> None:
    for rule in rules():
        assert "*" not in (*rule["apiGroups"], *rule["resources"], *rule["verbs"])
        assert not {"delete", "deletecollection", "update", "bind", "escalate"} & set(rule["verbs"])


def test_writing_is_bound_to_names() -> None:
    nameless = [
        rule["resources"]
        for rule in rules()
        if WRITES & set(rule["verbs"]) and "resourceNames" not in rule
    ]
    assert nameless == [["jobs"], ["configmaps"]]
    assert not any(allowed(verb, "batch", "jobs") for verb in WRITES - {"create"})


@pytest.mark.parametrize("verb", ["create", "patch", "update", "list", "watch"])
def test_of_secrets_the_deployer_reads_one_and_writes_none(verb: str) -> None:
    assert allowed("get", "", "secrets", "coinbreakr-secrets")
    assert not allowed("get", "", "secrets", "another")
    assert not allowed(verb, "", "secrets", "coinbreakr-secrets")


@pytest.mark.parametrize("resource", ["roles", "rolebindings"])
def test_the_deployer_cannot_give_rights(resource: str) -> None:
    assert not allowed("patch", "rbac.authorization.k8s.io", resource, "coinbreakr-deployer")
    for kind in ("pods", "pods/exec", "serviceaccounts", "serviceaccounts/token", "namespaces"):
        assert not any(allowed(verb, "", kind, NAME) for verb in WRITES)


def test_everything_is_closed_first() -> None:
    policy = one("NetworkPolicy", "default-deny")["spec"]
    assert policy == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_in_come_clients_and_the_collectors() -> None:
    clients, collectors = one("NetworkPolicy", NAME)["spec"]["ingress"]
    assert clients == {"ports": [{"port": "http"}]}
    assert collectors["ports"] == [{"port": "metrics"}]
    (peer,) = collectors["from"]
    assert set(peer) == {"namespaceSelector", "podSelector"}


def test_out_go_names_the_database_and_public_https() -> None:
    policy = one("NetworkPolicy", NAME)["spec"]
    ports = [sorted({port["port"] for port in rule["ports"]}) for rule in policy["egress"]]
    assert ports == [[53], [27017], [443]]
    assert policy["policyTypes"] == ["Ingress", "Egress"]


def test_the_migration_reaches_names_and_the_database_and_nobody_reaches_it() -> None:
    policy = one("NetworkPolicy", "coinbreakr-migrate")["spec"]
    labels = one("Job")["spec"]["template"]["metadata"]["labels"]
    assert policy["podSelector"]["matchLabels"] == labels
    assert policy["policyTypes"] == ["Ingress", "Egress"]
    assert "ingress" not in policy
    assert policy["egress"] == one("NetworkPolicy", NAME)["spec"]["egress"][:2]
    service = one("Service")["spec"]["selector"]
    assert not service.items() <= labels.items()


def test_no_pod_reaches_the_metadata_server_or_by_https_a_private_network() -> None:
    _, database, https = one("NetworkPolicy", NAME)["spec"]["egress"]
    for rule in (database, https):
        assert "169.254.0.0/16" in rule["to"][0]["ipBlock"]["except"]
    private = {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"}
    assert private <= set(https["to"][0]["ipBlock"]["except"])
