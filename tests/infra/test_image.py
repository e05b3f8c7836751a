"""The Dockerfile, the compose file and what they must agree on with the app."""

import re
import subprocess
from typing import Any

import pytest
import yaml

from coinbreakr import __version__
from tests.infra.tools import ROOT, gunicorn, require

DOCKERFILE = (ROOT / "services" / "Dockerfile").read_text(encoding="utf-8")
STAGES = DOCKERFILE.split("\nFROM ")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))


def test_hadolint_finds_nothing() -> None:
    done = subprocess.run(
        [require("hadolint"), ROOT / "services" / "Dockerfile"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "")


def test_one_base_by_digest_for_both_stages() -> None:
    assert re.search(r"^ARG PYTHON_IMAGE=\S+@sha256:[0-9a-f]{64}$", DOCKERFILE, re.MULTILINE)
    assert re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE) == ["${PYTHON_IMAGE}"] * 2


def test_only_what_is_pinned_is_installed() -> None:
    installs = re.findall(r"pip [^&]*? install [^&]*?(?:\n\n|\n[A-Z#])", DOCKERFILE, re.DOTALL)
    assert len(installs) == 2
    assert all("--require-hashes" in line or "--no-index" in line for line in installs)
    assert all("--no-cache-dir" in line and "--no-deps" in line for line in installs)


def test_updates_that_cannot_be_fetched_are_an_error() -> None:
    updates = re.findall(r"apt-get update.*", DOCKERFILE)
    assert updates
    assert all(" -o APT::Update::Error-Mode=any " in line for line in updates)


def test_it_runs_as_nobody_in_particular_and_as_the_first_process() -> None:
    final = STAGES[-1]
    assert "\nUSER 10001:10001\n" in final
    assert final.index("\nUSER ") < final.index("\nCMD ")
    assert '\nCMD ["gunicorn", "-c", "gunicorn.conf.py", "coinbreakr.wsgi:create()"]\n' in final
    assert "ENTRYPOINT" not in final


def test_the_probe_needs_no_other_program_and_asks_what_is_there() -> None:
    probe = STAGES[-1].split("HEALTHCHECK", 1)[1].split("\nCMD", 1)[0]
    assert 'CMD ["python", "-c"' in probe
    assert "os.environ['METRICS_PORT']}/livez" in probe
    assert re.search(r"^ENV .*METRICS_PORT=9090 ", STAGES[-1].replace("\\\n", ""), re.MULTILINE)
    assert "curl" not in DOCKERFILE
    assert "wget" not in DOCKERFILE


def test_what_changes_with_every_commit_comes_last() -> None:
    assert STAGES[-1].index("ARG REVISION") > STAGES[-1].index("COPY gunicorn.conf.py nginx.conf")
    assert "ENV APP_REVISION=${REVISION}" in STAGES[-1]
    for label in ("revision", "version", "source"):
        assert f"org.opencontainers.image.{label}=" in STAGES[-1]


def test_no_secret_and_no_other_room_reaches_the_build() -> None:
    ignored = (ROOT / "services" / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in ignored if line and not line.startswith("#")]
    assert rules[0] == "*"
    let_in = {line[1:] for line in rules if line.startswith("!")}
    copied = re.findall(r"^COPY (?!--from)(.*) \S+$", DOCKERFILE, re.MULTILINE)
    assert let_in == {name for line in copied for name in line.split()}
    assert not re.search(r"(ARG|ENV) \w*(SECRET|PASSWORD|TOKEN|MONGO)", DOCKERFILE)


@pytest.mark.parametrize("service", ["front", "api", "mongo"])
def test_compose_stops_as_gently_as_the_server_needs(service: str) -> None:
    grace = COMPOSE["services"][service]["stop_grace_period"]
    assert int(grace.removesuffix("s")) > gunicorn("graceful_timeout")


@pytest.mark.parametrize("service", ["front", "api", "migrate"])
def test_compose_runs_our_image_as_hardened_as_the_cluster(service: str) -> None:
    ours = COMPOSE["services"][service]
    assert ours["image"] == "coinbreakr/services:compose"
    assert ours["read_only"]
    assert ours["cap_drop"] == ["ALL"]
    assert ours["security_opt"] == ["no-new-privileges:true"]


def test_compose_migrates_then_serves_then_lets_clients_in() -> None:
    services = COMPOSE["services"]
    waits = {name: one.get("depends_on", {}) for name, one in services.items()}
    assert waits == {
        "front": {"api": {"condition": "service_healthy"}},
        "api": {"migrate": {"condition": "service_completed_successfully"}},
        "migrate": {"mongo": {"condition": "service_healthy"}},
        "mongo": {},
    }
    assert services["migrate"]["command"] == ["coinbreakr", "migrate"]
    assert services["front"]["stop_signal"] == "SIGQUIT"
    assert [name for name, one in services.items() if "ports" in one] == ["front"]
    assert services["front"]["ports"] == ["127.0.0.1:3000:3000"]
    assert (
        services["front"]["volumes"] == services["api"]["volumes"] == ["socket:/run/coinbreakr-api"]
    )


def test_composes_database_is_a_replica_set_by_digest() -> None:
    api, mongo = COMPOSE["services"]["api"], COMPOSE["services"]["mongo"]
    assert re.fullmatch(r"\S+/mongo:8\.\d+\.\d+@sha256:[0-9a-f]{64}", mongo["image"])
    assert "replicaSet=rs0" in api["environment"]["MONGO_URL"]
    assert "--replSet" in mongo["command"]


def test_the_version_is_said_once() -> None:
    assert __version__ not in DOCKERFILE
