"""The API document: OpenAPI 3.1, made of the routes and their contracts alone."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from apispec import APISpec
from marshmallow import Schema, fields, validate

from coinbreakr import __version__
from coinbreakr.errors import ErrorMessage
from coinbreakr.health.resources import PATHS as HEALTH
from coinbreakr.http.endpoint import Route
from coinbreakr.http.schema import MOST_ERRORS, Form
from coinbreakr.openapi import parts
from coinbreakr.openapi.converter import Plugin
from coinbreakr.openapi.operation import Operation, operations
from coinbreakr.openapi.refusals import ELSEWHERE, component, refusals, response

_JSON: Final = "application/json"
_FORM: Final = "application/x-www-form-urlencoded"
_FALSY: Final = (
    ' `null`, `""`, `0` and `false` count as if the field were absent; other keys are ignored.'
)


class Violation(Schema):
    """A field that is refused, and why."""

    field = fields.String(required=True, metadata={"example": "members.0"})
    message = fields.String(required=True, metadata={"example": '"members[0]" must be a string'})
    code = fields.String(
        required=True,
        metadata={"description": "Stable, as that of an error.", "example": "FIELD_NOT_A_STRING"},
    )


class Error(Schema):
    """A refusal: a text for people, a code for programs."""

    success = fields.Boolean(required=True, validate=validate.Equal(False))
    message = fields.String(required=True)
    code = fields.String(
        required=True, metadata={"description": "Stable; programs read it and not the text."}
    )
    errors = fields.List(
        fields.Nested(Violation),
        validate=validate.Length(min=1, max=MOST_ERRORS),
        metadata={"description": "With `VALIDATION_FAILED`: every field that is refused."},
    )


def build(routes: Iterable[Route], limited: Mapping[str, ErrorMessage]) -> dict[str, Any]:
    """The document of some routes; the same for the same routes, whatever the environment."""
    document = _Document()
    for each in operations(routes, limited):
        document.add(each)
    found: dict[str, Any] = document.spec.to_dict()
    return found


class _Document:
    def __init__(self) -> None:
        self._plugin = Plugin()
        self.spec = APISpec(
            "CoinBreakr",
            __version__,
            "3.1.0",
            plugins=[self._plugin],
            info={"description": _description(), "license": {"name": "ISC", "identifier": "ISC"}},
            servers=[{"url": "/"}],
            security=[{"bearer": []}],
        )
        components = self.spec.components
        components.security_scheme("bearer", parts.BEARER)
        components.schema("Error", schema=Error)
        for name, header in parts.HEADERS.items():
            components.header(name, header)
        for name, parameter in parts.PARAMETERS.items():
            components.parameter(name, "header", {"name": name, **parameter})

    def add(self, operation: Operation) -> None:
        contract = operation.contract
        shown: dict[str, Any] = {
            "operationId": operation.id,
            "summary": contract.summary,
            "tags": [operation.feature],
            "parameters": self._parameters(operation),
            "responses": self._successes(operation) | self._refusals(operation),
        }
        if contract.body is not None:
            shown["requestBody"] = self._body(contract.body, contract.max_body)
        if contract.public:
            shown["security"] = []
        self.spec.path(operation.path, operations={operation.method.lower(): shown})

    def _parameters(self, operation: Operation) -> list[Any]:
        contract = operation.contract
        path = [parts.path_parameter(each, is_id=each in contract.ids) for each in operation.params]
        query = [] if contract.query is None else self._plugin.parameters(contract.query)
        query += [parts.SIGNATURE] if contract.signed else []
        headers = ["Idempotency-Key"] if operation.takes_key else []
        headers += ["If-Match"] if 412 in contract.errors else []
        headers += ["If-None-Match"] if operation.method == "GET" else []
        return [*path, *query, *headers]

    def _body(self, schema: Schema, most: int) -> dict[str, Any]:
        shown = self._plugin.json_schema(schema)
        flat = not any(isinstance(field, fields.List) for field in schema.fields.values())
        return {
            "description": f"At most {most} bytes.{_FALSY if isinstance(schema, Form) else ''}",
            "required": any(field.required for field in schema.fields.values()),
            "content": {kind: {"schema": shown} for kind in ([_JSON, _FORM] if flat else [_JSON])},
        }

    def _successes(self, operation: Operation) -> dict[str, Any]:
        contract = operation.contract
        headers = parts.headers("ETag", *_limits(operation))
        replayed = parts.headers("Idempotent-Replayed") if operation.takes_key else {}
        content: dict[str, Any] = {kind: {} for kind in contract.files}
        if contract.returns is not None:
            content = {_JSON: {"schema": self._plugin.json_schema(contract.returns)}}
        success = {
            "description": contract.summary,
            "headers": {**headers, **replayed},
            "content": content,
        }
        if operation.method != "GET":
            again = {**success, "description": "The same was done before; this is what came of it."}
            repeated = {str(contract.repeated): again} if contract.repeated else {}
            return {str(contract.status): success, **repeated}
        cached = {"description": "The client has it (`If-None-Match`).", "headers": headers}
        return {str(contract.status): success, "304": cached}

    def _refusals(self, operation: Operation) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for status, refused in refusals(operation).items():
            waits = ["Retry-After"] if status in {409, 429, 503} else []
            headers = parts.headers("ETag", *waits, *_limits(operation))
            extra = operation.contract.error_data.get(status)
            data = None if extra is None else self._plugin.json_schema(extra)
            shown = {**response(status, refused, data), "headers": headers}
            found[str(status)] = self._shared(component(operation, status), shown)
        return found

    def _shared(self, name: str, shown: dict[str, Any]) -> Any:
        if not name:
            return shown
        if name not in self.spec.components.responses:
            self.spec.components.response(name, shown)
        return name


def _limits(operation: Operation) -> list[str]:
    return [] if operation.path in HEALTH else parts.RATE_LIMITS


def _description() -> str:
    rows = "".join(f"\n| {status} | `{each.code}` | {each} |" for status, each in ELSEWHERE)
    return f"{parts.INTRODUCTION}\n\n| status | code | message |\n|---|---|---|{rows}\n"
