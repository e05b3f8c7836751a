"""The API document over HTTP, and a page to try it."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final

import orjson

from coinbreakr.answers import File
from coinbreakr.errors import ErrorMessage, NotFound
from coinbreakr.http import responses
from coinbreakr.http.context import Request
from coinbreakr.http.endpoint import Route, endpoint
from coinbreakr.openapi import messages

_HTML: Final = "text/html; charset=utf-8"
_SCRIPT: Final = "text/javascript; charset=utf-8"
_STYLE: Final = "text/css; charset=utf-8"
# Nothing of another origin is loaded, and no script that stands in the page itself is run.
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}
_PAGE: Final = files("coinbreakr.openapi").joinpath("page")
_SWAGGER_UI: Final = files("mkdocs_swagger_ui_tag").joinpath("swagger-ui")  # its copy in a wheel
_PARTS: Final[dict[str, tuple[Traversable, str]]] = {
    "start.js": (_PAGE / "start.js", _SCRIPT),
    "swagger-ui-bundle.js": (_SWAGGER_UI / "javascripts" / "swagger-ui-bundle.js", _SCRIPT),
    "swagger-ui.css": (_SWAGGER_UI / "stylesheets" / "swagger-ui.css", _STYLE),
}


Limited = Mapping[str, ErrorMessage]


class DocumentResource:
    """The document, which is made when it is first asked for."""

    def __init__(self, routes: Iterable[Route], limited: Limited) -> None:
        self._routes = routes
        self._limited = limited

    @endpoint("Show the API document", public=True, files=["application/json"])
    def on_get(self, _req: Request) -> File:
        return File(self._json, responses.JSON, {})

    @cached_property
    def _json(self) -> bytes:
        return orjson.dumps(self.document())

    def document(self) -> dict[str, Any]:
        """The document as a value."""
        from coinbreakr.openapi.document import build  # noqa: PLC0415  # few processes need it

        return build(self._routes, self._limited)


class PageResource:
    """Swagger UI, which shows the document and sends requests to this server."""

    @endpoint("Show a page to try the API", public=True, files=["text/html"])
    def on_get(self, _req: Request) -> File:
        return File((_PAGE / "index.html").read_bytes(), _HTML, _HEADERS)


class PagePartResource:
    """Scripts and styles of the page."""

    @endpoint(
        "Load a part of the page",
        public=True,
        files=["text/css", "text/javascript"],
        errors={404: [messages.PART_NOT_FOUND]},
    )
    def on_get(self, _req: Request, part: str) -> File:
        if part not in _PARTS:
            raise NotFound(messages.PART_NOT_FOUND)
        source, media_type = _PARTS[part]
        return File(source.read_bytes(), media_type, _HEADERS)


def routes(others: Iterable[Route], limited: Limited) -> list[Route]:
    """The paths of this feature, which describes the others and itself.

    `limited`: routes with rate limits of their own ("POST /v1/contact"), and what they refuse with.
    """
    described = [*others]
    own = [
        Route("/v1/openapi.json", DocumentResource(described, limited)),
        Route("/v1/docs", PageResource()),
        Route("/v1/docs/{part}", PagePartResource()),
    ]
    described.extend(own)
    return own
