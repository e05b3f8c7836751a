"""Runs the server beside a database of its own, and stops both."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from devserver.embedded import EmbeddedMongod
from devserver.processes import ending_with_us

_LOOK_SECONDS: Final = 0.1
_DRAIN_SECONDS: Final = 40  # longer than gunicorn's graceful_timeout
_STOPS: Final = (signal.SIGINT, signal.SIGTERM)


def run(command: Sequence[str], env: Mapping[str, str], database: EmbeddedMongod | None) -> int:
    """Run a server until it ends or a SIGINT or SIGTERM ends it; its exit code.

    The server drains first, then the database stops. Killed with SIGKILL, this process takes
    both along.
    """
    with _signals() as asked:
        server = subprocess.Popen(  # noqa: S603  # our own command
            command,
            env=dict(env),
            start_new_session=True,  # a Ctrl-C reaches it through us, once
            preexec_fn=ending_with_us(),  # noqa: PLW1509  # a single call of prctl
        )
        try:
            lost = _wait(server, database, asked)
        finally:
            if database is not None:
                database.stop()
    if lost:
        return 1
    return _exit_code(server.returncode, stopped=bool(asked))


@contextmanager
def _signals() -> Iterator[list[int]]:
    """Collects the signals that ask to stop, instead of ending at them."""
    asked: list[int] = []
    previous = {
        number: signal.signal(number, lambda got, _frame: asked.append(got)) for number in _STOPS
    }
    try:
        yield asked
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _wait(
    server: subprocess.Popen[bytes], database: EmbeddedMongod | None, asked: list[int]
) -> bool:
    """Wait for the end of the server; whether it came because the database was lost."""
    while not _ended(server, _LOOK_SECONDS):
        lost = database is not None and not database.running
        if lost and not asked:
            sys.stderr.write("The database has ended; stopping the server.\n")
        if lost or asked:
            _drain(server)
            return lost and not asked
    return False


def _drain(server: subprocess.Popen[bytes]) -> None:
    """Let it finish its requests, but not for ever."""
    server.terminate()
    deadline = time.monotonic() + _DRAIN_SECONDS
    while not _ended(server, _LOOK_SECONDS):
        if time.monotonic() > deadline:
            os.killpg(server.pid, signal.SIGKILL)  # its workers too


def _ended(server: subprocess.Popen[bytes], seconds: float) -> bool:
    try:
        server.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def _exit_code(code: int, *, stopped: bool) -> int:
    if stopped and code in (0, -signal.SIGINT, -signal.SIGTERM):
        return 0
    return code if code >= 0 else 128 - code  # as a shell tells of a signal
