"""The manifests agree with the API, the image, the deploy scripts and the cluster's Terraform."""

import itertools
import re
import subprocess
import sys

import pytest

from coinbreakr import settings
from coinbreakr.health import repository
from tests.infra import manifests, terraform_files
from tests.infra.manifests import NAME, Doc, api, base, front, one
from tests.infra.test_k8s_security import allowed
from tests.infra.tools import ROOT, gunicorn
from tests.server import CONTRACT_SECRET

SERVICES = ROOT / "services"
SECRETS = {"MONGO_URL": "mongo-url", "JWT_SECRET": "jwt-secret"}
STOP = r"sleep (\d+); kill -QUIT 1; sleep (\d+)"
PLURALS = {
    "ConfigMap": "configmaps", "Deployment": "deployments", "Service": "services",
    "HorizontalPodAutoscaler": "horizontalpodautoscalers", "NetworkPolicy": "networkpolicies",
    "PodDisruptionBudget": "poddisruptionbudgets", "PodMonitoring": "podmonitorings",
    "Rules": "rules", "Job": "jobs",
}  # fmt: skip
# Each call of kubectl in deploy/: (verb, group, resource, name).
CALLS = {
    "get job": [("get", "batch", "jobs", "")],
    "logs job": [
        ("get", "batch", "jobs", ""),
        ("list", "", "pods", ""),
        ("get", "", "pods/log", ""),
    ],
    "get deployment": [("get", "apps", "deployments", NAME)],
    "get service": [("get", "", "services", NAME)],
    "get secret": [("get", "", "secrets", "coinbreakr-secrets")],
    "get replicasets": [("list", "apps", "replicasets", "")],
    "get pods": [("list", "", "pods", "")],
    "get events": [("list", "", "events", "")],
    "get configmap": [("get", "", "configmaps", "coinbreakr-releases")],
    "logs pod": [("get", "", "pods", ""), ("get", "", "pods/log", "")],
    "patch object": [("patch", "apps", "deployments", NAME), ("patch", "", "services", NAME)],
    "rollout status": [(verb, "apps", "deployments", NAME) for verb in ("get", "list", "watch")],
}


def pod() -> Doc:
    found: Doc = one("Deployment", NAME)["spec"]["template"]["spec"]
    return found


def test_the_api_knows_every_setting() -> None:
    known = {name for name, _, _ in settings.describe()}
    assert set(manifests.settings()) | {entry["name"] for entry in api()["env"]} <= known
    overlays = [
        literal.partition("=")[0]
        for overlay in manifests.OVERLAYS
        for generator in manifests.kustomization(f"overlays/{overlay}")["configMapGenerator"]
        for literal in generator["literals"]
    ]
    assert set(overlays) <= known
    assert len(overlays) == len(manifests.OVERLAYS)


def test_the_api_accepts_the_settings_in_production() -> None:
    given = {
        "APP_ENV": "production",
        "MONGO_URL": "mongodb://db",
        "JWT_SECRET": CONTRACT_SECRET,
    }
    loaded = settings.load({**manifests.settings(), **given})
    ports = {port["name"]: port["containerPort"] for port in api()["ports"]}
    assert loaded.metrics_port == ports["metrics"]
    assert loaded.unix_socket
    assert loaded.jwt_lifetime == 7 * 86400


def test_gunicorn_does_what_the_pod_says_about_workers() -> None:
    script = (
        "import runpy; c = runpy.run_path('gunicorn.conf.py'); print(c['workers'], c['threads'])"
    )
    env = {"PYTHONPATH": str(SERVICES), "WEB_CONCURRENCY": "3", "WEB_THREADS": "5"}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=SERVICES, env=env, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert done.stdout.split() == ["3", "5"]
    assert {"WEB_CONCURRENCY", "WEB_THREADS"} <= manifests.settings().keys()


def test_secrets_come_from_the_secret_and_from_nowhere_else() -> None:
    entries = {entry["name"]: entry["valueFrom"]["secretKeyRef"] for entry in api()["env"]}
    assert entries == {
        name: {"name": "coinbreakr-secrets", "key": key} for name, key in SECRETS.items()
    }
    assert not set(manifests.settings()) & set(SECRETS)
    (keys,) = re.findall(r"for key in (.+); do", (ROOT / "deploy/rollout.sh").read_text("utf-8"))
    assert keys.split() == list(SECRETS.values())


def test_the_revision_comes_with_the_image() -> None:
    assert "APP_REVISION" not in manifests.settings()
    assert "ENV APP_REVISION=${REVISION}" in (SERVICES / "Dockerfile").read_text("utf-8")


def test_the_clients_address_is_the_peer_of_nginx() -> None:
    assert one("Service")["spec"]["externalTrafficPolicy"] == "Local"
    assert manifests.settings()["TRUSTED_PROXY_HOPS"] == "1"


@pytest.mark.parametrize(
    ("hops", "seconds"),
    [("0", range(1, 11)), ("2", range(601, 700))],
    ids=["clients", "a balancer"],
)
def test_a_quiet_connection_is_kept_for_a_balancer_only(hops: str, seconds: range) -> None:
    script = "import runpy; print(runpy.run_path('gunicorn.conf.py')['keepalive'])"
    env = {"PYTHONPATH": str(SERVICES), "TRUSTED_PROXY_HOPS": hops}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=SERVICES, env=env, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert int(done.stdout) in seconds


