"""Whether answers are as the API document says: status, code, headers, no field more or less."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import jsonschema_rs
import orjson

from coinbreakr import bootstrap, settings
from coinbreakr.app import routes
from coinbreakr.clock import utc_now
from coinbreakr.feature import Feature
from coinbreakr.features import FEATURES
from coinbreakr.mongo.client import close, connect, database
from coinbreakr.openapi.refusals import ELSEWHERE
from coinbreakr.openapi.resources import DocumentResource

_SECRET = "a-key-that-is-never-used-to-sign-anything"
_NOWHERE = "mongodb://127.0.0.1:1/coinbreakr"
_ANYWHERE = {(status, message.code) for status, message in ELSEWHERE}
# Headers that say something of an operation; the others are on all answers.
_DECLARED = ("Retry-After", "RateLimit-Limit", "Idempotent-Replayed")


class Conformance:
    """The comparison with one document."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._paths = document["paths"]
        self._responses = document["components"]["responses"]
        schemas = document["components"]["schemas"]
        open_ones = {"Error": schemas["Error"]}  # a part of others, which are closed as a whole
        closed = {name: _strict(each) for name, each in schemas.items()} | open_ones
        self._components = {"schemas": closed}
        self._validators: dict[str, Any] = {}
        # Literal segments come before parameters, as the router has it.
        paths = sorted(self._paths, key=lambda path: path.replace("{", "\uffff"))
        self._templates = [(path, _matching(path)) for path in paths]

    def check(
        self, method: str, target: str, status: int, headers: dict[str, str], content: bytes
    ) -> None:
        """Fail for an answer that the document does not declare."""
        if method == "OPTIONS":
            return
        given = {name.lower(): value for name, value in headers.items()}
        is_json = content and "json" in given.get("content-type", "")
        body = orjson.loads(content) if is_json else None
        if isinstance(body, dict) and (status, body.get("code")) in _ANYWHERE:
            return
        path = self._path(target)
        operation = self._paths.get(path, {}).get("get" if method == "HEAD" else method.lower())
        said = f"{method} {target[:100]} is answered {status} {content[:1000]!r}"
        assert operation is not None, f"{said}, but there is no such operation"
        response = operation["responses"].get(str(status))
        assert response is not None, f"{said}, a status that is not declared"
        if "$ref" in response:
            response = self._responses[response["$ref"].rpartition("/")[2]]
        for name in _DECLARED:
            missing = name.lower() in given and name not in response["headers"]
            assert not missing, f"{said}, {name} is not declared"
        if content:
            kind = given.get("content-type", "").partition(";")[0]
            assert kind in response["content"], f"{said}, {kind!r} is not declared"
            schema = response["content"][kind].get("schema")
            if schema is not None:
                found = self._violations(f"{path} {method} {status}", schema, body)
                cut = "idempotent-replayed" in given and "data" not in (body or {})
                left = [each for each in found if not (cut and "data" in each)]
                assert not left, f"{said}: {left[:5]}"

    def _violations(self, key: str, schema: dict[str, Any], body: Any) -> list[str]:
        if key not in self._validators:
            refusal = "$ref" in schema and "properties" in schema
            closed = {"unevaluatedProperties": False, **schema} if refusal else _strict(schema)
            self._validators[key] = jsonschema_rs.Draft202012Validator(
                {**closed, "components": self._components}, validate_formats=True
            )
        return [error.message for error in self._validators[key].iter_errors(body)]

    def _path(self, target: str) -> str:
        """The path template that a target is routed to, or ""."""
        path = re.sub("//+", "/", target.partition("?")[0].lower())
        path = path.rstrip("/") if len(path) > 1 else path
        return next((found for found, regex in self._templates if regex.fullmatch(path)), "")


def made(
    environment: dict[str, str] | None = None, features: Sequence[Feature] = FEATURES
) -> dict[str, Any]:
    """The API document of a process in an environment, made without a database."""
    needed = {"MONGO_URL": _NOWHERE, "JWT_SECRET": _SECRET}
    chosen = settings.load({**needed, **(environment or {})})
    client = connect(_NOWHERE)
    parts = bootstrap.assemble(chosen, client, database(client), utc_now)
    resources = [route.resource for route in routes(parts, features)]
    close(client)
    found = next(each for each in resources if isinstance(each, DocumentResource))
    shown: dict[str, Any] = orjson.loads(orjson.dumps(found.document()))
    return shown


document = cache(made)


@cache
def declared() -> Conformance:
    """The comparison with the API document."""
    return Conformance(document())


def _strict(schema: Any) -> Any:
    """With no other properties than those that are named."""
    if isinstance(schema, list):
        return [_strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: _strict(each) for name, each in schema.items()}
    if "properties" in schema and "additionalProperties" not in schema:
        closed["additionalProperties"] = False
    return closed


def _matching(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)))
