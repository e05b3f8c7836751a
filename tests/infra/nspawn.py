"""A Debian machine of our own: debootstrap makes it, systemd-nspawn boots it, SSH reaches it."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from devserver.processes import ending_with_us
from tests.infra.containers import CACHE, SOURCES, one_at_a_time
from tests.infra.tools import require, skip
from tests.server import free_port

PACKAGES = (
    "systemd,systemd-sysv,dbus,openssh-server,sudo,python3,python3-venv,ca-certificates,"
    "iproute2,procps,passwd"
)


@dataclass
class Machine:
    """A machine on the network of this host, with the folder that is its disk."""

    disk: Path
    key: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    def ssh(self, command: str, *, check: bool = True) -> subprocess.CompletedProcess[str]:
        options = "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR"
        done = subprocess.run(
            ["ssh", *options.split(), "-o", "ConnectTimeout=5", "-i", self.key,
             "-p", str(self.port), "root@127.0.0.1", command],
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert not check or done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done

    def let_in(self) -> None:
        """Put our key on the disk, and host keys where there are none, as Google's agent does."""
        keys = self.disk / "root" / ".ssh"
        keys.mkdir(mode=0o700, exist_ok=True)
        shutil.copy(self.key.with_suffix(".pub"), keys / "authorized_keys")
        subprocess.run(["ssh-keygen", "-q", "-A", "-f", self.disk], check=True)

    def boot(self) -> float:
        """Start it; seconds until systemd says that it runs."""
        started = time.monotonic()
        with (self.disk.parent / "console").open("ab") as console:
            options = ("--quiet", "--register=no", "--keep-unit", "--boot", "-D", self.disk)
            self.process = subprocess.Popen(
                ["systemd-nspawn", *options],
                stdin=subprocess.DEVNULL, stdout=console, stderr=console,
                preexec_fn=ending_with_us(),  # noqa: PLW1509  # a single call of prctl
            )  # fmt: skip
        while time.monotonic() - started < 60:
            try:
                if self.ssh("systemctl is-system-running", check=False).stdout.strip() == "running":
                    return time.monotonic() - started
            except subprocess.TimeoutExpired:
                pass
            assert self.process.poll() is None, (self.disk.parent / "console").read_text()[-2000:]
            time.sleep(0.2)
        raise TimeoutError(self.ssh("systemctl --failed; systemctl list-jobs", check=False).stdout)

    def off(self) -> None:
        """Power off as a person would, then by force."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None


@contextmanager
def machine(folder: Path) -> Iterator[Machine]:
    """A fresh machine that is not booted yet; nothing of it is left."""
    for program in ("debootstrap", "systemd-nspawn", "ssh", "ssh-keygen"):
        require(program)
    if os.geteuid() != 0:
        skip("booting a machine needs root")
    made = Machine(folder / "disk", folder / "key", free_port())
    subprocess.run(["cp", "-a", "--reflink=auto", tree(), made.disk], check=True)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", made.key], check=True)
    made.let_in()
    (made.disk / "etc/ssh/sshd_config.d/rehearsal.conf").write_text(
        f"Port {made.port}\nListenAddress 127.0.0.1\nPermitRootLogin prohibit-password\n"
    )
    (made.disk / "etc/hostname").write_text("rehearsal\n")
    (made.disk / "etc/hosts").write_text(f"127.0.0.1 localhost rehearsal {socket.gethostname()}\n")
    shutil.copy("/etc/resolv.conf", made.disk / "etc/resolv.conf")
    try:
        yield made
    finally:
        made.off()
        shutil.rmtree(made.disk)


def tree() -> Path:
    """The disk of a plain Debian 12; made once a host."""
    kept, half = CACHE / "machine-base", CACHE / "machine-base.half"
    with one_at_a_time("machine-base"):
        if not kept.exists():
            _make_tree(kept, half)
    return kept


def _make_tree(kept: Path, half: Path) -> None:
    shutil.rmtree(half, ignore_errors=True)
    command = [
        "debootstrap",
        "--variant=minbase",
        f"--include={PACKAGES}",
        "bookworm",
        str(half),
    ]
    subprocess.run(command, check=True, capture_output=True)
    (half / "etc/apt/sources.list").write_text(SOURCES)
    for package in (half / "var/cache/apt/archives").glob("*.deb"):
        package.unlink()
    half.rename(kept)
