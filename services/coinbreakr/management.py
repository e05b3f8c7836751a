"""What the parent of the workers answers itself, on a port that no client reaches.

It stands beside the threads that serve requests: however busy these are, `/livez` and `/metrics`
come at once.
"""

import threading
import time
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from prometheus_client import CollectorRegistry, make_wsgi_app
from prometheus_client.exposition import ThreadingWSGIServer
from prometheus_client.multiprocess import MultiProcessCollector


def serve(port: int, alive: Callable[[], bool]) -> None:
    """Answer `GET /metrics` for all workers and `GET /livez` on `port`, from threads."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    app = _app(make_wsgi_app(registry), alive)
    server = make_server("", port, app, ThreadingWSGIServer, handler_class=_Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()


def beats(server: Any) -> bool:
    """Whether a worker of gunicorn's arbiter has shown a sign of life in its `timeout`."""
    now = time.monotonic()
    for worker in list(server.WORKERS.values()):
        try:
            if now - worker.tmp.last_update() <= server.timeout:
                return True
        except (OSError, ValueError):
            continue  # it ends at this moment
    return False


class _Handler(WSGIRequestHandler):
    timeout = 10  # seconds, for each read and write

    def log_message(self, *_: object) -> None:
        """Log nothing."""


def _app(metrics: WSGIApplication, alive: Callable[[], bool]) -> WSGIApplication:
    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == "/metrics":
            return metrics(environ, start_response)
        status = "404 Not Found"
        if path == "/livez":
            status = "200 OK" if alive() else "503 Service Unavailable"
        start_response(status, [("Content-Length", "0")])
        return []

    return answer
