"""A metadata server and a Secret Manager with the same paths, headers and refusals as Google's."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

TOKEN = "token-of-the-machine"
INSTANCE = "/computeMetadata/v1/instance"


@dataclass
class Cloud:
    """What a machine of one project can ask."""

    attributes: dict[str, str]
    secrets: dict[str, str]  # "projects/P/secrets/S" -> value
    statuses: dict[str, list[int]] = field(default_factory=dict)  # part of a path -> answers first
    address: str = ""

    def answer(self, path: str, headers: Any) -> tuple[int, bytes]:
        for part, statuses in self.statuses.items():
            if part in path and statuses:
                return statuses.pop(0), b""
        if path.startswith(INSTANCE):
            if headers.get("Metadata-Flavor") != "Google":
                return 403, b""
            return self._metadata(path.removeprefix(f"{INSTANCE}/"))
        name = path.removeprefix("/v1/").removesuffix("/versions/latest:access")
        if headers.get("Authorization") != f"Bearer {TOKEN}":
            return 401, b""
        if name not in self.secrets:
            return 404, b""
        data = base64.b64encode(self.secrets[name].encode()).decode()
        return 200, json.dumps({"payload": {"data": data}}).encode()

    def _metadata(self, path: str) -> tuple[int, bytes]:
        if path == "service-accounts/default/token":
            return 200, json.dumps({"access_token": TOKEN, "expires_in": 3599}).encode()
        value = self.attributes.get(path.removeprefix("attributes/"))
        return (404, b"") if value is None else (200, value.encode())


def machine(revision: str, mongo_url: str, jwt_secret: str) -> Cloud:
    """A machine of production as terraform/mig makes it."""
    names = {name: f"coinbreakr-production-{name}" for name in ("mongo-url", "jwt-secret")}
    return Cloud(
        attributes={
            "coinbreakr-project": "coinbreakr",
            "coinbreakr-env": "production",
            "coinbreakr-revision": revision,
            "coinbreakr-trusted-proxy-hops": "3",
            "coinbreakr-mongo-url-secret": names["mongo-url"],
            "coinbreakr-jwt-secret-secret": names["jwt-secret"],
        },
        secrets={
            f"projects/coinbreakr/secrets/{names['mongo-url']}": mongo_url,
            f"projects/coinbreakr/secrets/{names['jwt-secret']}": jwt_secret,
        },
    )


@contextmanager
def serving(cloud: Cloud) -> Iterator[Cloud]:
    """The same cloud with an address on loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = cloud.answer(self.path, self.headers)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    cloud.address = f"127.0.0.1:{server.server_address[1]}"
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield cloud
    finally:
        server.shutdown()
        server.server_close()
