"""What the API document makes of routes, schemas and refusals."""

from typing import Any

import pytest
from bson import ObjectId
from marshmallow import Schema, fields, validate

from coinbreakr.answers import File
from coinbreakr.errors import ErrorMessage
from coinbreakr.http import messages
from coinbreakr.http.endpoint import Route, endpoint
from coinbreakr.http.schema import Form, FormText, Query, StrictBody, Text, answer
from coinbreakr.http.validators import at_most, not_empty
from coinbreakr.openapi.document import build

BAD_ID = ErrorMessage("TRIP_ID_INVALID", "Invalid trip ID format")
FULL = ErrorMessage("TRIP_FULL", "A trip can have {max} members at most")
STALE = ErrorMessage("STALE", "Read it again")
SLOW_DOWN = ErrorMessage("TRIPS_LIMITED", "Too many trips")
ID = "/v1/trips/{trip_id}"


class Trip(Schema):
    """Where people
    go together."""

    name = fields.String(required=True, metadata={"example": "Lisbon"})
    owner = fields.String(allow_none=True)


class NewTrip(StrictBody):
    name = Text(required=True, validate=[not_empty(), at_most(100)])
    tags = fields.List(fields.String(), validate=validate.Length(max=5))


class TripForm(Form):
    name = FormText(most=50, load_default="Trip")


class TripQuery(Query):
    page = fields.Integer(load_default=1, metadata={"description": "From 1"})


class TripsResource:
    @endpoint("List trips", public=True, query=TripQuery(), returns=answer(Trip, message=True))
    def on_get(self, _req: Any, *, query: Any) -> dict[str, Any]:
        raise NotImplementedError

    @endpoint("Make a trip", body=NewTrip(), status=201, errors={400: [FULL], 409: [FULL]})
    def on_post(self, _req: Any, *, body: Any) -> dict[str, Any]:
        raise NotImplementedError


class TripResource:
    @endpoint("Change a trip", ids={"trip_id": BAD_ID}, body=TripForm(), errors={412: [STALE]})
    def on_put(self, _req: Any, trip_id: ObjectId, *, body: Any) -> dict[str, Any]:
        raise NotImplementedError

    @endpoint("Show the map", files=["image/png"], signed=True)
    def on_get(self, _req: Any, trip_id: str) -> File:
        raise NotImplementedError


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    routes = [Route("/v1/trips", TripsResource()), Route(ID, TripResource())]
    return build(routes, {"POST /v1/trips": SLOW_DOWN})


def operation(document: dict[str, Any], method: str, path: str = "/v1/trips") -> dict[str, Any]:
    found: dict[str, Any] = document["paths"][path][method]
    return found


def codes(document: dict[str, Any], method: str, status: str, path: str = "/v1/trips") -> list[str]:
    response = operation(document, method, path)["responses"][status]
    if "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
    content = response["content"]["application/json"]
    found: list[str] = content["schema"]["properties"]["code"]["enum"]
    assert list(content["examples"]) == found
    return found


def parameters(document: dict[str, Any], method: str, path: str = "/v1/trips") -> list[str]:
    found = operation(document, method, path)["parameters"]
    return [each.get("name") or each["$ref"].rpartition("/")[2] for each in found]


def test_operations_have_names_and_features(document: dict[str, Any]) -> None:
    assert operation(document, "post")["operationId"] == "postTrips"
    assert operation(document, "put", ID)["operationId"] == "putTripsByTripId"
    assert operation(document, "get")["summary"] == "List trips"


def test_public_ones_need_no_token(document: dict[str, Any]) -> None:
    assert document["security"] == [{"bearer": []}]
    assert operation(document, "get")["security"] == []
    assert "security" not in operation(document, "post")
    assert "401" not in operation(document, "get")["responses"]
    assert codes(document, "post", "401")[0] == "TOKEN_MISSING"


def test_parameters(document: dict[str, Any]) -> None:
    assert parameters(document, "get") == ["page", "If-None-Match"]
    assert parameters(document, "post") == ["Idempotency-Key"]
    assert parameters(document, "put", ID) == ["trip_id", "If-Match"]
    assert parameters(document, "get", ID) == ["trip_id", "signature", "If-None-Match"]
    page = operation(document, "get")["parameters"][0]
    assert page["schema"] == {"type": "integer", "default": 1}
    assert page["description"] == "From 1"


