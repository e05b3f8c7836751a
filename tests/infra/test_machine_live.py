"""A machine as Packer provisions it: booted, asked, killed, stopped, and searched for secrets."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from devserver.embedded import EmbeddedMongod
from tests.infra import nspawn
from tests.infra.metadata_server import Cloud, machine, serving
from tests.infra.tools import ROOT, figure, require
from tests.server import await_ready

pytestmark = [pytest.mark.rehearsal, pytest.mark.xdist_group("machine")]

REVISION = "d" * 40
PLAIN = "rehearsed-b7Qw2ZtXv9LmN4pRs8KdYf3Hc6Jg1"
SECRET = f"{PLAIN} \"$HOME ${{HOME}} `id` \\n %n 'é"  # as hard for systemd as it can be
OVERRIDE = """\
[Service]
Environment=GCE_METADATA_HOST={address} SECRET_MANAGER_URL=http://{address} SECRETS_PATIENCE=2
"""
PORT = 3000


@dataclass
class Rehearsal:
    """One provisioned machine, its cloud, and what provisioning it again has changed."""

    machine: nspawn.Machine
    cloud: Cloud
    first: str
    second: str


def provision(made: nspawn.Machine, folder: Path, wheelhouse: Path) -> None:
    """With Packer, over SSH, through the same build as in the cloud but without its plugin."""
    copy = folder / "packer"
    if not copy.exists():
        shutil.copytree(ROOT / "packer", copy, ignore=shutil.ignore_patterns("plugins.pkr.hcl"))
    values = {
        "revision": REVISION, "wheelhouse": wheelhouse,
        "rehearsal_port": made.port, "rehearsal_key": made.key,
    }  # fmt: skip
    options = [part for name, value in values.items() for part in ("-var", f"{name}={value}")]
    done = subprocess.run(
        ["packer", "build", "-color=false", "-only=null.rehearsal", *options, "."],
        cwd=copy, capture_output=True, text=True, check=False, timeout=400,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


def state(made: nspawn.Machine) -> str:
    """What provisioning could change: every file that is no cache and no log, with its time."""
    return made.ssh(
        "find / -xdev -regextype egrep"
        " -regex '/(dev|proc|run|sys|tmp|var/(cache|log|tmp|lib/(apt|systemd/timers)))' -prune"
        " -o ! -type d -printf '%p %m %u %T@ %s\\n' | sort"
    ).stdout


@pytest.fixture(scope="module")
def wheelhouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("wheels") / "machine"
    env = {**os.environ, "WHEELHOUSE": str(made)}
    subprocess.run([ROOT / "packer" / "wheelhouse.sh"], env=env, check=True)
    return made


@pytest.fixture(scope="module")
def rehearsal(
    mongod: EmbeddedMongod, wheelhouse: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Rehearsal]:
    require("packer")
    folder = tmp_path_factory.mktemp("machine")
    with ExitStack() as stack:
        cloud = stack.enter_context(serving(machine(REVISION, mongod.url, SECRET)))
        made = stack.enter_context(nspawn.machine(folder))
        made.boot()
        provision(made, folder, wheelhouse)
        first = state(made)
        provision(made, folder, wheelhouse)
        second = state(made)
        override = made.disk / "etc/systemd/system/coinbreakr-environment.service.d/rehearsal.conf"
        override.parent.mkdir()
        override.write_text(OVERRIDE.format(address=cloud.address))
        made.off()
        started = time.monotonic()
        made.boot()
        await_ready(PORT)
        figure(f"machine: serves {time.monotonic() - started:.1f} s after it is switched on")
        yield Rehearsal(made, cloud, first, second)


def healthz() -> Any:
    with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/v1/healthz", timeout=5) as answer:
        return json.load(answer)["data"]


def show(made: nspawn.Machine, unit: str, *names: str) -> dict[str, str]:
    said = made.ssh(f"systemctl show {unit} -p {','.join(names)}").stdout
    return dict(line.split("=", 1) for line in said.splitlines())


def test_provisioning_again_changes_nothing(rehearsal: Rehearsal) -> None:
    assert "/opt/coinbreakr/venv/bin/gunicorn" in rehearsal.first
    assert rehearsal.first == rehearsal.second


def test_it_serves_after_a_boot_as_nobody_in_particular(rehearsal: Rehearsal) -> None:
    data = healthz()
    assert data["version"].endswith(f"+{REVISION}")
    assert data["environment"] == "production"
    said = show(rehearsal.machine, "coinbreakr", "ActiveState", "UnitFileState", "MainPID")
    assert said["ActiveState"] == "active"
    assert said["UnitFileState"] == "enabled"
    who = rehearsal.machine.ssh(f"ps -o user=,uid= -p {said['MainPID']}").stdout.split()
    assert who[1] == "10001"
    environ = rehearsal.machine.ssh(f"cat /proc/{said['MainPID']}/environ").stdout.split("\0")
    assert f"JWT_SECRET={SECRET}" in environ
    with urllib.request.urlopen("http://127.0.0.1:9090/metrics", timeout=5) as answer:
        assert b"coinbreakr_http_requests_total" in answer.read()


def test_nginx_stands_in_front_and_the_database_is_up_to_date(rehearsal: Rehearsal) -> None:
    front = show(rehearsal.machine, "coinbreakr-front", "ActiveState", "UnitFileState", "MainPID")
    assert (front["ActiveState"], front["UnitFileState"]) == ("active", "enabled")
    command = rehearsal.machine.ssh(f"ps -o user=,args= -p {front['MainPID']}").stdout
    assert command.startswith("www-data nginx: master")
    migration = show(rehearsal.machine, "coinbreakr-migrate", "ActiveState", "Result")
    assert migration == {"ActiveState": "active", "Result": "success"}
    assert rehearsal.machine.ssh("systemctl is-enabled nginx", check=False).stdout == "disabled\n"
    with urllib.request.urlopen("http://127.0.0.1:3001/api/livez", timeout=5) as answer:
        assert answer.status == 200
    with pytest.raises(urllib.error.HTTPError, match="413"):
        urllib.request.urlopen(f"http://127.0.0.1:{PORT}/", b" " * 300_000, timeout=5)
    assert '"status":413' in rehearsal.machine.ssh("journalctl -u coinbreakr-front -o cat").stdout


def test_a_killed_server_comes_back(rehearsal: Rehearsal) -> None:
    before = show(rehearsal.machine, "coinbreakr", "MainPID")["MainPID"]
    rehearsal.machine.ssh(f"kill -9 {before}")
    started = time.monotonic()
    time.sleep(1)
    await_ready(PORT)
    figure(f"machine: serves again {time.monotonic() - started:.1f} s after a kill -9")
    after = show(rehearsal.machine, "coinbreakr", "NRestarts", "MainPID")
    assert after["NRestarts"] == "1"
    assert after["MainPID"] != before


def test_it_stops_within_its_time(rehearsal: Rehearsal) -> None:
    started = time.monotonic()
    rehearsal.machine.ssh("systemctl stop coinbreakr")
    assert time.monotonic() - started < 30
    said = show(rehearsal.machine, "coinbreakr", "Result", "ExecMainStatus")
    assert said == {"Result": "success", "ExecMainStatus": "0"}
    rehearsal.machine.ssh("systemctl start coinbreakr")
    await_ready(PORT)


def test_its_secrets_are_in_memory_and_for_root_only(rehearsal: Rehearsal) -> None:
    shape = rehearsal.machine.ssh("stat -c '%a %U' /run/coinbreakr /run/coinbreakr/environment")
    assert shape.stdout.splitlines() == ["700 root", "400 root"]
    found = subprocess.run(
        ["grep", "-rlF", PLAIN, "--exclude-dir=proc", "--exclude-dir=sys", rehearsal.machine.disk],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (found.returncode, found.stdout) == (1, "")
    journal = rehearsal.machine.ssh("journalctl --no-pager").stdout
    assert journal
    assert PLAIN not in journal


def test_without_its_secrets_it_does_not_start(rehearsal: Rehearsal) -> None:
    kept, rehearsal.cloud.secrets = rehearsal.cloud.secrets, {}
    made = rehearsal.machine
    made.ssh("systemctl stop coinbreakr coinbreakr-environment")
    assert made.ssh("systemctl start coinbreakr", check=False).returncode != 0
    assert show(made, "coinbreakr", "ActiveState")["ActiveState"] != "active"
    assert made.ssh("test -e /run/coinbreakr/environment", check=False).returncode != 0
    rehearsal.cloud.secrets = kept
    await_ready(PORT)  # by itself


def test_no_tool_of_the_build_is_left(rehearsal: Rehearsal) -> None:
    left = rehearsal.machine.ssh(
        "ls /tmp/coinbreakr ~root/.cache; command -v gcc cc make", check=False
    )
    assert left.stdout == ""
    assert "/pip/" not in rehearsal.first
    pending = rehearsal.machine.ssh("apt-get -s -qq upgrade --with-new-pkgs").stdout
    assert not re.findall(r"^Inst .*", pending, re.MULTILINE)


def test_the_wheel_and_the_configuration_are_those_of_the_container(
    rehearsal: Rehearsal, wheelhouse: Path, tmp_path: Path
) -> None:
    """The Dockerfile runs the same script on the same files; its wheel has the same bytes."""
    subprocess.run([ROOT / "services" / "wheel.sh", tmp_path], check=True)
    (wheel,) = tmp_path.glob("*.whl")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    sums = (wheelhouse / "SHA256SUMS").read_text()
    assert f"{digest}  ./wheels/{wheel.name}\n" in sums
    assert rehearsal.machine.ssh("cat /opt/coinbreakr/SHA256SUMS").stdout == sums
    for name in ("gunicorn.conf.py", "nginx.conf"):
        installed = rehearsal.machine.disk / "opt/coinbreakr" / name
        assert installed.read_bytes() == (ROOT / "services" / name).read_bytes()


def test_a_copy_of_it_is_a_machine_of_its_own(rehearsal: Rehearsal) -> None:
    """Last, as in the build; the rehearsal only puts its own key back."""
    made = rehearsal.machine
    before = made.ssh("cat /etc/machine-id /etc/ssh/ssh_host_ed25519_key.pub").stdout
    script = (ROOT / "packer" / "generalize.sh").read_text(encoding="utf-8")
    made.ssh(f"bash -s <<'SCRIPT'\n{script}\nSCRIPT")
    made.off()
    assert (made.disk / "etc/machine-id").read_bytes() == b""
    assert not list((made.disk / "etc/ssh").glob("ssh_host_*"))
    assert not (made.disk / "root/.ssh/authorized_keys").exists()
    made.let_in()
    made.boot()
    await_ready(PORT)
    after = made.ssh("cat /etc/machine-id /etc/ssh/ssh_host_ed25519_key.pub").stdout
    assert set(after.splitlines()).isdisjoint(before.splitlines())
    assert made.ssh("systemctl --failed --quiet --plain").stdout == ""
