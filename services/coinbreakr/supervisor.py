"""Runs the server beside a database of its own, and stops both."""

import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from types import FrameType
from typing import Final

from coinbreakr.mongo.embedded import EmbeddedMongod, die_with_parent

_LOOK_SECONDS: Final = 0.5


def run(command: Sequence[str], env: Mapping[str, str], database: EmbeddedMongod | None) -> int:
    """Run a server until it ends or a SIGINT or SIGTERM ends it; its exit code.

    The server drains first; the caller stops the database after it. Killed with SIGKILL, this
    process takes the server (and the database) along.
    """
    stopping = threading.Event()
    server = subprocess.Popen(  # noqa: S603  # our own command
        command,
        env=dict(env),
        start_new_session=True,  # a Ctrl-C reaches it through us, once
        preexec_fn=die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509
    )

    def stop(_signal: int, _frame: FrameType | None) -> None:
        if not stopping.is_set():
            stopping.set()
            server.terminate()

    previous = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        return _wait(server, database, stopping)
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _wait(
    server: subprocess.Popen[bytes], database: EmbeddedMongod | None, stopping: threading.Event
) -> int:
    while True:
        try:
            code = server.wait(_LOOK_SECONDS)
        except subprocess.TimeoutExpired:
            if database is not None and not database.running and not stopping.is_set():
                sys.stderr.write("The database has ended; stopping the server.\n")
                server.terminate()
                server.wait()
                return 1
        else:
            return 0 if stopping.is_set() else code
