"""What happens to the database while it is written to. Each returns when it is over."""

import time
from collections.abc import Callable

from tests.replica import ReplicaSet

Fault = Callable[[ReplicaSet, float], None]


def kill_primary(members: ReplicaSet, _seconds: float) -> None:
    """The primary's process is gone at once; it comes back when there is another primary."""
    killed = members.primary()
    members.kill(killed)
    members.primary()
    members.restart(killed)


def step_down(members: ReplicaSet, seconds: float) -> None:
    """The primary hands over, as for maintenance."""
    members.step_down(max(2, round(seconds)))


def freeze_primary(members: ReplicaSet, seconds: float) -> None:
    """The primary does not answer for a while, and then goes on where it was."""
    frozen = members.primary()
    members.freeze(frozen)
    time.sleep(seconds)
    members.thaw(frozen)


def two_of_three(members: ReplicaSet, seconds: float) -> None:
    """Only one member is left for a while: there is no majority and no primary."""
    gone = [members.primary(), members.secondaries()[0]]
    for node in gone:
        members.kill(node)
    time.sleep(seconds)
    for node in gone:
        members.restart(node)
