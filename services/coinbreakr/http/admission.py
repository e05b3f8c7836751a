"""Middleware: whether a request is still worth executing, and can be.

Requests wait in the kernel's queue of connections, in gunicorn's queue for a thread, and here for
a primary. All three are bounded: by `backlog` and `worker_connections` of gunicorn, and by time.
"""

import socket
import struct
from typing import Any, Final

import falcon

from coinbreakr.http.context import Request
from coinbreakr.http.endpoint import contract_of
from coinbreakr.mongo.availability import Availability

_NOTICEABLE_SECONDS: Final = 1.0
_ESTABLISHED: Final = 1  # a state of TCP: neither side has closed
_STATE: Final = struct.Struct("B")  # tcpi_state of struct tcp_info, see linux/tcp.h
_LAST_DATA: Final = struct.Struct("52xI")  # tcpi_last_data_recv: milliseconds ago


class Admission:
    """Refuses what has waited too long or whom nobody waits for; nothing of it has happened then.

    Where the kernel tells nothing about a connection (not Linux, not TCP), all are admitted.
    """

    def __init__(
        self, availability: Availability, max_wait_seconds: float, health_paths: frozenset[str]
    ) -> None:
        self._availability = availability
        self._max_wait = max_wait_seconds
        self._health_paths = health_paths

    def process_request(self, req: Request, resp: falcon.Response) -> None:
        """Look how long ago the client sent its last byte."""
        waited = _waited(req)
        if waited > self._max_wait:
            _refuse(resp, "Service unavailable: too many requests are waiting")
        if waited > _NOTICEABLE_SECONDS:
            _refuse_if_gone(req, resp)

    def process_resource(
        self, req: Request, resp: falcon.Response, resource: object, _params: dict[str, str]
    ) -> None:
        """Wait for a primary during an election; refuse at once when the database is away."""
        known = contract_of(resource, req.method) is not None and req.path not in self._health_paths
        if not known or self._availability.serving():
            return
        self._availability.wait()
        _refuse_if_gone(req, resp)


def _refuse_if_gone(req: Request, resp: falcon.Response) -> None:
    info = _tcp_info(req)
    if info and _STATE.unpack_from(info)[0] != _ESTABLISHED:
        _refuse(resp, "The client is gone")


def _refuse(resp: falcon.Response, why: str) -> None:
    resp.set_header("Retry-After", "1")
    raise falcon.HTTPServiceUnavailable(title=why)


def _waited(req: Request) -> float:
    """Seconds since the client's last byte arrived."""
    info = _tcp_info(req)
    return float(_LAST_DATA.unpack_from(info)[0]) / 1000 if info else 0.0


def _tcp_info(req: Request) -> bytes:
    connection: Any = req.env.get("gunicorn.socket")
    if connection is None or not hasattr(socket, "TCP_INFO"):
        return b""
    try:
        return bytes(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _LAST_DATA.size))
    except OSError:
        return b""
