"""The fleet and the API agree: port, probes, times, names."""

from typing import Any

import falcon
from falcon.testing import create_environ

from coinbreakr import settings
from coinbreakr.http.ratelimit import client_address
from tests.infra.terraform_files import FOLDER, of, one
from tests.infra.tools import gunicorn

SERVICES = FOLDER.parent / "services"


def compute(kind: str, name: str) -> dict[str, Any]:
    return one("mig", "resource", f"google_compute_{kind}", name)


def test_the_fleet_knows_the_apis_port() -> None:
    (port,) = [block.body["port"] for block in of("mig", "locals") if "port" in block.body]
    assert port == settings.load({}).port
    (named,) = compute("region_instance_group_manager", "api")["named_port"]
    assert named == {
        "name": compute("backend_service", "api")["port_name"],
        "port": "${local.port}",
    }


def test_the_probes_are_routes_of_the_api() -> None:
    routes = (SERVICES / "coinbreakr/health/resources.py").read_text(encoding="utf-8")
    probes = {
        name: compute("health_check", name)["http_health_check"][0]["request_path"]
        for name in ("live", "ready")
    }
    assert probes == {"live": "/api/livez", "ready": "/v1/readyz"}
    nginx = (SERVICES / "nginx.conf").read_text(encoding="utf-8")
    assert f"location = {probes.pop('live')} {{" in nginx
    (port,) = [block.body["live_port"] for block in of("mig", "locals") if "port" in block.body]
    assert f"listen {port};" in nginx
    (uptime,) = of("mig", "resource", "google_monitoring_uptime_check_config")
    for path in (*probes.values(), uptime.body["http_check"][0]["path"]):
        assert f'"{path}"' in routes


def test_the_load_balancer_waits_longer_than_gunicorn() -> None:
    backend = compute("backend_service", "api")
    assert backend["connection_draining_timeout_sec"] > gunicorn("graceful_timeout")
    assert backend["timeout_sec"] > gunicorn("timeout")


def test_the_clients_address_stands_where_the_api_looks() -> None:
    locals_ = {k: v for block in of("mig", "locals") for k, v in block.body.items()}

    forwarded = {
        "X-Forwarded-For": "192.0.2.66, 198.51.100.9, 203.0.113.7, 35.191.0.1"
    }  # forged, client, the balancer's address, its machine
    request = falcon.Request(create_environ(headers=forwarded))
    # nginx on the machine appends the balancer, which is its peer.
    found = client_address(request, locals_["trusted_proxy_hops"])
    assert found == "198.51.100.9"


def test_metadata_carries_names_and_switches_only() -> None:
    metadata = compute("instance_template", "api")["metadata"]
    assert set(metadata) == {
        "enable-oslogin",
        "block-project-ssh-keys",
        "serial-port-enable",
        "serial-port-logging-enable",
        "coinbreakr-project",
        "coinbreakr-env",
        "coinbreakr-revision",
        "coinbreakr-trusted-proxy-hops",
        "coinbreakr-mongo-url-secret",
        "coinbreakr-jwt-secret-secret",
    }
    for name in ("mongo-url", "jwt-secret"):
        secret = f'${{google_secret_manager_secret.api["{name}"].secret_id}}'
        assert metadata[f"coinbreakr-{name}-secret"] == secret
