"""The servers that are measured: ours, and the Node server where one is given."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bench.requests import SECRET
from devserver.processes import ending_with_us

PORT = 3999
_LISTENS = "0A"  # in /proc/net/tcp
_NODE_SECONDS = 120


@dataclass(frozen=True)
class Server:
    """Where a server answers on this machine, and the process whose CPU time it costs."""

    port: int
    pid: int


@contextmanager
def ours(mongo_url: str) -> Iterator[Server]:
    """Gunicorn with one worker as in a pod."""
    services = Path(__file__).resolve().parents[1] / "services"
    env = {
        **os.environ,
        "MONGO_URL": mongo_url,
        "JWT_SECRET": SECRET,
        "PORT": str(PORT),
        "PYTHONPATH": str(services),
    }
    command = [
        sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "coinbreakr.wsgi:create()"
    ]  # fmt: skip
    process = subprocess.Popen(
        command,
        cwd=services,
        env=env,
        stdout=subprocess.DEVNULL,
        preexec_fn=ending_with_us(),  # noqa: PLW1509  # a single call of prctl
    )
    try:
        _await(PORT, 30)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text("ascii")
        yield Server(PORT, int(children.split()[0]))
    finally:
        process.terminate()
        process.wait(60)


def node(mongo_url: str) -> Server | None:
    """The server of NODE_URL, on the same database; None if that is not set."""
    url = os.environ.get("NODE_URL")
    if not url:
        return None
    port = urlsplit(url).port or 80
    print(
        f"Waiting {_NODE_SECONDS} s for {url}. Start the Node server with PORT={port} "
        f"MONGO_URL='{mongo_url}' JWT_SECRET={SECRET} JWT_EXPIRES_IN=2d",
        flush=True,
    )
    _await(port, _NODE_SECONDS)
    return Server(port, _listener(port))


def _await(port: int, seconds: int) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/healthz", timeout=2).read()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"nothing answers on port {port}")


def _listener(port: int) -> int:
    """The youngest process of this machine that listens on a port."""
    tables = [Path(f"/proc/net/{name}").read_text("ascii") for name in ("tcp", "tcp6")]
    rows = [line.split() for table in tables for line in table.splitlines()[1:]]
    local = f":{port:04X}"
    sockets = {
        f"socket:[{row[9]}]" for row in rows if row[1].endswith(local) and row[3] == _LISTENS
    }
    found = [
        int(folder.name)
        for folder in Path("/proc").iterdir()
        if folder.name.isdigit() and sockets & _open_files(folder / "fd")
    ]
    if not found:
        raise RuntimeError(f"the server on port {port} is not a process of this machine")
    return max(found)


def _open_files(folder: Path) -> set[str]:
    try:
        return {str(link.readlink()) for link in folder.iterdir()}
    except OSError:
        return set()
