"""Each kind of change that breaks a client is seen, and those that break nobody are not."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from tests.openapi.changes import breaks

Json = dict[str, Any]
_GROUP = {
    "type": "object",
    "required": ["name", "kind"],
    "properties": {
        "name": {"type": "string"},
        "kind": {"type": "string", "enum": ["trip", "home"]},
        "owner": {"anyOf": [{"$ref": "#/components/schemas/Person"}, {"type": "null"}]},
        "members": {"type": "array", "items": {"$ref": "#/components/schemas/Person"}},
        "balances": {"type": "object", "additionalProperties": {"type": "number"}},
    },
}
_PERSON = {
    "type": "object",
    "required": ["email"],
    "properties": {"email": {"type": "string"}, "age": {"type": "integer"}},
}
_NEW_GROUP = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[^ ]"},
        "note": {"type": ["string", "null"]},
        "kind": {"type": "string", "enum": ["trip", "home"]},
        "members": {"type": "array", "maxItems": 50, "items": {"type": "string"}},
        "size": {"type": "number", "minimum": 1, "maximum": 50},
    },
}
_REFUSED = {
    "$ref": "#/components/schemas/Error",
    "properties": {"code": {"enum": ["FULL", "BUSY"]}},
}
_ERROR = {
    "type": "object",
    "required": ["code"],
    "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
}
OLD: Json = {
    "paths": {
        "/groups": {
            "get": {"parameters": [], "responses": {"200": {}}, "security": []},
            "post": {
                "parameters": [
                    {"in": "query", "name": "page", "schema": {"type": "integer", "maximum": 9}},
                    {"$ref": "#/components/parameters/Key"},
                ],
                "requestBody": {
                    "required": False,
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/NewGroup"}},
                        "text/plain": {"schema": {"type": "string"}},
                    },
                },
                "responses": {
                    "201": {
                        "headers": {"ETag": {}},
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/Group"}}
                        },
                    },
                    "400": {"$ref": "#/components/responses/Refused"},
                },
            },
        }
    },
    "components": {
        "schemas": {"Group": _GROUP, "NewGroup": _NEW_GROUP, "Person": _PERSON, "Error": _ERROR},
        "parameters": {"Key": {"in": "header", "name": "Key", "schema": {"type": "string"}}},
        "responses": {"Refused": {"content": {"application/json": {"schema": _REFUSED}}}},
    },
}


def _post(new: Json) -> Json:
    found: Json = new["paths"]["/groups"]["post"]
    return found


def _schemas(new: Json) -> Json:
    found: Json = new["components"]["schemas"]
    return found


def _sent(new: Json) -> Json:
    found: Json = _schemas(new)["NewGroup"]["properties"]
    return found


def _shown(new: Json) -> Json:
    found: Json = _schemas(new)["Group"]["properties"]
    return found


def _codes(new: Json) -> list[str]:
    content = new["components"]["responses"]["Refused"]["content"]["application/json"]
    found: list[str] = content["schema"]["properties"]["code"]["enum"]
    return found


_A_NUMBER = {"type": "number"}
_A_TEXT = {"type": "string"}

BREAKING: dict[str, Callable[[Json], object]] = {
    "/groups is gone": lambda new: new["paths"].clear(),
    "POST /groups is gone": lambda new: new["paths"]["/groups"].pop("post"),
    "GET /groups needs a token": lambda new: new["paths"]["/groups"]["get"].pop("security"),
    "GET /groups: 200 is gone": lambda new: new["paths"]["/groups"]["get"]["responses"].clear(),
    "400 is gone": lambda new: _post(new)["responses"].pop("400"),
    "query page is gone": lambda new: _post(new)["parameters"].pop(0),
    "query page: maximum is 8": lambda new: _post(new)["parameters"][0]["schema"].update(maximum=8),
    "header Key is required": lambda new: new["components"]["parameters"]["Key"].update(
        required=True
    ),
    "header New is required": lambda new: _post(new)["parameters"].append(
        {"in": "header", "name": "New", "required": True, "schema": _A_TEXT}
    ),
    "body is required": lambda new: _post(new)["requestBody"].update(required=True),
    "text/plain is gone": lambda new: _post(new)["requestBody"]["content"].pop("text/plain"),
    "body: application/json is gone": lambda new: _post(new).pop("requestBody"),
    "body: other keys are refused": lambda new: _schemas(new)["NewGroup"].update(
        additionalProperties=False
    ),
    "body.size is required": lambda new: _schemas(new)["NewGroup"]["required"].append("size"),
    "body.note is gone": lambda new: _sent(new).pop("note"),
    "body.note is no longer null": lambda new: _sent(new)["note"].update(type="string"),
    "body.size is no longer number": lambda new: _sent(new)["size"].update(type="integer"),
    "body.name: maxLength is 99": lambda new: _sent(new)["name"].update(maxLength=99),
    "body.name: minLength is 2": lambda new: _sent(new)["name"].update(minLength=2),
    "body.name: pattern is x": lambda new: _sent(new)["name"].update(pattern="x"),
    "body.note: maxLength is 500": lambda new: _sent(new)["note"].update(maxLength=500),
    "body.members: maxItems is 49": lambda new: _sent(new)["members"].update(maxItems=49),
    "body.members[] is no longer string": lambda new: _sent(new)["members"].update(items=_A_NUMBER),
    "body.size: maximum is 49": lambda new: _sent(new)["size"].update(maximum=49),
    "body.size: minimum is 2": lambda new: _sent(new)["size"].update(minimum=2),
    "body.kind is no longer one of ['home']": lambda new: _sent(new)["kind"].update(enum=["trip"]),
    "body.note is one of ['a']": lambda new: _sent(new)["note"].update(enum=["a"]),
    "body.kind is always trip": lambda new: _sent(new)["kind"].update(const="trip"),
    "201: header ETag is gone": lambda new: _post(new)["responses"]["201"]["headers"].clear(),
    "201: application/json is gone": lambda new: _post(new)["responses"]["201"]["content"].clear(),
    "201.name is gone": lambda new: _shown(new).pop("name"),
    "201.name can be null": lambda new: _shown(new)["name"].update(type=["string", "null"]),
    "201.name can be absent": lambda new: _schemas(new)["Group"]["required"].remove("name"),
    "201.kind is no longer one of ['trip']": lambda new: _shown(new)["kind"].update(enum=["home"]),
    "201.owner.email is gone": lambda new: _schemas(new)["Person"]["properties"].pop("email"),
    "201.members[].age can be number": lambda new: _schemas(new)["Person"]["properties"][
        "age"
    ].update(type="number"),
    "201.members[] can be string": lambda new: _shown(new)["members"].update(items=_A_TEXT),
    "201.balances[] can be string": lambda new: _shown(new)["balances"].update(
        additionalProperties=_A_TEXT
    ),
    "400.message is gone": lambda new: _schemas(new)["Error"]["properties"].pop("message"),
    "400.code is no longer one of ['FULL']": lambda new: _codes(new).remove("FULL"),
}

HARMLESS: dict[str, Callable[[Json], object]] = {
    "nothing": lambda _: None,
    "a path": lambda new: new["paths"].update({"/more": {}}),
    "a method": lambda new: new["paths"]["/groups"].update(put={}),
    "a status": lambda new: _post(new)["responses"].update({"409": {}}),
    "a parameter": lambda new: _post(new)["parameters"].append(
        {"in": "query", "name": "new", "schema": _A_TEXT}
    ),
    "a field that may be sent": lambda new: _sent(new).update(new=_A_TEXT),
    "a field less that must be sent": lambda new: _schemas(new)["NewGroup"]["required"].clear(),
    "a wider limit": lambda new: _sent(new)["name"].update(maxLength=101, minLength=0),
    "no limit": lambda new: _sent(new)["size"].pop("maximum"),
    "no pattern": lambda new: _sent(new)["name"].pop("pattern"),
    "a wider type": lambda new: _sent(new)["name"].update(type=["string", "null"]),
    "a value more": lambda new: _sent(new)["kind"]["enum"].append("club"),
    "a field that is shown": lambda new: _shown(new).update(new=_A_TEXT),
    "a field that is always shown": lambda new: _schemas(new)["Group"]["required"].append("owner"),
    "a narrower answer": lambda new: _shown(new)["balances"].update(
        additionalProperties={"type": "integer"}
    ),
    "never null": lambda new: _shown(new).update(owner={"$ref": "#/components/schemas/Person"}),
    "a code more": lambda new: _codes(new).append("CLOSED"),
    "no token": lambda new: _post(new).update(security=[]),
}


@pytest.mark.parametrize("told", BREAKING)
def test_what_breaks_is_told(told: str) -> None:
    new = deepcopy(OLD)
    BREAKING[told](new)
    assert [line for line in breaks(OLD, new) if told in line]


@pytest.mark.parametrize("change", HARMLESS)
def test_what_breaks_nobody_is_fine(change: str) -> None:
    new = deepcopy(OLD)
    HARMLESS[change](new)
    assert breaks(OLD, new) == []