def test_a_pod_has_time_to_end() -> None:
    """nginx first, while the API still answers it; then the API."""
    command = front()["lifecycle"]["preStop"]["exec"]["command"]
    found = re.fullmatch(STOP, command[-1])
    assert found
    pause, ends = map(int, found.groups())
    assert command[:2] == ["sh", "-c"]
    assert pause >= 15  # GKE's balancer takes a node out after two checks, 3 s apart
    nginx = (SERVICES / "nginx.conf").read_text(encoding="utf-8")
    (drain,) = map(int, re.findall(r"worker_shutdown_timeout (\d+)s;", nginx))
    assert ends > drain  # no SIGTERM before it has ended
    sleep = api()["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert sleep > pause + drain
    assert pod()["terminationGracePeriodSeconds"] >= sleep + gunicorn("graceful_timeout") + 5


def test_a_stuck_rollout_is_told_before_the_script_stops_waiting() -> None:
    deadline = one("Deployment", NAME)["spec"]["progressDeadlineSeconds"]
    (minutes,) = set(re.findall(r"ROLLOUT_TIMEOUT:-(\d+)m", manifests.scripts()))
    assert deadline < min(int(minutes), 5) * 60
    probe = api()["startupProbe"]
    assert deadline > 2 * probe["periodSeconds"] * probe["failureThreshold"]


def test_the_probes_are_routes_of_the_api() -> None:
    source = (SERVICES / "coinbreakr/health/resources.py").read_text(encoding="utf-8")
    routes = set(re.findall(r'Route\("(/v1/\w+)"', source))
    assert front()["readinessProbe"]["httpGet"]["path"] in routes


def test_readiness_waits_longer_than_the_api_for_its_database() -> None:
    assert front()["readinessProbe"]["timeoutSeconds"] > repository._PATIENCE_SECONDS


def test_the_pod_is_the_user_of_the_image() -> None:
    dockerfile = (SERVICES / "Dockerfile").read_text(encoding="utf-8")
    (user,) = re.findall(r"^USER (\d+):(\d+)$", dockerfile, re.MULTILINE)
    context = pod()["securityContext"]
    assert user == (str(context["runAsUser"]), str(context["runAsGroup"]))


@pytest.mark.parametrize("name", ["IMAGE", "NAMESPACE", "DEPLOYMENT", "CONTAINER"])
def test_the_scripts_mean_these_objects(name: str) -> None:
    library = (ROOT / "deploy/lib.sh").read_text(encoding="utf-8")
    defaults = dict(re.findall(r'"\$\{(\w+):=([^}]+)\}"', library))
    image = defaults["IMAGE"]
    for key in ("REGION", "PROJECT", "REPOSITORY"):
        image = image.replace(f"${key}", defaults[key])
    expected = {
        "IMAGE": api()["image"].rpartition(":")[0],
        "NAMESPACE": one("Namespace")["metadata"]["name"],
        "DEPLOYMENT": one("Deployment")["metadata"]["name"],
        "CONTAINER": api()["name"],
    }
    assert {**defaults, "IMAGE": image}[name] == expected[name]


def test_the_deployer_may_do_what_the_scripts_do() -> None:
    used = set(re.findall(r'\bkube ((?:get|set|rollout|\w+) "?\$?[\w,]+)', manifests.scripts()))
    used = {re.sub(r'"\$', "", call) for call in used}
    assert used == set(CALLS)
    assert all(allowed(*need) for need in itertools.chain(*CALLS.values()))


def test_the_deployer_may_apply_all_of_the_base_and_no_more() -> None:
    names = manifests.kustomization("base")["resources"]
    applied = [doc for name in names for doc in manifests.parse(manifests.FOLDER / "base" / name)]
    for doc in applied:
        group = doc["apiVersion"].rpartition("/")[0]
        verbs = ("get", "create") if doc["kind"] == "Job" else ("get", "create", "patch")
        for verb in verbs:
            assert allowed(verb, group, PLURALS[doc["kind"]], doc["metadata"]["name"]), doc["kind"]
    by_hand = [doc["kind"] for doc in base() if doc not in applied]
    accounts = ["ServiceAccount", "ServiceAccount"]
    assert sorted(by_hand) == ["Namespace", "Role", "RoleBinding", *accounts]


def test_the_largest_fleet_fits_the_node_pool() -> None:
    pool = {
        name: terraform_files.one("gke", "variable", name)["default"]
        for name in ("machine_type", "max_nodes")
    }
    assert pool["machine_type"] == "e2-medium"
    free = 940 - 300  # what the kubelet of an e2-medium gives, less the agents of each node
    most = one("HorizontalPodAutoscaler")["spec"]["maxReplicas"]
    requests = [container["resources"]["requests"]["cpu"] for container in (api(), front())]
    cpu = sum(map(manifests.millicores, requests))
    assert most <= pool["max_nodes"] * (free // cpu)  # whole pods, node by node


def test_the_metrics_of_the_alerts_are_switched_on() -> None:
    cluster = terraform_files.one("gke", "resource", "google_container_cluster", "main")
    (monitoring,) = cluster["monitoring_config"]
    assert {"DEPLOYMENT", "HPA", "POD"} <= set(monitoring["enable_components"])
    assert monitoring["managed_prometheus"][0]["enabled"] is True
