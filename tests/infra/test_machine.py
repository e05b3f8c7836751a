"""The machine image on paper: its build, its units, and what they must agree on with the rest."""

import configparser
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from coinbreakr import settings
from tests.infra.terraform_files import document, of, one
from tests.infra.tools import ROOT, gunicorn, require

FOLDER = ROOT / "packer"
FILES = FOLDER / "files"
IMAGE = document(FOLDER / "image.pkr.hcl")
PROVISION = (FOLDER / "provision.sh").read_text(encoding="utf-8")


def source(kind: str) -> dict[str, Any]:
    (found,) = [body[kind] for body in IMAGE["source"] if kind in body]
    (inner,) = found.values()
    body: dict[str, Any] = inner
    return body


def unit(name: str) -> configparser.ConfigParser:
    parsed = configparser.ConfigParser(strict=False, interpolation=None)
    parsed.optionxform = str  # type: ignore[assignment, method-assign]  # systemd minds the case
    parsed.read(FILES / name, encoding="utf-8")
    return parsed


API = unit("coinbreakr.service")["Service"]
UNITS = [
    "coinbreakr.service", "coinbreakr-environment.service", "coinbreakr-migrate.service",
    "coinbreakr-front.service",
]  # fmt: skip


def test_it_is_built_where_nobody_else_reaches_it() -> None:
    build = source("googlecompute")
    assert build["omit_external_ip"] is True
    assert build["use_internal_ip"] is True
    assert build["use_iap"] is True
    assert build["disable_default_service_account"] is True
    assert all(build[f"enable_{what}"] for what in ("secure_boot", "vtpm", "integrity_monitoring"))
    (rule,) = [
        block.body
        for block in of("mig", "resource", "google_compute_firewall")
        if "image-build" in str(block.body.get("target_tags"))
    ]
    assert build["tags"] == rule["target_tags"]


def test_its_names_are_those_that_the_fleet_looks_for() -> None:
    build, (names,) = source("googlecompute"), IMAGE["locals"]
    assert names["name"] == "coinbreakr-${var.environment}"
    (fleet,) = [b.body for b in of("mig", "locals") if "image_family" in b.body]
    assert fleet["name"] == names["name"]
    assert build["image_family"] == fleet["image_family"] == "${local.name}-family"
    assert build["image_name"] == "${local.name}-${var.revision}"
    network = one("mig", "resource", "google_compute_subnetwork", "main")
    assert build["subnetwork"] == network["name"]
    assert len(f"coinbreakr-production-{'a' * 40}") <= 63
    assert "var.revision" in build["image_labels"]["commit"]


def test_the_rehearsal_goes_through_the_same_steps() -> None:
    (build,) = IMAGE["build"]
    steps = [next(iter(step.items())) for step in build["provisioner"]]
    only = [body["only"] for _, body in steps if "only" in body]
    assert only == [["googlecompute.api"]]
    scripts = [
        body["script"].removeprefix("${path.root}/") for _, body in steps if "script" in body
    ]
    assert scripts == ["provision.sh", "generalize.sh"]
    machine = (ROOT / "deploy" / "machine.sh").read_text(encoding="utf-8")
    assert "-only=googlecompute.api " in machine


def test_nothing_comes_from_a_network_but_what_apt_brings() -> None:
    installs = [line for line in PROVISION.splitlines() if "pip install" in line]
    assert len(installs) == 2
    assert all("--no-index" in line and "--no-deps" in line for line in installs)
    assert "--require-hashes" in installs[0]
    assert "sha256sum --check" in PROVISION.split("apt-get", 1)[0]
    assert not re.search(r"\b(curl|wget|git|docker)\b", PROVISION)
    assert re.search(r"purge .*gcc", PROVISION)


def test_it_takes_every_update_after_the_machines_own_apt() -> None:
    assert PROVISION.index("After=apt-daily.service") < PROVISION.index("apt update")
    assert re.search(r"^apt upgrade .*--with-new-pkgs", PROVISION, re.MULTILINE)


def test_it_runs_what_the_container_runs() -> None:
    dockerfile = (ROOT / "services" / "Dockerfile").read_text(encoding="utf-8")
    (command,) = re.findall(r"^CMD \[(.*)\]$", dockerfile, re.MULTILINE)
    container = [part.strip('" ') for part in command.split(",")]
    assert API["ExecStart"].replace('"', "") == f"/opt/coinbreakr/venv/bin/{' '.join(container)}"
    assert "USER 10001:10001" in dockerfile
    assert "useradd --uid 10001 --gid 10001" in PROVISION
    wheelhouse = (FOLDER / "wheelhouse.sh").read_text(encoding="utf-8")
    assert 'services/wheel.sh" ' in wheelhouse
    assert "sh wheel.sh dist" in dockerfile
    for shared in ("requirements.txt", "gunicorn.conf.py", "nginx.conf"):
        assert f"services/{shared}" in wheelhouse
        assert re.search(rf"^COPY .*\b{shared}", dockerfile, re.MULTILINE)
    packages = "nginx-light libnginx-mod-http-headers-more-filter"
    assert packages in dockerfile
    assert packages in PROVISION


