"""A load balancer that checks as Google's do: haproxy, steered through its socket."""

import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.infra.tools import require
from tests.server import free_port

CONFIG = """\
global
  stats socket {folder}/socket level admin
defaults
  mode http
  retries 0
  timeout connect 2s
  timeout client 40s
  timeout server 40s
  timeout check 5s
listen api
  bind 127.0.0.1:{port}
  balance roundrobin
  option httpchk GET /v1/readyz
  default-server check inter 500ms fall 3 rise 1 init-addr last,none
{servers}
"""


class Balancer:
    """Sends what comes to `port` to the servers that are ready, without a second try."""

    def __init__(self, folder: Path, port: int) -> None:
        self._socket = folder / "socket"
        self.port = port

    def say(self, command: str) -> str:
        with socket.socket(socket.AF_UNIX) as talk:
            talk.connect(str(self._socket))
            talk.sendall(f"{command}\n".encode())
            return b"".join(iter(lambda: talk.recv(65536), b"")).decode()

    def drain(self, server: str) -> None:
        self.say(f"set server api/{server} state drain")

    def await_up(self, server: str, seconds: float = 20) -> None:
        # Whoever leaves maintenance counts as up until it fails; Google's balancers ask first.
        self.say(f"set server api/{server} state ready; set server api/{server} health down")
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            rows = [line.split(",") for line in self.say("show stat").splitlines()]
            if any(row[1] == server and row[17] == "UP" for row in rows if len(row) > 17):
                return
            time.sleep(0.1)
        raise TimeoutError(f"{server} does not come up")


@contextmanager
def balancing(folder: Path, ports: Sequence[int]) -> Iterator[Balancer]:
    """In front of a server s1, s2, ... for each port."""
    port = free_port()
    lines = [f"  server s{n} 127.0.0.1:{p} disabled" for n, p in enumerate(ports, 1)]
    config = folder / "haproxy.cfg"
    config.write_text(CONFIG.format(folder=folder, port=port, servers="\n".join(lines)))
    process = subprocess.Popen([require("haproxy"), "-db", "-f", config])
    try:
        while not (folder / "socket").exists():
            assert process.poll() is None, "haproxy does not start"
            time.sleep(0.05)
        yield Balancer(folder, port)
    finally:
        process.kill()
        process.wait()
