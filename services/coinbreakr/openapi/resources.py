"""The API document over HTTP."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

import orjson

from coinbreakr.answers import File
from coinbreakr.http import responses
from coinbreakr.http.context import Request
from coinbreakr.http.endpoint import Route, endpoint


class DocumentResource:
    """The document, which is made when it is first asked for."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._routes = routes

    @endpoint("Show the API document", public=True, files=["application/json"])
    def on_get(self, _req: Request) -> File:
        return File(self._json, responses.JSON, {})

    @cached_property
    def _json(self) -> bytes:
        return orjson.dumps(self.document())

    def document(self) -> dict[str, Any]:
        """The document as a value."""
        from coinbreakr.openapi.document import build  # noqa: PLC0415  # few processes need it

        return build(self._routes)


def routes(others: Iterable[Route]) -> list[Route]:
    """The paths of this feature, which describes the others and itself."""
    described = [*others]
    own = [Route("/v1/openapi.json", DocumentResource(described))]
    described.extend(own)
    return own
