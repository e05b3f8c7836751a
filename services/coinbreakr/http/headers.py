"""Middleware: the headers that answers have beside their content."""

import hashlib
from collections.abc import Mapping
from typing import Final

import falcon

CORS: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, PATCH, POST, PUT, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": (
        "Origin, X-Requested-With, Content-Type, Accept, Authorization"
    ),
}
_OPEN_TO_BROWSERS: Final = "/v1/contact"

SECURITY: Final = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Origin-Agent-Cluster": "?1",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=15552000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-DNS-Prefetch-Control": "off",
    "X-Download-Options": "noopen",
    "X-Frame-Options": "SAMEORIGIN",
    "X-Permitted-Cross-Domain-Policies": "none",
    "X-XSS-Protection": "0",
}


class FixedHeaders:
    """The same headers on every answer."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = dict(headers)

    def process_response(
        self, _req: falcon.Request, resp: falcon.Response, _resource: object, _ok: bool
    ) -> None:
        """Add them, but for those that the answer has already."""
        for name, value in self._headers.items():
            if resp.get_header(name) is None:
                resp.set_header(name, value)


class ContactCors:
    """The web site's form may be sent from any origin; preflights are answered here."""

    def process_request(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Answer a preflight at or below the form's path."""
        if req.method == "OPTIONS" and _is_open(req.path):
            resp.content_type = "text/plain; charset=utf-8"
            resp.text = "OK"
            resp.complete = True

    def process_response(
        self, req: falcon.Request, resp: falcon.Response, _resource: object, _ok: bool
    ) -> None:
        """Allow every answer there to be read, refusals included."""
        if _is_open(req.path):
            resp.set_headers(CORS)


class EntityTags:
    """An ETag on every JSON answer, and 304 for who has it already (RFC 9110, 13.1.2).

    It is strong, and begins with the version that `If-Match` compares, where a single resource
    is shown; else it is weak.
    """

    def process_response(
        self, req: falcon.Request, resp: falcon.Response, _resource: object, _ok: bool
    ) -> None:
        """Tag the answer, or replace it by 304."""
        if not resp.data:
            return
        digest = hashlib.blake2b(resp.data, digest_size=15).hexdigest()
        version = req.context.version
        tag = f'"{version}-{digest}"' if version else f'W/"{len(resp.data):x}-{digest}"'
        resp.set_header("ETag", tag)
        if req.method in {"GET", "HEAD"} and resp.status_code == 200 and _has(req, tag):
            resp.status = 304
            resp.data = None
            resp.content_type = None


def _has(req: falcon.Request, tag: str) -> bool:
    known = req.get_header("If-None-Match")
    if known is None or "no-cache" in (req.get_header("Cache-Control") or ""):
        return False
    strong = tag.removeprefix("W/")
    tags = (part.strip().removeprefix("W/") for part in known.split(","))
    return known.strip() == "*" or strong in tags


def _is_open(path: str) -> bool:
    return path == _OPEN_TO_BROWSERS or path.startswith(_OPEN_TO_BROWSERS + "/")
