"""Requests that are carried out once: the stored answer, other requests, requests in progress."""

import threading
import zlib
from typing import Any

import orjson
import pytest
from pymongo import ASCENDING
from pymongo.database import Database
from pymongo.errors import OperationFailure

from coinbreakr.answers import Answer
from coinbreakr.auth.feature import tokens
from coinbreakr.errors import Conflict, Forbidden, Unprocessable
from coinbreakr.groups import messages as groups
from coinbreakr.idempotency import messages
from coinbreakr.idempotency.domain import MAX_ANSWER_BYTES, IdempotencyService
from coinbreakr.idempotency.feature import FEATURE, idempotency_service
from coinbreakr.idempotency.model import RequestKey
from coinbreakr.parts import Parts
from tests.api import Person

Db = Database[dict[str, Any]]
KEY = RequestKey(b"id", b"fingerprint")
SHOWN = Answer(201, {"success": True, "message": "M", "data": {"a": [1, "é"]}}, "version")


@pytest.fixture
def service(parts: Parts, db: Db) -> IdempotencyService:
    del db  # emptied
    return parts.get(idempotency_service)


def never() -> Answer:
    pytest.fail("carried out again")


def kept(db: Db) -> Any:
    (document,) = db["idempotencykeys"].find()
    return orjson.loads(zlib.decompress(document["body"]))


def test_the_first_answer_comes_again(service: IdempotencyService) -> None:
    assert service.run(KEY, lambda: SHOWN) == SHOWN
    for _ in range(2):
        again = service.run(KEY, never)
        assert again == Answer(201, SHOWN.body, "version", replayed=True)


def test_another_key_is_another_request(service: IdempotencyService) -> None:
    service.run(KEY, lambda: SHOWN)
    other = Answer(200, {"success": True})
    assert service.run(RequestKey(b"other", KEY.fingerprint), lambda: other) == other


def test_another_request_with_the_key_is_refused(service: IdempotencyService) -> None:
    service.run(KEY, lambda: SHOWN)
    with pytest.raises(Unprocessable) as refused:
        service.run(RequestKey(KEY.id, b"another fingerprint"), never)
    assert refused.value.message is messages.OTHER_REQUEST
    assert refused.value.message.code == "IDEMPOTENCY_KEY_REUSED"


def test_a_request_in_progress_is_not_carried_out_beside_it(
    service: IdempotencyService, db: Db
) -> None:
    refused: list[Conflict] = []

    def beside() -> None:
        try:
            service.run(KEY, never)
        except Conflict as error:
            refused.append(error)

    def slow() -> Answer:
        thread = threading.Thread(target=beside)
        thread.start()
        thread.join(30)
        return SHOWN

    assert service.run(KEY, slow) == SHOWN
    (error,) = refused
    assert (error.message, error.retry_after) == (messages.IN_PROGRESS, 1)
    assert error.message.code == "IDEMPOTENCY_IN_PROGRESS"
    assert db["idempotencykeys"].count_documents({}) == 1


def test_a_refusal_is_not_kept_and_frees_the_key(service: IdempotencyService, db: Db) -> None:
    def refuse() -> Answer:
        db["groups"].insert_one({"name": "G"})
        raise Forbidden(groups.NOT_A_MEMBER)

    for _ in range(2):
        with pytest.raises(Forbidden):
            service.run(KEY, refuse)
    assert db["idempotencykeys"].count_documents({}) == 0
    assert db["groups"].count_documents({}) == 0
    assert service.run(KEY, lambda: SHOWN) == SHOWN


def test_an_error_of_the_database_is_no_key_in_use(
    service: IdempotencyService, fail_point: Any
) -> None:
    fail_point({"times": 1}, failCommands=["insert"], errorCode=13)
    with pytest.raises(OperationFailure) as failed:
        service.run(KEY, never)
    assert failed.value.code == 13


@pytest.mark.parametrize("more", [-1, 0, 1])
def test_up_to_a_mebibyte_is_kept_whole(more: int, service: IdempotencyService, db: Db) -> None:
    around = len(orjson.dumps({"success": True, "data": "", "message": "M"}))
    data = "x" * (MAX_ANSWER_BYTES - around + more)
    long = Answer(200, {"success": True, "data": data, "message": "M"})
    assert MAX_ANSWER_BYTES == 2**20
    assert service.run(KEY, lambda: long) == long
    expected = {"success": True, "message": "M"}
    if more <= 0:
        expected["data"] = data
    assert service.run(KEY, never).body == expected
    (document,) = db["idempotencykeys"].find()
    assert len(document["body"]) < 20_000


def test_of_a_token_the_claims_are_kept(
    service: IdempotencyService, parts: Parts, alice: Person, db: Db
) -> None:
    claims = parts.get(tokens).claims(alice.token)
    shown = Answer(200, {"success": True, "data": {"user": {"id": "x"}, "token": alice.token}})
    assert service.run(KEY, lambda: shown) == shown
    assert kept(db) == {"success": True, "data": {"user": {"id": "x"}, "token": claims}}
    assert service.run(KEY, never).body == shown.body


@pytest.mark.parametrize(
    "body",
    [
        {"success": True},
        {"success": True, "data": None},
        {"success": True, "data": ["token"]},
        {"success": True, "data": "token"},
        {"success": True, "data": {"user": {"token": "x"}}},
        {"success": True, "token": "x"},
    ],
    ids=str,
)
def test_other_answers_are_kept_as_they_are(
    body: dict[str, Any], service: IdempotencyService, db: Db
) -> None:
    service.run(KEY, lambda: Answer(200, body))
    assert kept(db) == body
    assert service.run(KEY, never).body == body


def test_what_is_kept(service: IdempotencyService, parts: Parts, db: Db) -> None:
    service.run(KEY, lambda: SHOWN)
    (document,) = db["idempotencykeys"].find()
    created = document.pop("createdAt")
    body = document.pop("body")
    assert document == {
        "_id": b"id",
        "fingerprint": b"fingerprint",
        "status": 201,
        "version": "version",
    }
    assert orjson.loads(zlib.decompress(body)) == SHOWN.body
    assert 0 <= (parts.clock() - created).total_seconds() < 60


def test_a_key_is_removed_after_24_hours() -> None:
    (index,) = FEATURE.indexes["idempotencykeys"]
    assert dict(index.document["key"]) == {"createdAt": ASCENDING}
    assert index.document["expireAfterSeconds"] == 24 * 60 * 60
