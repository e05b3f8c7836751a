"""Routing as the app knows it: any letter case, more slashes or less, HEAD and OPTIONS."""

import re
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import unquote_to_bytes

import falcon
from falcon.routing import CompiledRouter

from coinbreakr.errors import Invalid
from coinbreakr.http import messages

_ORDER: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_SLASHES: Final = re.compile("//+")
_BROKEN_ESCAPE: Final = re.compile("%(?![0-9a-f]{2})")
NO_SUCH_PATH: Final = "/\x00"


class Router(CompiledRouter):
    """Answers HEAD wherever GET is answered, and OPTIONS with the list of methods."""

    def map_http_methods(self, resource: object, **kwargs: Any) -> Any:
        """Falcon's table of a resource's methods, completed."""
        methods = dict(super().map_http_methods(resource, **kwargs))
        if "GET" in methods:
            methods["HEAD"] = methods["GET"]
        if "OPTIONS" not in methods:
            methods["OPTIONS"] = _options([name for name in _ORDER if name in methods])
        return methods


def _options(methods: list[str]) -> Callable[..., None]:
    allowed = ",".join(methods)

    def respond(_req: falcon.Request, resp: falcon.Response, **_params: str) -> None:
        resp.set_header("Allow", allowed)
        resp.content_type = "text/plain; charset=utf-8"
        resp.text = allowed

    return respond


class Paths:
    """Middleware that routes on the path as it was sent, encoded, in lower case."""

    def process_request(self, req: falcon.Request, _resp: falcon.Response) -> None:
        """Put the path into the form in which the routes are written."""
        path = _SLASHES.sub("/", target(req).partition("?")[0].lower())
        if len(path) > 1 and path.endswith("/"):
            path = path[:-1]
        known = req.method in _ORDER or req.method == "OPTIONS"
        req.path = path if known and path != "/" else NO_SUCH_PATH

    def process_resource(
        self, req: falcon.Request, _resp: falcon.Response, _resource: object, params: dict[str, Any]
    ) -> None:
        """Decode what stands in the path."""
        for name, value in params.items():
            if "%" in value:
                params[name] = _decode(value, req)


def target(req: falcon.Request) -> str:
    """The request target as it was sent, percent-encoding and query string included."""
    raw = str(req.env.get("RAW_URI") or req.path)
    return raw if "?" in raw or not req.query_string else f"{raw}?{req.query_string}"


def _decode(value: str, req: falcon.Request) -> str:
    try:
        if not _BROKEN_ESCAPE.search(value):
            return unquote_to_bytes(value).decode("utf-8")
    except UnicodeDecodeError:
        pass
    sent = target(req).partition("?")[0].split("/")
    original = next((part for part in sent if part.lower() == value), value)
    raise Invalid(messages.PATH_UNDECODABLE.format(param=original))