def test_its_ports_and_times_are_those_of_the_app_and_the_fleet() -> None:
    given = dict(pair.split("=") for pair in API["Environment"].split())
    (fleet,) = [b.body["port"] for b in of("mig", "locals") if "port" in b.body]
    nginx = (ROOT / "services/nginx.conf").read_text(encoding="utf-8")
    assert f"listen {fleet} default_server" in nginx
    assert f"server unix:{given['UNIX_SOCKET']};" in nginx
    assert given["UNIX_SOCKET"].startswith(f"/run/{API['RuntimeDirectory']}/")
    assert set(given) <= {name for name, _, _ in settings.describe()} | {
        "PYTHONDONTWRITEBYTECODE",
        "PYTHONUNBUFFERED",
    }
    backend = one("mig", "resource", "google_compute_backend_service", "api")
    assert int(API["TimeoutStopSec"]) > gunicorn("graceful_timeout")
    assert backend["connection_draining_timeout_sec"] > gunicorn("graceful_timeout")


def test_its_settings_are_those_of_the_cluster() -> None:
    """A user who moves from the one to the other notices nothing."""
    own = {"TRUSTED_PROXY_HOPS": "", "WEB_CONCURRENCY": ""}  # another balancer, more cores
    manifest = yaml.safe_load((ROOT / "k8s/base/configmap.yaml").read_text(encoding="utf-8"))
    given = dict(pair.split("=") for pair in API["Environment"].split())
    assert settings.load(given) == settings.load(manifest["data"] | own)


def test_the_api_waits_for_its_secrets_and_comes_back_by_itself() -> None:
    order = unit("coinbreakr.service")["Unit"]
    assert order["Requires"] == "coinbreakr-environment.service"
    assert "coinbreakr-environment.service" in order["After"].split()
    assert API["Restart"] == "always"
    assert API["KillMode"] == "mixed"
    brought = unit("coinbreakr-environment.service")
    assert "coinbreakr.service" in brought["Unit"]["Wants"].split()
    writer = brought["Service"]
    assert writer["Restart"] == "on-failure"
    assert writer["ExecStart"].endswith(f" {API['EnvironmentFile']}")
    assert writer["RuntimeDirectoryMode"] == "0700"


def test_the_database_is_brought_up_to_date_before_the_api_which_starts_without_it_too() -> None:
    order = unit("coinbreakr.service")["Unit"]
    assert "coinbreakr-migrate.service" in order["After"].split()
    assert "coinbreakr-migrate.service" in order["Wants"].split()
    migration = unit("coinbreakr-migrate.service")["Service"]
    assert migration["Type"] == "oneshot"
    assert migration["ExecStart"] == "/opt/coinbreakr/venv/bin/coinbreakr migrate"
    assert migration["EnvironmentFile"] == API["EnvironmentFile"]
    assert migration["Restart"] == "on-failure"
    assert migration["RestartPreventExitStatus"] == "2"  # what needs a person


def test_nginx_stops_gently_and_before_the_api() -> None:
    front = unit("coinbreakr-front.service")
    assert "coinbreakr.service" in front["Unit"]["After"].split()  # stops go the other way
    service = front["Service"]
    assert service["KillSignal"] == "SIGQUIT"
    nginx = (ROOT / "services/nginx.conf").read_text(encoding="utf-8")
    (drain,) = re.findall(r"worker_shutdown_timeout (\d+)s;", nginx)
    assert int(service["TimeoutStopSec"]) > int(drain)
    assert " -c /opt/coinbreakr/nginx.conf " in service["ExecStart"]
    assert service["SupplementaryGroups"] == API["Group"]
    (connections,) = re.findall(r"worker_connections (\d+);", nginx)
    assert int(service["LimitNOFILE"]) > 2 * int(connections)


def test_what_it_logs_outlives_it() -> None:
    journal = unit("journald.conf")["Journal"]
    assert (journal["ForwardToConsole"], journal["TTYPath"]) == ("yes", "/dev/ttyS0")
    given = one("mig", "resource", "google_compute_instance_template", "api")["metadata"]
    assert given["serial-port-logging-enable"] == "TRUE"


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_is_hardened(name: str) -> None:
    service = unit(name)["Service"]
    assert service["CapabilityBoundingSet"] == ""
    assert service["ProtectSystem"] == "strict"
    for key in (
        "NoNewPrivileges",
        "PrivateTmp",
        "PrivateDevices",
        "ProtectHome",
        "RestrictNamespaces",
    ):
        assert service[key] == "yes"
    done = subprocess.run(
        [require("systemd-analyze"), "security", "--offline=true", "--threshold=20", FILES / name],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-400:]


def test_systemd_understands_the_units(tmp_path: Path) -> None:
    for name in UNITS:
        text = (FILES / name).read_text(encoding="utf-8")
        # The programs are on the machine only.
        (tmp_path / name).write_text(re.sub(r"(?m)^ExecStart=\S+", "ExecStart=/bin/true", text))
    done = subprocess.run(
        [require("systemd-analyze"), "verify", "--man=no", *(tmp_path / name for name in UNITS)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert not [line for line in done.stderr.splitlines() if "coinbreakr" in line]


def test_packer_understands_the_build() -> None:
    require("packer")
    done = subprocess.run([FOLDER / "check.sh"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_secret_is_in_the_image() -> None:
    for path in FOLDER.rglob("*"):
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"mongodb(\+srv)?://", text), path
            assert not re.search(r"(JWT_SECRET|MONGO_URL)=\S", text), path
