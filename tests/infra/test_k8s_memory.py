"""A pod that idles must use so little memory that the autoscaler can take pods away again."""

import re
import sys
from pathlib import Path

import pytest

from devserver.embedded import EmbeddedMongod
from tests.infra import manifests
from tests.infra.manifests import api
from tests.infra.tools import figure
from tests.server import await_ready, free_port, launch
from tests.system.http import Http

MIB = 1024


def family(pid: int) -> list[int]:
    """A process and all below it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [pid, *(one for child in children for one in family(int(child)))]


def share(pid: int) -> int:
    """KiB of memory that are a process's own, and its part of what it shares."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    return int(re.findall(r"^Pss:\s+(\d+) kB$", rollup, re.MULTILINE)[0])


def budget() -> float:
    """MiB at which three pods still become two: 3 * use / target must not be more than 2."""
    target = int(manifests.targets()["memory"]["averageUtilization"])
    requested = int(api()["resources"]["requests"]["memory"].removesuffix("Mi"))
    return requested * target / 100 * 2 / 3


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc, as a pod's memory is Linux's")
def test_an_idle_pod_leaves_the_autoscaler_free(mongod: EmbeddedMongod) -> None:
    port = free_port()
    # A port in place of the socket in the pod, which nginx has there.
    own = {"PORT": str(port), "UNIX_SOCKET": "", "METRICS_PORT": str(free_port())}
    url = mongod.url.replace("/coinbreakr?", "/memory?")
    process = launch(url, port, **{**manifests.settings(), "APP_ENV": "testing", **own})
    try:
        await_ready(port)
        http = Http(port)
        people = [http.register(f"person{number}") for number in range(5)]
        for person in people * 20:
            http("GET", "/v1/expenses", person)
        used = sum(share(pid) for pid in family(process.pid)) / MIB
    finally:
        process.terminate()
        process.wait(40)
    figure(f"an idle pod: {used:.0f} MiB, of {budget():.0f} MiB that let the autoscaler go down")
    assert 20 < used <= budget(), f"{used:.0f} MiB"
