"""The numbers and shapes that the cluster must have, read from k8s/base."""

import re

import pytest

from tests.infra import manifests
from tests.infra.manifests import NAME, POD, Doc, api, front, one
from tests.infra.tools import ROOT


def deployment() -> Doc:
    found: Doc = one("Deployment", NAME)["spec"]
    return found


def scaler() -> Doc:
    found: Doc = one("HorizontalPodAutoscaler")["spec"]
    return found


def test_the_flat_files_are_there() -> None:
    names = {path.name for path in (manifests.FOLDER / "base").glob("*.yaml")}
    assert names == {
        "configmap.yaml", "deployment.yaml", "hpa.yaml", "kustomization.yaml", "migrate.yaml",
        "monitoring.yaml", "namespace.yaml", "networkpolicy.yaml", "pdb.yaml", "rbac.yaml",
        "service.yaml", "serviceaccount.yaml",
    }  # fmt: skip


def test_two_to_ten_pods_by_cpu_and_memory() -> None:
    assert (scaler()["minReplicas"], scaler()["maxReplicas"]) == (2, 10)
    assert manifests.targets() == {
        "cpu": {"type": "Utilization", "averageUtilization": 70},
        "memory": {"type": "Utilization", "averageUtilization": 80},
    }


def test_it_scales_down_only_after_five_quiet_minutes_and_up_at_once() -> None:
    behavior = scaler()["behavior"]
    assert behavior["scaleDown"]["stabilizationWindowSeconds"] == 300
    assert behavior["scaleUp"]["stabilizationWindowSeconds"] == 0


def test_the_autoscaler_alone_owns_the_number_of_pods() -> None:
    assert "replicas" not in deployment()
    assert scaler()["scaleTargetRef"] == {
        "apiVersion": "apps/v1", "kind": "Deployment", "name": NAME
    }  # fmt: skip


def test_each_pod_has_its_share_and_its_limit() -> None:
    assert api()["resources"] == {
        "requests": {"cpu": "250m", "memory": "256Mi"},
        "limits": {"cpu": "500m", "memory": "512Mi"},
    }
    assert front()["resources"] == {
        "requests": {"cpu": "50m", "memory": "64Mi"},
        "limits": {"cpu": "250m", "memory": "512Mi"},
    }


def test_a_rollout_takes_nothing_away_before_its_replacement_serves() -> None:
    assert deployment()["strategy"] == {
        "type": "RollingUpdate",
        "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1},
    }
    assert deployment()["revisionHistoryLimit"] == 10


def test_only_readiness_asks_the_database_and_liveness_waits_for_no_request() -> None:
    probes = {
        (container["name"], kind): container[f"{kind}Probe"]["httpGet"]
        for container in (api(), front())
        for kind in ("startup", "readiness", "liveness")
        if f"{kind}Probe" in container
    }
    assert probes == {
        ("api", "startup"): {"path": "/livez", "port": "metrics"},
        ("api", "liveness"): {"path": "/livez", "port": "metrics"},
        ("front", "readiness"): {"path": "/v1/readyz", "port": "http"},
        ("front", "liveness"): {"path": "/livez", "port": "front-livez"},
    }
    assert front()["readinessProbe"]["failureThreshold"] >= 3  # a blip must not empty the fleet


def test_nginx_listens_where_the_pod_says() -> None:
    nginx = (ROOT / "services/nginx.conf").read_text(encoding="utf-8")
    ports = {port["name"]: port["containerPort"] for port in front()["ports"]}
    assert ports == {"http": 3000, "front-livez": 3001}
    assert [int(port) for port in re.findall(r"listen (\d+)", nginx)] == list(ports.values())
    assert f"server unix:{manifests.settings()['UNIX_SOCKET']};" in nginx
    assert f"127.0.0.1:{manifests.settings()['METRICS_PORT']}/livez" in nginx
    assert front()["command"] == ["nginx", "-c", "/opt/coinbreakr/nginx.conf"]


def test_both_containers_share_the_socket_and_nothing_else() -> None:
    mounts = [
        {mount["name"] for mount in container["volumeMounts"]} for container in (api(), front())
    ]
    assert mounts[0] & mounts[1] == {"socket"}
    socket = manifests.settings()["UNIX_SOCKET"]
    for container in (api(), front()):
        paths = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
        assert socket.startswith(paths["socket"] + "/")


