"""The image as it runs: built by buildah on a Debian of our own, run hardened by podman."""

import re
import shutil
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest

from devserver.embedded import EmbeddedMongod
from tests.infra import containers
from tests.infra.containers import Engine
from tests.infra.tools import ROOT, figure, require
from tests.server import CONTRACT_SECRET, await_ready, free_port

pytestmark = [pytest.mark.rehearsal, pytest.mark.xdist_group("image")]

IMAGE = "localhost/coinbreakr/services:test"
REVISION = "0123456789abcdef0123456789abcdef01234567"
BUDGET = 120_000_000  # bytes above the base
HARDENED = [
    "--network",
    "host",
    "--read-only",
    "--read-only-tmpfs=false",
    "--tmpfs",
    "/tmp:size=16m",
    "--cap-drop",
    "all",
    "--security-opt",
    "no-new-privileges",
    "--memory",
    "512m",
]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    made = containers.engine(tmp_path_factory.mktemp("engine"))
    yield made
    containers.remove(made)


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("context") / "services"
    shutil.copytree(ROOT / "services", copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def build(engine: Engine, context: Path, revision: str) -> tuple[str, float]:
    started = time.monotonic()
    said = engine.build(
        context, IMAGE, PYTHON_IMAGE=containers.BASE, REVISION=revision, VERSION="1.0.0"
    )
    return said, time.monotonic() - started


@pytest.fixture(scope="module")
def image(engine: Engine, context: Path) -> str:
    (context / ".env").write_text("JWT_SECRET=must-stay-outside")
    _, seconds = build(engine, context, REVISION)
    size = engine.inspect(IMAGE)["Size"] - engine.inspect(containers.BASE)["Size"]
    assert size < BUDGET
    figure(f"image: built in {seconds:.1f} s, {size / 1e6:.1f} MB above its base")
    return IMAGE


@contextmanager
def served(engine: Engine, image: str, mongod: EmbeddedMongod) -> Iterator[tuple[str, int]]:
    """(container, port) of an API that is ready."""
    port = free_port()
    env = {
        "MONGO_URL": mongod.url,
        "JWT_SECRET": CONTRACT_SECRET,
        "PORT": str(port),
        "METRICS_PORT": str(free_port()),
        "BCRYPT_ROUNDS": "15",
    }
    options = [part for pair in env.items() for part in ("--env", "=".join(pair))]
    started = time.monotonic()
    with engine.running(image, *HARDENED, *options) as container:
        await_ready(port)
        figure(f"image: ready {time.monotonic() - started:.2f} s after podman run")
        yield container, port


def get(port: int, path: str) -> Any:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return orjson.loads(answer.read())


def test_it_runs_without_rights_and_says_its_revision(
    engine: Engine, image: str, mongod: EmbeddedMongod
) -> None:
    with served(engine, image, mongod) as (container, port):
        assert get(port, "/v1/healthz")["data"]["version"] == f"1.0.0+{REVISION}"
        pid = engine.inspect(container, "container")["State"]["Pid"]
        status = dict(re.findall(r"(\w+):\t(.*)", Path(f"/proc/{pid}/status").read_text()))
        assert set(status["Uid"].split()) == {"10001"} == set(status["Gid"].split())
        assert status["NoNewPrivs"] == "1"
        assert {int(status[name], 16) for name in ("CapEff", "CapPrm", "CapBnd")} == {0}
        assert b"gunicorn" in Path(f"/proc/{pid}/cmdline").read_bytes()
        assert status["NSpid"].split()[-1] == "1"
        for path in ("/opt/coinbreakr/x", "/etc/x", "/var/tmp/x", "/x"):
            written = engine.podman(
                "exec", container, "python", "-c", f"open({path!r}, 'w')", check=False
            )
            assert "Read-only file system" in written.stderr + written.stdout, path
        assert engine.podman("healthcheck", "run", container, check=False).returncode == 0


def test_nginx_of_the_same_image_stands_in_front(
    engine: Engine, image: str, mongod: EmbeddedMongod, tmp_path: Path
) -> None:
    """As in the pod: two containers, which share the socket's folder."""
    room = tmp_path / "socket"
    room.mkdir()
    room.chmod(0o777)
    shared = ("--volume", f"{room}:/run/coinbreakr-api")
    given = {
        "MONGO_URL": mongod.url,
        "JWT_SECRET": CONTRACT_SECRET,
        "METRICS_PORT": str(free_port()),
        "UNIX_SOCKET": "/run/coinbreakr-api/api.sock",
    }
    env = [part for pair in given.items() for part in ("--env", "=".join(pair))]
    command = ("--entrypoint", '["nginx", "-c", "/opt/coinbreakr/nginx.conf"]')
    with (
        engine.running(image, *HARDENED, *shared, *env),
        engine.running(image, *HARDENED, *shared, *command) as front,
    ):
        await_ready(3000)
        with urllib.request.urlopen("http://127.0.0.1:3001/livez", timeout=5) as answer:
            assert answer.status == 200
        pid = engine.inspect(front, "container")["State"]["Pid"]
        status = dict(re.findall(r"(\w+):\t(.*)", Path(f"/proc/{pid}/status").read_text()))
        assert set(status["Uid"].split()) == {"10001"}
        assert {int(status[name], 16) for name in ("CapEff", "CapPrm", "CapBnd")} == {0}
        with pytest.raises(urllib.error.HTTPError, match="413"):
            urllib.request.urlopen("http://127.0.0.1:3000/", b" " * 300_000, timeout=5)
        logged = engine.podman("logs", front).stdout
        assert '"status":413' in logged
        engine.podman("exec", front, "sh", "-c", "kill -QUIT 1")  # as the pod's preStop
        engine.podman("wait", front)
        assert engine.inspect(front, "container")["State"]["ExitCode"] == 0


def test_a_dead_server_is_unhealthy(engine: Engine, image: str, mongod: EmbeddedMongod) -> None:
    with served(engine, image, mongod) as (container, _):
        health = engine.inspect(image)["Healthcheck"]["Test"]
        probe = engine.podman(
            "exec", "--env", "METRICS_PORT=1", container, *health[1:], check=False
        )
        assert probe.returncode != 0


def test_a_stop_lets_the_request_in_flight_finish(
    engine: Engine, image: str, mongod: EmbeddedMongod
) -> None:
    with served(engine, image, mongod) as (container, port):
        body = {"name": "Slow", "email": f"slow{port}@example.com", "password": "long enough"}
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/v1/auth/register",
            orjson.dumps(body),
            {"Content-Type": "application/json"},
        )
        answers: list[int] = []

        def register() -> None:
            with urllib.request.urlopen(request, timeout=30) as answer:
                answers.append(answer.status)

        waiting = threading.Thread(target=register)
        waiting.start()
        time.sleep(0.3)
        assert not answers, "the request was too fast to be in flight"
        started = time.monotonic()
        engine.podman("stop", "--time", "30", container)
        waiting.join(30)
        assert time.monotonic() - started < 25
        assert answers == [201]
        assert engine.inspect(container, "container")["State"]["ExitCode"] == 0


