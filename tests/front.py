"""A real nginx with the shipped configuration in front of a real gunicorn."""

import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.infra.tools import require, skip
from tests.server import SERVICES, await_ready, bring_up_to_date, free_port, launch

CONFIG = SERVICES / "nginx.conf"
MODULE = Path("/usr/lib/nginx/modules/ngx_http_headers_more_filter_module.so")
SETTINGS = {"TRUSTED_PROXY_HOPS": "1", "BCRYPT_ROUNDS": "4"}


def nginx() -> str:
    """The program; skips the test where it or its module is missing."""
    if not MODULE.exists():
        skip("libnginx-mod-http-headers-more-filter is not installed")
    return shutil.which("nginx", path="/usr/sbin:/usr/local/sbin") or require("nginx")


@contextmanager
def room() -> Iterator[Path]:
    """A folder whose name is short enough for a socket's path."""
    made = Path(tempfile.mkdtemp(prefix="front-", dir="/tmp"))
    made.chmod(0o755)  # started by root, nginx works as nobody
    try:
        yield made
    finally:
        shutil.rmtree(made)


def configure(folder: Path, port: int, lives: int) -> Path:
    """The shipped configuration with the places of a test in it; nothing else is another."""
    text = CONFIG.read_text(encoding="utf-8")
    for old, new in (
        ("/run/coinbreakr-api/", f"{folder}/"),
        (r"/tmp/(?=nginx\.pid|body|proxy|unused)", f"{folder}/"),
        (r"listen 3000\b", f"listen 127.0.0.1:{port}"),
        (r"listen 3001\b", f"listen 127.0.0.1:{lives}"),
        ("/dev/stdout", f"{folder}/log"),
    ):
        text, found = re.subn(old, new, text)
        assert found, old
    (folder / "nginx.conf").write_text(text, encoding="utf-8")
    return folder / "nginx.conf"


@contextmanager
def in_front(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """nginx on `port`, before the socket `folder`/api.sock."""
    command = [nginx(), "-e", "stderr", "-c", str(configure(folder, port, free_port()))]
    process = subprocess.Popen(command)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGQUIT)
        process.wait(40)


@contextmanager
def serve_behind(mongo_url: str, **settings: str) -> Iterator[tuple[int, Path]]:
    """(port of nginx, folder with its files) of both servers, ready."""
    nginx()
    bring_up_to_date(mongo_url)
    with room() as folder:
        port, socket = free_port(), str(folder / "api.sock")
        process = launch(mongo_url, 0, **{**SETTINGS, "UNIX_SOCKET": socket, **settings})
        try:
            with in_front(folder, port):
                await_ready(port)
                yield port, folder
        finally:
            process.terminate()
            process.wait(40)
