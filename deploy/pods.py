"""What pods say of themselves: pods.py tell|failing, from `kubectl get pods --output json`.

tell      a line for each pod, and below it what holds up each of its containers
failing   POD CONTAINER of each container that does not run or is not ready; and -p if it ended before
"""

import json
import sys
from collections.abc import Iterator
from typing import Any

Doc = dict[str, Any]


def statuses(pod: Doc) -> list[Doc]:
    """Of every container that the kubelet knows."""
    status = pod["status"]
    return [*status.get("initContainerStatuses", []), *status.get("containerStatuses", [])]


def done(status: Doc) -> bool:
    """Whether a container runs and is ready, or has ended well."""
    ended = status.get("state", {}).get("terminated")
    return ended["exitCode"] == 0 if ended else bool(status.get("ready"))


def reasons(status: Doc) -> Iterator[str]:
    """Why it does not run, and how it ended before."""
    for when, states in (("", status.get("state", {})), ("before: ", status.get("lastState", {}))):
        for state in ("waiting", "terminated"):
            if found := states.get(state):
                code = f", exit code {found['exitCode']}" if "exitCode" in found else ""
                message = f": {found['message'].strip()}" if found.get("message") else ""
                yield f"{when}{state}, {found.get('reason', 'no reason')}{code}{message}"
    if not status.get("ready") and "running" in status.get("state", {}):
        yield "runs, but is not ready"


def told(pod: Doc) -> Iterator[str]:
    """One pod."""
    found = statuses(pod)
    ready = sum(bool(status.get("ready")) for status in found)
    again = sum(status.get("restartCount", 0) for status in found)
    phase = pod["status"].get("phase", "Unknown")
    yield f"{pod['metadata']['name']}: {phase}, {ready} of {len(found)} ready, {again} restarts"
    for condition in pod["status"].get("conditions", []):
        if condition["type"] == "PodScheduled" and condition["status"] != "True":
            yield f"  has no node: {condition.get('message', condition.get('reason', ''))}"
    for status in found:
        if not done(status):
            yield from (f"  {status['name']}: {reason}" for reason in reasons(status))


def failing(pod: Doc) -> Iterator[str]:
    """The containers whose log may say why; one that has never started has none."""
    for status in statuses(pod):
        state = status.get("state", {})
        started = status.get("lastState") or "waiting" not in state
        if state and started and not done(status):
            previous = " -p" if status.get("lastState") and "terminated" not in state else ""
            yield f"{pod['metadata']['name']} {status['name']}{previous}"


if __name__ == "__main__":
    show = {"tell": told, "failing": failing}[sys.argv[1]]
    for one in json.loads(sys.stdin.read().strip() or '{"items": []}').get("items", []):
        for line in show(one):
            print(line)
