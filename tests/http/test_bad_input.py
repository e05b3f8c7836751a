"""Whatever is sent: no 5xx, one error shape, and nothing written."""

import gzip
import zlib
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from pymongo.database import Database

from coinbreakr.parts import Parts
from tests.api import Answer, Api, Person
from tests.http.bad_input import BODIES, FIELDS, IDS, QUERIES, SPLITS, VALUES
from tests.http.test_access import STRANGER
from tests.routes import operations

WITH_BODY = sorted(FIELDS)


@pytest.fixture
def places(api: Api, alice: Person, bob: Person) -> dict[str, str]:
    paid = {"to": bob.id, "amount": 1, "currency": "USD"}
    group = api.group(alice)
    expense = api.expense(alice, 10, {alice: 10}, groupId=group)
    return {
        "group_id": group,
        "expense_id": expense["_id"],
        "settlement_id": api("POST", "/v1/settlements", alice, paid).data["_id"],
        "somebody": bob.id,
        "friend_id": alice.id,
        "member_id": alice.id,
        "user_id": alice.id,
        "version": "0" * 32,
        "part": "start.js",
        "event_id": api("GET", "/v1/activity", alice).data[0]["_id"],
    }


def test_every_route_with_a_body_is_here(parts: Parts) -> None:
    assert {str(o) for o in operations(parts) if o.contract.body} == FIELDS.keys()


@pytest.mark.parametrize("name", WITH_BODY)
def test_bodies(
    name: str, api: Api, alice: Person, places: dict[str, str], db: Database[dict[str, Any]]
) -> None:
    before = _everything(db)
    for label, raw in BODIES.items():
        answer = _send(api, name, places, alice, raw)
        assert 400 <= answer.status < 500 or name.startswith("PUT"), (label, answer)
        _assert_clean(answer, label)
    assert _without_dates(_everything(db)) == _without_dates(before)


@pytest.mark.parametrize("name", WITH_BODY)
def test_values(name: str, api: Api, alice: Person, places: dict[str, str]) -> None:
    good = _filled(FIELDS[name], alice, places)
    for field in good:
        for value in VALUES:
            answer = _send(api, name, places, alice, orjson.dumps({**good, field: value}))
            _assert_clean(answer, f"{field}={str(value)[:40]}")


@pytest.mark.parametrize("name", ["POST /v1/expenses", "PUT /v1/expenses/{expense_id}"])
def test_values_of_a_part(name: str, api: Api, alice: Person, places: dict[str, str]) -> None:
    good = _filled(FIELDS[name], alice, places)
    for field in ("user", "amount", "settled"):
        for value in VALUES:
            part = {"user": alice.id, "amount": 10, field: value}
            answer = _send(api, name, places, alice, orjson.dumps({**good, "splitWith": [part]}))
            _assert_clean(answer, f"{field}={str(value)[:40]}")


@pytest.mark.parametrize(
    "name",
    ["POST /v1/expenses", "POST /v1/expenses/preview", "PUT /v1/expenses/{expense_id}"],
)
def test_values_of_a_split(name: str, api: Api, alice: Person, places: dict[str, str]) -> None:
    for split in SPLITS:
        good = _filled({"description": "D", "amount": 10, "split": split}, alice, places)
        assert _send(api, name, places, alice, orjson.dumps(good)).status < 300
        for value in VALUES:
            for bad in _with_a_value(good["split"], value):
                answer = _send(api, name, places, alice, orjson.dumps({**good, "split": bad}))
                _assert_clean(answer, f"{bad}"[:200])


def test_values_of_a_friend(api: Api, alice: Person, places: dict[str, str]) -> None:
    for field in ("name", "email", "phoneNumber"):
        for value in VALUES:
            body = {"friends": [{"name": "N", "phoneNumber": "5", field: value}]}
            answer = _send(api, "POST /v1/users/friends", places, alice, orjson.dumps(body))
            _assert_clean(answer, f"{field}={str(value)[:40]}")


