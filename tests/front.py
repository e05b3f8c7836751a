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
BALANCER = "127.0.0.3"
SETTINGS = {"TRUSTED_PROXY_HOPS": "1", "BCRYPT_ROUNDS": "4"}


def nginx() -> str:
    """The program; skips the test where it or its module is missing."""
    if not MODULE.exists():
        skip("libnginx-mod-http-headers-more-filter is not installed")
    return shutil.which("nginx", path="/usr/sbin:/usr/local/sbin") or require("nginx")


class Front:
    """nginx on `port`, before the API's `socket` in a `folder` of its own."""

    def __init__(self, port: int) -> None:
        # The name is short enough for a socket's path.
        self.folder = Path(tempfile.mkdtemp(prefix="front-", dir="/tmp"))
        self.folder.chmod(0o755)  # started by root, nginx works as nobody
        self.socket = self.folder / "api.sock"
        command = [nginx(), "-e", "stderr", "-c", str(configure(self.folder, port, free_port()))]
        self.process = subprocess.Popen(command, process_group=0)

    def stop(self) -> None:
        """Let it finish what it has begun."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(40)

    def remove(self) -> None:
        """Delete its folder, after the API has ended, which deletes its socket."""
        shutil.rmtree(self.folder)


def configure(folder: Path, port: int, lives: int) -> Path:
    """The shipped configuration with the places of a test in it; nothing else is another."""
    text = CONFIG.read_text(encoding="utf-8")
    for old, new in (
        ("/run/coinbreakr-api/", f"{folder}/"),
        (r"/tmp/(?=nginx\.pid|body|proxy|unused)", f"{folder}/"),
        (r"listen 3000\b", f"listen 127.0.0.1:{port}"),
        (r"listen 3001\b", f"listen 127.0.0.1:{lives}"),
        ("/dev/stdout", f"{folder}/log"),
        (r"35\.191\.0\.0/16", BALANCER),
    ):
        text, found = re.subn(old, new, text)
        assert found, old
    (folder / "nginx.conf").write_text(text, encoding="utf-8")
    return folder / "nginx.conf"


@contextmanager
def serve_behind(mongo_url: str, **settings: str) -> Iterator[int]:
    """The port of nginx before a gunicorn, both ready."""
    nginx()
    bring_up_to_date(mongo_url)
    port = free_port()
    front = Front(port)
    given = {**SETTINGS, "UNIX_SOCKET": str(front.socket), **settings}
    process = launch(mongo_url, 0, **given)
    try:
        await_ready(port)
        yield port
    finally:
        front.stop()
        process.terminate()
        process.wait(40)
        front.remove()
