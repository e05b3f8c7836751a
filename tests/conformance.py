"""Whether answers are as the API document says: status, code, headers, no field more or less."""

import re
from functools import cache
from typing import Any

import jsonschema_rs
import orjson

from coinbreakr import bootstrap, settings
from coinbreakr.app import routes
from coinbreakr.clock import utc_now
from coinbreakr.mongo.client import close, connect, database
from coinbreakr.openapi.refusals import ELSEWHERE
from coinbreakr.openapi.resources import DocumentResource

_NOWHERE = "mongodb://127.0.0.1:1/coinbreakr"
_ANYWHERE = {(status, message.code) for status, message in ELSEWHERE}
# Headers that say something of an operation; the others are on all answers.
_DECLARED = ("Retry-After", "RateLimit-Limit", "Idempotent-Replayed")


@cache
def document() -> dict[str, Any]:
    """The API document, made without a database."""
    chosen = settings.load({"MONGO_URL": _NOWHERE, "JWT_SECRET": "s" * 32})
    client = connect(_NOWHERE)
    parts = bootstrap.assemble(chosen, client, database(client), utc_now)
    resources = [route.resource for route in routes(parts)]
    close(client)
    found = next(each for each in resources if isinstance(each, DocumentResource))
    shown: dict[str, Any] = orjson.loads(orjson.dumps(found.document()))
    return shown


def check(method: str, target: str, status: int, headers: dict[str, str], content: bytes) -> None:
    """Fail for an answer that the document does not declare."""
    if method == "OPTIONS":
        return
    given = {name.lower(): value for name, value in headers.items()}
    is_json = content and "json" in given.get("content-type", "")
    body = orjson.loads(content) if is_json else None
    if isinstance(body, dict) and (status, body.get("code")) in _ANYWHERE:
        return
    template = _template(target)
    operation = document()["paths"].get(template, {}).get(method.lower().replace("head", "get"))
    said = f"{method} {target[:100]} is answered {status} {content[:1000]!r}"
    assert operation is not None, f"{said}, but there is no such operation"
    declared = operation["responses"].get(str(status))
    assert declared is not None, f"{said}, a status that is not declared"
    response = _resolved(declared)
    for name in _DECLARED:
        assert name.lower() not in given or name in response["headers"], (
            f"{said}, {name} is not declared"
        )
    if content:
        _check_content(f"{method.lower()} {template} {status}", response, given, body, said)


def _check_content(
    key: str, response: dict[str, Any], headers: dict[str, str], body: Any, said: str
) -> None:
    kind = headers.get("content-type", "").partition(";")[0]
    assert kind in response["content"], f"{said}, {kind} is not declared"
    schema = response["content"][kind].get("schema")
    if schema is None:
        return
    cut = headers.get("idempotent-replayed") == "true" and "data" not in body
    found = [error.message for error in _validator(key, orjson.dumps(schema)).iter_errors(body)]
    left = [each for each in found if not (cut and "data" in each)]
    assert not left, f"{said}: {left[:5]}"


@cache
def _validator(key: str, schema: bytes) -> Any:
    del key  # one for each response, however alike they are
    found = orjson.loads(schema)
    refusal = "$ref" in found and "properties" in found
    strict = {"unevaluatedProperties": False, **found} if refusal else _strict(found)
    return jsonschema_rs.Draft202012Validator(
        {**strict, "components": _components()}, validate_formats=True
    )


@cache
def _components() -> dict[str, Any]:
    schemas = document()["components"]["schemas"]
    open_ones = {"Error": schemas["Error"]}  # a part of others, which are closed as a whole
    return {"schemas": {name: _strict(each) for name, each in schemas.items()} | open_ones}


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


def _resolved(response: dict[str, Any]) -> dict[str, Any]:
    name = response.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = document()["components"]["responses"][name] if name else response
    return found


def _template(target: str) -> str:
    """The path template that a target is routed to, or ""."""
    path = re.sub("//+", "/", target.partition("?")[0].lower())
    path = path.rstrip("/") if len(path) > 1 else path
    return next((template for template, regex in _templates() if regex.fullmatch(path)), "")


@cache
def _templates() -> list[tuple[str, re.Pattern[str]]]:
    """Literal segments come before parameters, as the router has it."""
    paths = sorted(document()["paths"], key=lambda path: path.replace("{", "\uffff"))
    return [(path, re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)))) for path in paths]
