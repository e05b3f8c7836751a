"""gunicorn's threaded worker, without its banner and pages, and with an end to slow clients.

nginx keeps slow clients away where it stands in front; these bounds are for a server without it.
"""

import selectors
import socket
import time
from functools import partial
from typing import Any, Final

import orjson
import structlog
from gunicorn import util  # type: ignore[import-untyped]
from gunicorn.http import errors, wsgi  # type: ignore[import-untyped]
from gunicorn.workers.gthread import TConn, ThreadWorker  # type: ignore[import-untyped]

from coinbreakr.errors import ErrorMessage
from coinbreakr.http import messages, responses

_SILENT_SECONDS: Final = 5  # until the first byte of a connection
_READ_SECONDS: Final = 20  # from then until the request must be there, body included
_ALL_SECONDS: Final = 90  # and until the answer must be gone; an operation may take 40 of them
_BAD_REQUEST: Final = (400, messages.BAD_REQUEST)
_FAILED: Final = (500, messages.SERVER_ERROR)
_REFUSALS: Final[dict[type[Exception], tuple[int, ErrorMessage]]] = {
    errors.LimitRequestLine: (414, messages.ADDRESS_LINE_TOO_LONG),
    errors.LimitRequestHeaders: (431, messages.HEADERS_TOO_LARGE),
    errors.ExpectationFailed: (417, messages.EXPECTATION_FAILED),
    errors.UnsupportedTransferCoding: (501, messages.NOT_IMPLEMENTED),
}
_REASONS: Final = {
    400: "Bad Request",
    414: "URI Too Long",
    417: "Expectation Failed",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    501: "Not Implemented",
}


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """A thread begins with a connection when it says something, and ends with it in time."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._busy: dict[_Connection, float] = {}
        wsgi.Response = _Response  # gunicorn makes its answers by this name

    def accept(self, listener: socket.socket) -> None:
        """Wait for its first byte without a thread."""
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        self.nr_conns += 1
        connection = _Connection(self.cfg, client, address, listener.getsockname())
        connection.timeout = time.monotonic() + _SILENT_SECONDS
        self.pending_conns.append(connection)
        readable = partial(self.on_pending_socket_readable, connection)
        self.poller.register(client, selectors.EVENT_READ, readable)

    def handle(self, conn: "_Connection") -> object:
        """Serve one request in a thread; truthy when the connection stays."""
        self._busy[conn] = time.monotonic()
        try:
            stays = super().handle(conn)
            if not stays:
                conn.say_goodbye()
            return stays
        finally:
            del self._busy[conn]

    def murder_pending(self) -> None:
        """Called about once a second: end what is silent, and what takes too long."""
        super().murder_pending()
        now = time.monotonic()
        for connection, since in list(self._busy.items()):
            if now - since > _ALL_SECONDS:
                connection.cut(socket.SHUT_RDWR)
            elif now - since > _READ_SECONDS:
                connection.cut(socket.SHUT_RD)

    def _cap_keepalive(self, deadline: float) -> None:
        """A worker that stops waits no longer for silent clients than for kept connections."""
        super()._cap_keepalive(deadline)
        for connection in self.pending_conns:
            connection.timeout = min(connection.timeout, deadline)

    def handle_error(self, _req: object, client: Any, _addr: object, exc: Exception) -> None:
        """Answer in the one shape of errors what never reached the application."""
        status, message = next(
            (answer for kind, answer in _REFUSALS.items() if isinstance(exc, kind)),
            _BAD_REQUEST if isinstance(exc, errors.ParseException) else _FAILED,
        )
        log = structlog.get_logger("coinbreakr.worker")
        if status == 500:
            log.error("unexpected", error=type(exc).__name__, exc_info=exc)
        else:
            log.info("not a request", error=type(exc).__name__, status=status)
        body = orjson.dumps(responses.failure(message, message.code))
        head = (
            f"HTTP/1.1 {status} {_REASONS[status]}\r\nConnection: close\r\n"
            f"Content-Type: application/json; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        try:
            util.write_nonblock(client, head.encode() + body)
        except OSError:
            log.debug("nobody is there for the answer")


class _Connection(TConn):  # type: ignore[misc]
    def say_goodbye(self) -> None:
        """Read what the client still sends, for 2 s at most, so that it gets the answer whole.

        gunicorn would do so in the loop that serves everybody.
        """
        self.sock.setblocking(True)
        util.close_graceful(self.sock)

    def cut(self, how: int) -> None:
        """Make a thread that waits for this client go on: it sees the end of the connection."""
        try:
            self.sock.shutdown(how)
        except OSError:
            return  # it is closed already

    def close(self, graceful: bool = False) -> None:
        """Close at once."""
        del graceful  # the thread has done that
        util.close(self.sock)


class _Response(wsgi.Response):  # type: ignore[misc]
    def default_headers(self) -> list[str]:
        """gunicorn's, but for the name of the server."""
        return [line for line in super().default_headers() if not line.startswith("Server:")]
