"""The script that brings settings and secrets to a machine, run on a stand-in for the cloud."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread

import pytest

from coinbreakr import settings
from tests.infra.metadata_server import Cloud, machine, serving
from tests.infra.terraform_files import one
from tests.infra.tools import ROOT

SCRIPT = ROOT / "packer" / "files" / "coinbreakr-environment"
REVISION = "c" * 40
URL = 'mongodb+srv://api:p"a$s\\s`w@cluster.example.net/coinbreakr?w=majority&appName=a#x'
SECRET = "k3y of 48 'bytes' with = and ; and % and spaces!!"
ESCAPED = re.compile(r'\\(["\\`$])')


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with serving(machine(REVISION, URL, SECRET)) as served:
        yield served


def run(cloud: Cloud, file: Path, patience: str = "2") -> subprocess.CompletedProcess[str]:
    env = {
        "GCE_METADATA_HOST": cloud.address,
        "SECRET_MANAGER_URL": f"http://{cloud.address}",
        "SECRETS_PATIENCE": patience,
    }
    return subprocess.run(
        [sys.executable, "-I", SCRIPT, file],
        env=env, capture_output=True, text=True, check=False, timeout=30,
    )  # fmt: skip


def read(file: Path) -> dict[str, str]:
    """As systemd.exec(5) says that an EnvironmentFile is read."""
    lines = dict(line.split("=", 1) for line in file.read_text().splitlines())
    assert all(value[0] == value[-1] == '"' for value in lines.values())
    return {name: ESCAPED.sub(r"\1", value[1:-1]) for name, value in lines.items()}


def test_every_value_arrives_as_it_is(cloud: Cloud, tmp_path: Path) -> None:
    file = tmp_path / "environment"
    done = run(cloud, file)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert read(file) == {
        "APP_ENV": "production",
        "APP_REVISION": REVISION,
        "TRUSTED_PROXY_HOPS": "3",
        "WEB_CONCURRENCY": str(len(os.sched_getaffinity(0))),
        "MONGO_URL": URL,
        "JWT_SECRET": SECRET,
    }
    assert file.stat().st_mode & 0o777 == 0o400
    assert list(tmp_path.iterdir()) == [file]


def test_the_api_accepts_what_arrives(cloud: Cloud, tmp_path: Path) -> None:
    run(cloud, tmp_path / "environment")
    chosen = settings.load(read(tmp_path / "environment"))
    assert chosen.production
    assert (chosen.mongo_url, chosen.jwt_secret) == (URL, SECRET)
    assert (chosen.revision, chosen.trusted_proxy_hops) == (REVISION, 3)


def refused(cloud: Cloud, folder: Path, word: str, patience: str = "0") -> None:
    done = run(cloud, folder / "environment", patience)
    assert done.returncode == 1
    assert word in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert SECRET not in done.stderr + done.stdout
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("status", [401, 403, 404, 500, 503])
@pytest.mark.parametrize("part", ["jwt-secret:", "-mongo-url/versions", "token", "coinbreakr-env"])
def test_without_every_value_there_is_no_file(
    cloud: Cloud, tmp_path: Path, status: int, part: str
) -> None:
    cloud.statuses[part.replace("jwt-secret:", "-jwt-secret/versions")] = [status] * 9
    refused(cloud, tmp_path, str(status))


@pytest.mark.parametrize("value", ["two\nlines", "", "nul\0byte", "\x1b[31m"])
def test_a_value_that_a_line_cannot_hold_is_refused(
    cloud: Cloud, tmp_path: Path, value: str
) -> None:
    cloud.secrets["projects/coinbreakr/secrets/coinbreakr-production-jwt-secret"] = value
    refused(cloud, tmp_path, "JWT_SECRET")


def test_a_secret_of_another_name_is_not_there(cloud: Cloud, tmp_path: Path) -> None:
    cloud.secrets.clear()
    refused(cloud, tmp_path, "404")


def test_a_cloud_that_comes_late_is_waited_for(cloud: Cloud, tmp_path: Path) -> None:
    cloud.statuses = {"token": [503], "-mongo-url/versions": [429, 500]}
    assert run(cloud, tmp_path / "environment", patience="5").returncode == 0


def test_no_cloud_at_all_is_an_end(cloud: Cloud, tmp_path: Path) -> None:
    cloud.address = "127.0.0.1:1"
    refused(cloud, tmp_path, "ConnectionRefusedError")


@contextmanager
def saying(words: bytes) -> Iterator[str]:
    """Address of a server that says these words to whatever it is asked."""

    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            while self.rfile.readline().strip():
                pass
            self.wfile.write(words)

    with ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", "IncompleteRead"),
        (b"hello\r\n", "BadStatusLine"),
        (b"HTTP/1.0 200 OK\r\n\r\n[]", "wrong shape"),
        (b"HTTP/1.0 200 OK\r\n\r\n{}", "wrong shape"),
        (b"HTTP/1.0 200 OK\r\n\r\n\xff", "wrong shape"),
    ],
)
def test_a_broken_answer_is_an_end(
    cloud: Cloud, tmp_path: Path, words: bytes, problem: str
) -> None:
    with saying(words) as cloud.address:
        refused(cloud, tmp_path, problem)


def test_it_asks_for_what_terraform_gives() -> None:
    given = one("mig", "resource", "google_compute_instance_template", "api")["metadata"]
    assert set(machine(REVISION, URL, SECRET).attributes) == {
        name for name in given if name.startswith("coinbreakr-")
    }
    script = SCRIPT.read_text(encoding="utf-8")
    asked = {f"coinbreakr-{name}" for name in re.findall(r'attribute\("([\w-]+)"\)', script)}
    assert asked == set(machine(REVISION, URL, SECRET).attributes)