@pytest.mark.parametrize("name", [name for name in STRANGER if "{" in name])
def test_ids(name: str, api: Api, alice: Person, places: dict[str, str]) -> None:
    body = orjson.dumps(_filled(FIELDS[name], alice, places)) if name in FIELDS else None
    for param in (param for param in places if f"{{{param}}}" in name):
        for text in IDS:
            answer = _send(api, name, {**places, param: text}, alice, body)
            assert answer.status in (400, 404), (text, answer)
            _assert_clean(answer, text)


@pytest.mark.parametrize("name", [name for name in STRANGER if name.startswith(("GET", "DELETE"))])
def test_queries(name: str, api: Api, alice: Person, places: dict[str, str]) -> None:
    method, _, path = name.partition(" ")
    for query in QUERIES:
        answer = api(method, f"{path.format(**places)}?{query}", alice)
        _assert_clean(answer, query)


def test_invalid_utf8_is_replaced(api: Api, alice: Person) -> None:
    assert api("PATCH", "/v1/users/profile", alice, raw=b'{"name": "A\xff"}').status == 200
    assert api("GET", "/v1/users/profile", alice).data["name"] == "A\ufffd"


@pytest.mark.parametrize("kind", ["gzip", "deflate"])
def test_bombs_are_refused(kind: str, api: Api) -> None:
    zeros = b" " * (64 * 1024 * 1024)
    bomb = gzip.compress(zeros, 9) if kind == "gzip" else zlib.compress(zeros, 9)
    answer = api("POST", "/v1/auth/login", raw=bomb, headers={"Content-Encoding": kind})
    assert answer.status == 413


def test_form_fields_given_twice_make_no_query(api: Api, alice: Person) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for raw in (
        f"email={alice.email}&email=x&password=some-secret-1",
        f"email[$gt]=&password={alice.password}",
    ):
        assert api("POST", "/v1/auth/login", raw=raw.encode(), headers=form).status == 400


def test_a_document_that_grows_too_large_is_refused(
    api: Api, alice: Person, db: Database[dict[str, Any]]
) -> None:
    big = "x" * 9_000_000
    db["users"].update_one({"email": alice.email}, {"$set": {"unknown": big}})
    answer = api("PATCH", "/v1/users/profile", alice, {"profileImage": big})
    assert answer.status == 413
    assert len(api("GET", "/v1/users/profile", alice).data["profileImage"]) < 100


def _with_a_value(good: Any, value: Any) -> Iterator[Any]:
    """Something with a value in each of its places."""
    yield value
    places = enumerate(good) if isinstance(good, list) else ()
    for place, inside in good.items() if isinstance(good, dict) else places:
        for bad in _with_a_value(inside, value):
            changed = good.copy()
            changed[place] = bad
            yield changed


def _send(api: Api, name: str, places: dict[str, str], who: Person, raw: bytes | None) -> Answer:
    method, _, path = name.partition(" ")
    return api(method, path.format(**places), who, raw=raw)


def _filled(fields: dict[str, Any], me: Person, places: dict[str, str]) -> dict[str, Any]:
    text = orjson.dumps(fields).decode()
    for name, value in (
        ("ME", me.id),
        ("GROUP", places["group_id"]),
        ("EVENT", places["event_id"]),
        ("FRIEND", places["somebody"]),
    ):
        text = text.replace(f'"{name}"', f'"{value}"')
    filled: dict[str, Any] = orjson.loads(text)
    return filled


def _assert_clean(answer: Answer, label: str) -> None:
    assert answer.status < 500, (label, answer)
    if answer.status >= 400:
        assert answer.body.keys() <= {"success", "message", "errors", "code"}, (label, answer)
        assert answer.body["success"] is False
        assert answer.body["message"]
        for inside in ("Traceback", "pymongo", "marshmallow", "ObjectId(", "bson"):
            assert inside not in str(answer.body), (label, answer)


def _everything(db: Database[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    return {name: list(db[name].find().sort("_id", 1)) for name in db.list_collection_names()}


def _without_dates(found: dict[str, list[dict[str, Any]]]) -> Any:
    ignored = {"updatedAt", "lastLogin"}
    return {
        name: [{k: v for k, v in document.items() if k not in ignored} for document in documents]
        for name, documents in found.items()
    }
