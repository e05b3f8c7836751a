"""Images built and run for real, by buildah and podman, in a store of their own."""

import fcntl
import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.infra.tools import require, skip

BASE = "localhost/python:3.11-slim-bookworm"
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "coinbreakr"
SOURCES = """\
deb http://deb.debian.org/debian bookworm main
deb http://deb.debian.org/debian bookworm-updates main
deb http://deb.debian.org/debian-security bookworm-security main
"""
# Some hosts may not raise limits, which the defaults of the engines try.
LIMITS = ("--ulimit", "nofile=4096:4096", "--ulimit", "nproc=4096:4096")


@dataclass(frozen=True)
class Engine:
    """A place for images and containers that goes with its folder."""

    folder: Path

    def call(self, *command: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        env = {**os.environ, "CONTAINERS_STORAGE_CONF": str(self.folder / "storage.conf")}
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        assert not check or done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done

    def podman(self, *args: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        runtime = require("runc")
        options = ("--runtime", runtime, "--cgroup-manager", "cgroupfs")
        return self.call("podman", *options, *args, check=check)

    def build(self, context: Path, tag: str, **arguments: str) -> str:
        """Build the folder's Dockerfile; what the build said."""
        given = [part for pair in arguments.items() for part in ("--build-arg", "=".join(pair))]
        fixed = ["--isolation", "chroot", "--layers", "--pull-never", "--format", "docker"]
        done = self.call("buildah", "bud", *fixed, *given, "-t", tag, str(context))
        return done.stdout + done.stderr

    def inspect(self, what: str, kind: str = "image") -> Any:
        return json.loads(self.podman("inspect", "--type", kind, what).stdout)[0]

    @contextmanager
    def running(self, image: str, *options: str) -> Iterator[str]:
        """The id of a container; the options come before the image."""
        made = self.podman("run", "--detach", *LIMITS, *options, image).stdout.strip()
        try:
            yield made
        finally:
            self.podman("rm", "--force", "--time", "1", made, check=False)


def engine(folder: Path) -> Engine:
    """An engine with nothing in it but the base image."""
    for program in ("buildah", "podman", "runc", "debootstrap"):
        require(program)
    if os.geteuid() != 0:
        skip("building images here needs root")
    storage = f'[storage]\ndriver="overlay"\ngraphroot="{folder}/graph"\nrunroot="{folder}/run"\n'
    (folder / "storage.conf").write_text(storage)
    made = Engine(folder)
    made.call("buildah", "from", "--name", "base", "scratch")
    made.call("buildah", "add", "--quiet", "base", str(base_tar()), "/")
    made.call("buildah", "commit", "--quiet", "base", BASE)
    made.call("buildah", "rm", "base")
    return made


def remove(made: Engine) -> None:
    """Delete everything that the engine holds."""
    made.podman("system", "reset", "--force", check=False)
    shutil.rmtree(made.folder, ignore_errors=True)


@contextmanager
def one_at_a_time(what: str) -> Iterator[None]:
    """Whoever makes something in CACHE waits for another run that is making it."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{what}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def base_tar() -> Path:
    """A Debian with Python, as small as debootstrap makes it; made once a machine."""
    kept, tree = CACHE / "python-base.tar", CACHE / "python-base"
    with one_at_a_time("python-base"):
        if not kept.exists():
            _make_base(kept, tree)
    return kept


def _make_base(kept: Path, tree: Path) -> None:
    packages = "python3,python3-venv,python3-pip,ca-certificates"
    shutil.rmtree(tree, ignore_errors=True)
    _run("debootstrap", "--variant=minbase", f"--include={packages}", "bookworm", str(tree))
    (tree / "etc/apt/sources.list").write_text(SOURCES)
    for package in (tree / "var/cache/apt/archives").glob("*.deb"):
        package.unlink()
    # The host may reach the package registry through an authority of its own.
    certificates = Path("etc/ssl/certs/ca-certificates.crt")
    shutil.copy("/" / certificates, tree / certificates)
    half = kept.with_suffix(".half")
    with tarfile.open(half, "w") as tar:
        tar.add(tree, ".")
    shutil.rmtree(tree)
    half.rename(kept)


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"


def files(made: Engine, image: str) -> Sequence[str]:
    """Paths of all files of an image."""
    name = made.call("buildah", "from", "--pull-never", image).stdout.strip()
    root = Path(made.call("buildah", "mount", name).stdout.strip())
    try:
        return [str(path.relative_to(root)) for path in root.rglob("*")]
    finally:
        made.call("buildah", "rm", name)
