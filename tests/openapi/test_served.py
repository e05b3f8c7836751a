"""The API document as it is served."""

from coinbreakr.parts import Parts
from tests.api import Api
from tests.routes import operations


def test_it_has_every_operation_and_no_other(api: Api, parts: Parts) -> None:
    document = api("GET", "/v1/openapi.json").body
    found = {
        f"{method.upper()} {path}" for path, item in document["paths"].items() for method in item
    }
    assert found == {str(each) for each in operations(parts)}


def test_it_is_openapi_3_1_and_needs_no_token(api: Api) -> None:
    answer = api("GET", "/v1/openapi.json")
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.body["openapi"] == "3.1.0"


def test_who_has_it_gets_304(api: Api) -> None:
    tag = api("GET", "/v1/openapi.json").headers["etag"]
    again = api("GET", "/v1/openapi.json", headers={"If-None-Match": tag})
    assert (again.status, again.raw) == (304, b"")
