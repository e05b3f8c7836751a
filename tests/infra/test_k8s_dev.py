"""The overlay of a local cluster: its database, its secret, its port, what it waits for."""

import base64
import re
import subprocess
import sys
from typing import Any

import pytest
import yaml

from coinbreakr import settings
from devserver.embedded import EmbeddedMongod
from tests.infra import manifests
from tests.infra.manifests import NAME, Doc, one, rendered
from tests.infra.tools import ROOT


def wait(mongo_url: str) -> subprocess.CompletedProcess[str]:
    """Run what the init container runs, with less patience."""
    patches: Any = yaml.safe_load((manifests.FOLDER / "overlays/dev/api.yaml").read_text("utf-8"))
    (added,) = [patch["value"] for patch in patches if patch["path"].endswith("initContainers")]
    container, migration = added
    assert migration["command"] == ["coinbreakr", "migrate"]
    assert migration["env"] == container["env"]
    program, flag, script = container["command"]
    assert (program, flag) == ("python", "-c")
    assert container["env"] == [
        one_of for one_of in manifests.api()["env"] if one_of["name"] == "MONGO_URL"
    ]
    return subprocess.run(
        [sys.executable, flag, script.replace("180000", "1000")],
        env={"MONGO_URL": mongo_url}, capture_output=True, text=True, check=False, timeout=30,
    )  # fmt: skip


def test_the_api_waits_until_the_database_takes_writes(mongod: EmbeddedMongod) -> None:
    done = wait(mongod.url)
    assert done.returncode == 0, done.stderr
    done = wait("mongodb://127.0.0.1:9/coinbreakr?replicaSet=rs0")
    assert done.returncode != 0
    assert "ServerSelectionTimeoutError" in done.stderr


def test_the_local_image_is_never_fetched() -> None:
    docs = rendered("dev")
    local = [
        c
        for _, pod in manifests.pods(docs)
        for c in manifests.containers(pod)
        if "mongo:" not in c["image"]
    ]
    assert {c["image"] for c in local} == {"coinbreakr/services:dev"}
    assert {c["imagePullPolicy"] for c in local} == {"Never"}


def test_the_local_database_is_the_one_of_compose() -> None:
    (mongo,) = one("StatefulSet", "mongo", rendered("dev"))["spec"]["template"]["spec"][
        "containers"
    ]
    compose: Doc = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    assert mongo["image"] == compose["services"]["mongo"]["image"]
    assert re.fullmatch(r"\S+/mongo:8\.0\.\d+@sha256:[0-9a-f]{64}", mongo["image"])


@pytest.mark.parametrize("environment", ["testing", "staging", "production"])
def test_the_local_secret_is_refused_outside_development(environment: str) -> None:
    data = one("Secret", "coinbreakr-secrets", rendered("dev"))["data"]
    plain = {key: base64.b64decode(value).decode() for key, value in data.items()}
    given = {"MONGO_URL": plain["mongo-url"], "JWT_SECRET": plain["jwt-secret"]}
    assert settings.load({**given, "APP_ENV": "development"})
    with pytest.raises(settings.SettingsError, match="JWT_SECRET: can be guessed"):
        settings.load({**given, "APP_ENV": environment})


def test_the_local_database_is_found_where_the_secret_says() -> None:
    docs = rendered("dev")
    url = base64.b64decode(one("Secret", "", docs)["data"]["mongo-url"]).decode()
    service, mongo = one("Service", "mongo", docs), one("StatefulSet", "mongo", docs)
    host = f"{mongo['metadata']['name']}-0.{service['metadata']['name']}:27017"
    assert mongo["spec"]["serviceName"] == service["metadata"]["name"]
    assert f"//{host}/" in url
    assert (
        f'host: "{host}"'
        in mongo["spec"]["template"]["spec"]["containers"][0]["startupProbe"]["exec"]["command"][-1]
    )
    assert mongo["spec"]["volumeClaimTemplates"]


def test_the_local_port_reaches_this_machine() -> None:
    (port,) = one("Service", NAME, rendered("dev"))["spec"]["ports"]
    kind = manifests.parse(manifests.FOLDER / "overlays/dev/kind.yaml")[0]
    (mapping,) = kind["nodes"][0]["extraPortMappings"]
    assert port["nodePort"] == mapping["containerPort"] == mapping["hostPort"] == 30080
    assert mapping["listenAddress"] == "127.0.0.1"