def test_nginx_has_room_for_all_that_it_may_take() -> None:
    nginx = (ROOT / "services/nginx.conf").read_text(encoding="utf-8")
    most, photos = (
        int(found) for name in ("all", "photos")
        for found in set(re.findall(rf"limit_conn {name} (\d+);", nginx))
    )  # fmt: skip
    volumes = {
        volume["name"]: volume["emptyDir"] for volume in deployment()["template"]["spec"]["volumes"]
    }
    room = int(volumes["front-tmp"]["sizeLimit"].removesuffix("Gi")) * 1024
    assert most * 256 / 1024 + photos * 10 < room  # MiB of bodies
    memory = int(front()["resources"]["limits"]["memory"].removesuffix("Mi"))
    (count, size) = re.findall(r"proxy_buffers (\d+) (\d+)k;", nginx)[0]
    assert most * (int(count) + 1) * int(size) / 1024 < memory  # MiB of answers


def test_the_start_has_a_minute_before_liveness_counts() -> None:
    probe = api()["startupProbe"]
    assert probe["periodSeconds"] * probe["failureThreshold"] >= 60


def test_ports_have_names_and_everybody_uses_the_names() -> None:
    ports = {port["name"]: port["containerPort"] for port in api()["ports"]}
    assert ports == {"metrics": 9090}
    assert [port["targetPort"] for port in one("Service")["spec"]["ports"]] == ["http"]
    (endpoint,) = one("PodMonitoring")["spec"]["endpoints"]
    assert (endpoint["port"], endpoint["path"]) == ("metrics", "/metrics")


def test_pods_are_spread_over_zones_and_machines_by_revision() -> None:
    constraints = deployment()["template"]["spec"]["topologySpreadConstraints"]
    assert {c["topologyKey"] for c in constraints} == {
        "topology.kubernetes.io/zone",
        "kubernetes.io/hostname",
    }
    for constraint in constraints:
        assert constraint["matchLabelKeys"] == ["pod-template-hash"]
        assert constraint["whenUnsatisfiable"] == "ScheduleAnyway"
        assert constraint["labelSelector"]["matchLabels"] == POD


def test_a_drain_leaves_one_pod_but_waits_for_no_broken_one() -> None:
    budget = one("PodDisruptionBudget")["spec"]
    assert budget["minAvailable"] == 1
    assert budget["unhealthyPodEvictionPolicy"] == "AlwaysAllow"


def test_the_balancer_is_a_backend_service_that_keeps_the_clients_address() -> None:
    service = one("Service")
    assert service["spec"]["type"] == "LoadBalancer"
    assert service["spec"]["externalTrafficPolicy"] == "Local"
    assert service["metadata"]["annotations"] == {"cloud.google.com/l4-rbs": "enabled"}
    (port,) = service["spec"]["ports"]
    assert port["port"] == 80


@pytest.mark.parametrize(
    "selector",
    [
        lambda: one("Deployment")["spec"]["selector"]["matchLabels"],
        lambda: one("Service")["spec"]["selector"],
        lambda: one("PodDisruptionBudget")["spec"]["selector"]["matchLabels"],
        lambda: one("PodMonitoring")["spec"]["selector"]["matchLabels"],
        lambda: one("NetworkPolicy", NAME)["spec"]["podSelector"]["matchLabels"],
    ],
    ids=["deployment", "service", "budget", "monitoring", "network"],
)
def test_everybody_means_the_same_pods(selector: object) -> None:
    assert callable(selector)
    labels = deployment()["template"]["metadata"]["labels"]
    assert selector() == POD
    assert POD.items() <= labels.items()


def test_a_migration_that_needs_a_person_is_not_tried_again() -> None:
    job = one("Job", "coinbreakr-migrate")["spec"]
    (rule,) = job["podFailurePolicy"]["rules"]
    assert rule == {
        "action": "FailJob",
        "onExitCodes": {"containerName": "migrate", "operator": "In", "values": [2]},
    }
    pod = job["template"]["spec"]
    assert pod["restartPolicy"] == "Never"  # else Kubernetes refuses the policy
    assert [container["name"] for container in pod["containers"]] == ["migrate"]
