"""Middleware: whether a request is still worth executing, and can be.

Requests wait in the kernel's queue of connections, in gunicorn's queue for a thread, and here for
a primary. All three are bounded: by `backlog` and `worker_connections` of gunicorn, and by time.
"""

import select
import socket
import struct
import time
from typing import Any, Final

import falcon

from coinbreakr.errors import Busy
from coinbreakr.http import messages
from coinbreakr.http.context import Request
from coinbreakr.http.endpoint import contract_of
from coinbreakr.mongo.availability import Availability

_NOTICEABLE_SECONDS: Final = 1.0
_LAST_DATA: Final = struct.Struct("52xI")  # tcpi_last_data_recv, see linux/tcp.h: milliseconds ago
_HUNG_UP: Final = getattr(select, "POLLRDHUP", 0)  # of Linux; elsewhere both directions must end


class Admission:
    """Refuses what has waited too long or whom nobody waits for; nothing of it has happened then.

    When a request was there, nginx says on its socket, else the kernel (TCP_INFO, of Linux); where
    nobody does, all are admitted.
    """

    def __init__(
        self, availability: Availability, max_wait_seconds: float, health_paths: frozenset[str]
    ) -> None:
        self._availability = availability
        self._max_wait = max_wait_seconds
        self._health_paths = health_paths

    def process_request(self, req: Request, _resp: falcon.Response) -> None:
        """Look how long ago the request was there."""
        waited = _waited(req)
        if waited > self._max_wait:
            raise Busy(messages.QUEUE_FULL, retry_after=1)
        if waited > _NOTICEABLE_SECONDS:
            _refuse_if_gone(req)

    def process_resource(
        self, req: Request, _resp: falcon.Response, resource: object, _params: dict[str, str]
    ) -> None:
        """Wait for a primary during an election; refuse at once when the database is away."""
        known = contract_of(resource, req.method) is not None and req.path not in self._health_paths
        if not known or self._availability.serving():
            return
        self._availability.wait()
        _refuse_if_gone(req)


def _refuse_if_gone(req: Request) -> None:
    connection = req.env.get("gunicorn.socket")
    if connection is not None and _is_gone(connection):
        raise Busy(messages.CLIENT_GONE, retry_after=1)


def _is_gone(connection: socket.socket) -> bool:
    poll = select.poll()
    poll.register(connection, _HUNG_UP)
    return bool(poll.poll(0))


def _waited(req: Request) -> float:
    """Seconds since the request was there."""
    connection: Any = req.env.get("gunicorn.socket")
    if connection is None:
        return 0.0
    if connection.family == socket.AF_UNIX:
        return _since(req.get_header("X-Request-Start") or "")
    return _since_last_data(connection)


def _since(moment: str) -> float:
    """Seconds since nginx had the request whole: its `$msec`."""
    try:
        return time.time() - float(moment)
    except ValueError:
        return 0.0


def _since_last_data(connection: socket.socket) -> float:
    """Seconds since the client's last byte arrived."""
    if not hasattr(socket, "TCP_INFO"):
        return 0.0
    try:
        info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _LAST_DATA.size)
    except OSError:
        return 0.0
    return float(_LAST_DATA.unpack(info)[0]) / 1000