def test_only_ids_have_the_pattern_of_ids(document: dict[str, Any]) -> None:
    path_of_put, path_of_get = (
        operation(document, method, ID)["parameters"][0] for method in ("put", "get")
    )
    assert path_of_put["schema"]["pattern"] == "^[0-9a-fA-F]{24}$"
    assert "pattern" not in path_of_get["schema"]


def test_a_strict_body_is_closed_and_has_limits(document: dict[str, Any]) -> None:
    body = operation(document, "post")["requestBody"]
    assert body["required"] is True
    assert body["description"] == "At most 262144 bytes."
    assert list(body["content"]) == ["application/json"]
    new = document["components"]["schemas"]["NewTrip"]
    assert new["additionalProperties"] is False
    assert new["required"] == ["name"]
    assert new["properties"]["name"] == {"type": "string", "minLength": 1, "maxLength": 100}
    assert new["properties"]["tags"]["maxItems"] == 5


def test_a_form_is_open_and_has_no_defaults_if_it_is_a_change(document: dict[str, Any]) -> None:
    body = operation(document, "put", ID)["requestBody"]
    assert body["required"] is False
    assert "count as if the field were absent" in body["description"]
    assert list(body["content"]) == ["application/json", "application/x-www-form-urlencoded"]
    form = document["components"]["schemas"]["TripForm"]
    assert "additionalProperties" not in form
    assert form["properties"]["name"] == {"type": "string", "maxLength": 50}


def test_answers_are_open_and_described(document: dict[str, Any]) -> None:
    content = operation(document, "get")["responses"]["200"]["content"]["application/json"]
    envelope = content["schema"]
    assert envelope["properties"]["success"] == {"type": "boolean", "const": True}
    assert envelope["properties"]["data"] == {"$ref": "#/components/schemas/Trip"}
    assert envelope["required"] == ["data", "message", "success"]
    trip = document["components"]["schemas"]["Trip"]
    assert trip["description"] == "Where people go together."
    assert trip["properties"]["name"] == {"type": "string", "examples": ["Lisbon"]}
    assert trip["properties"]["owner"] == {"type": ["string", "null"]}
    assert "additionalProperties" not in trip


def test_files_have_their_media_types(document: dict[str, Any]) -> None:
    success = operation(document, "get", ID)["responses"]["200"]
    assert success["content"] == {"image/png": {}}


def test_refusals_are_of_the_body_the_key_and_the_rules(document: dict[str, Any]) -> None:
    assert codes(document, "post", "400") == [
        "BODY_UNREADABLE", "BODY_CUT_OFF", "BODY_NOT_JSON", "BODY_NOT_AN_OBJECT",
        "IDEMPOTENCY_KEY_INVALID", "TRIP_FULL",
    ]  # fmt: skip
    assert codes(document, "post", "409") == ["IDEMPOTENCY_IN_PROGRESS", "TRIP_FULL"]
    assert codes(document, "post", "413") == ["BODY_TOO_LARGE", "TOO_LARGE_TO_STORE"]
    assert codes(document, "post", "415") == [
        messages.ENCODING_UNSUPPORTED.code, messages.CHARSET_UNSUPPORTED.code,
    ]  # fmt: skip
    assert codes(document, "post", "422") == ["IDEMPOTENCY_KEY_REUSED"]
    assert codes(document, "put", "400", ID)[0] == "PATH_UNDECODABLE"
    assert codes(document, "put", "400", ID)[-1] == "TRIP_ID_INVALID"
    assert codes(document, "put", "412", ID) == ["STALE"]


def test_limits_of_single_operations_are_theirs_alone(document: dict[str, Any]) -> None:
    assert codes(document, "post", "429") == ["RATE_LIMITED", "TRIPS_LIMITED"]
    assert codes(document, "get", "429") == ["RATE_LIMITED"]


def test_only_what_writes_can_have_an_unknown_outcome(document: dict[str, Any]) -> None:
    assert "OUTCOME_UNKNOWN" in codes(document, "put", "503", ID)
    assert "OUTCOME_UNKNOWN" not in codes(document, "get", "503")


def test_headers(document: dict[str, Any]) -> None:
    responses = operation(document, "post")["responses"]
    limits = ["RateLimit-Policy", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"]
    assert list(responses["201"]["headers"]) == ["ETag", *limits, "Idempotent-Replayed"]
    assert list(responses["400"]["headers"]) == ["ETag", *limits]
    assert list(responses["409"]["headers"]) == ["ETag", "Retry-After", *limits]
    assert list(operation(document, "get")["responses"]["304"]["headers"]) == ["ETag", *limits]
    assert "304" not in responses