def test_nothing_is_in_it_that_it_does_not_need(engine: Engine, image: str) -> None:
    found = containers.files(engine, image)
    ours = [path for path in found if path.startswith("opt/coinbreakr/")]
    assert "opt/coinbreakr/gunicorn.conf.py" in ours
    foreign = re.compile(r"(^|/)(\.git|\.env|tests|release|Dockerfile|requirements.*\.txt|\.venv)$")
    site = "site-packages/"
    assert not [path for path in ours if foreign.search(path) and site not in path]
    assert not [path for path in ours if re.search(rf"{site}(pip|setuptools|release|tests)/", path)]
    assert not [path for path in ours if "devserver" in path or path.endswith("/mongod")]
    assert not [path for path in found if re.search(r"bin/(gcc|g\+\+|cc|curl|wget|git)$", path)]
    assert not [path for path in found if path.startswith("root/.cache/")]


@pytest.mark.usefixtures("image")
def test_a_change_of_code_keeps_the_layer_of_the_dependencies(
    engine: Engine, context: Path
) -> None:
    with (context / "coinbreakr" / "ids.py").open("a") as file:
        file.write("# changed\n")
    said, seconds = build(engine, context, REVISION)
    figure(f"image: built again in {seconds:.1f} s")
    steps = said.split("STEP ")
    installs = [step for step in steps if "--require-hashes -r requirements.txt" in step]
    assert installs
    assert all("Using cache" in step for step in installs)


def test_no_security_update_is_pending(engine: Engine, image: str) -> None:
    script = "apt-get -qq update -o APT::Update::Error-Mode=any && apt-get -s -qq upgrade"
    done = engine.podman(
        "run", "--rm", *containers.LIMITS, "--network", "host", "--user", "0", image,
        "sh", "-c", script,
    )  # fmt: skip
    assert not re.findall(r"^Inst .*", done.stdout, re.MULTILINE)


def test_labels_say_where_it_comes_from(engine: Engine, image: str) -> None:
    config = engine.inspect(image)["Config"]
    assert config["Labels"]["org.opencontainers.image.revision"] == REVISION
    assert config["Labels"]["org.opencontainers.image.version"] == "1.0.0"
    assert config["User"] == "10001:10001"
    assert config["Cmd"][0] == "gunicorn"
    assert not [entry for entry in config["Env"] if re.match(r"(MONGO|JWT)", entry)]


@pytest.fixture(scope="module")
def saved(engine: Engine, image: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    tar = tmp_path_factory.mktemp("saved") / "image.tar"
    engine.call("buildah", "push", "--quiet", image, f"docker-archive:{tar}")
    return tar


def trivy(*options: str) -> str:
    command = [require("trivy"), "--quiet", "image", "--skip-check-update", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_no_secret_is_in_it(saved: Path) -> None:
    trivy("--scanners", "secret,misconfig", "--exit-code", "1", "--input", str(saved))


def test_its_bill_of_materials_lists_what_is_pinned(saved: Path) -> None:
    bill = orjson.loads(trivy("--format", "cyclonedx", "--input", str(saved)))
    listed = {
        (part["name"].lower().replace("_", "-"), part.get("version")) for part in bill["components"]
    }
    requirements = (ROOT / "services" / "requirements.txt").read_text()
    pinned = re.findall(r"^([\w.-]+)==([\w.]+)", requirements, re.MULTILINE)
    assert pinned
    assert not [pin for pin in pinned if pin not in listed]
