"""What a key is, how long it lasts, and what is kept under it."""

import time
import uuid
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from coinbreakr import bootstrap
from coinbreakr.app import create_app
from coinbreakr.clock import utc_now
from coinbreakr.settings import Settings
from tests.api import Answer, Api, Person
from tests.commands import Commands
from tests.idempotency.requests import new_key

Db = Database[dict[str, Any]]
LONGEST = "k" * 255


def record(api: Api, who: Person, key: str | None, **more: Any) -> Answer:
    body = {"description": "D", "amount": 1, "splitWith": [{"user": who.id, "amount": 1}], **more}
    return api(
        "POST", "/v1/expenses", who, body, headers={} if key is None else {"Idempotency-Key": key}
    )


@pytest.mark.parametrize(
    "key",
    ["", '"', '""', "a b", '"a b"', "a,b", 'a"b', "a\\b", '"a', "a;é", "a\tb", LONGEST + "k"],
)
def test_malformed_keys_are_refused(key: str, api: Api, alice: Person, db: Db) -> None:
    answer = record(api, alice, key)
    assert (answer.status, answer.body["success"]) == (400, False)
    assert "Idempotency-Key" in answer.body["message"]
    assert db["expenses"].count_documents({}) == 0


@pytest.mark.parametrize("key", ["a", LONGEST, "8e03978e-40d5-43e8-bc93-6894a57f9324", "a=b;c/d+e"])
def test_quotes_make_no_difference(key: str, api: Api, alice: Person, db: Db) -> None:
    first, second = record(api, alice, key), record(api, alice, f'"{key}"')
    assert first.data == second.data
    assert second.headers["idempotent-replayed"] == "true"
    assert db["expenses"].count_documents({}) == 1


def test_a_key_belongs_to_one_route(api: Api, alice: Person) -> None:
    key = new_key()
    assert record(api, alice, key["Idempotency-Key"]).status == 201
    answer = api("POST", "/v1/groups", alice, {"name": "G"}, headers=key)
    assert (answer.status, answer.headers.get("idempotent-replayed")) == (201, None)


def test_another_path_or_query_is_another_request(api: Api, alice: Person) -> None:
    key = new_key()
    one, two = (api.expense(alice, 10, {alice: 10})["_id"] for _ in range(2))
    assert api("PATCH", f"/v1/expenses/{one}/settle", alice, headers=key).status == 200
    assert api("PATCH", f"/v1/expenses/{two}/settle", alice, headers=key).status == 422
    assert api("PATCH", f"/v1/expenses/{one}/settle?x=1", alice, headers=key).status == 422
    again = api("PATCH", f"/v1/Expenses/{one}/settle/", alice, headers=key)
    assert again.headers["idempotent-replayed"] == "true"


def test_other_methods_take_no_key(api: Api, alice: Person, db: Db) -> None:
    expense = api.expense(alice, 10, {alice: 10})["_id"]
    key = new_key()
    for text in ("One", "Two"):
        body = {"description": text}
        answer = api("PUT", f"/v1/expenses/{expense}", alice, body, headers=key)
        assert answer.data["description"] == text
    assert api("GET", "/v1/expenses", alice, headers=key).status == 200
    assert api("DELETE", f"/v1/expenses/{expense}", alice, headers=key).status == 200
    assert db["idempotencykeys"].count_documents({}) == 0


def test_a_refusal_frees_the_key(api: Api, alice: Person, charlie: Person, db: Db) -> None:
    key = new_key()["Idempotency-Key"]
    split = [{"user": charlie.id, "amount": 1}]
    assert record(api, alice, key, splitWith=split).status == 400
    assert db["idempotencykeys"].count_documents({}) == 0
    api.befriend(alice, charlie)
    again = record(api, alice, key, splitWith=split)
    assert (again.status, again.headers.get("idempotent-replayed")) == (201, None)


def test_a_key_in_use_is_refused(api: Api, alice: Person, fail_point: Any, db: Db) -> None:
    key = new_key()["Idempotency-Key"]
    fail_point(
        {"times": 1}, failCommands=["commitTransaction"], blockConnection=True, blockTimeMS=1500
    )
    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(lambda _: record(api, alice, key), range(2)))
    refused, done = sorted(answers, key=lambda answer: -answer.status)
    assert (refused.status, refused.headers["retry-after"]) == (409, "1")
    assert (done.status, done.headers.get("idempotent-replayed")) == (201, None)
    assert record(api, alice, key).data == done.data
    assert db["expenses"].count_documents({}) == 1


def test_a_stored_answer_is_read_from_a_majority(
    api: Api, alice: Person, commands: Commands
) -> None:
    key = new_key()["Idempotency-Key"]
    record(api, alice, key)
    with commands.recording() as recorded:
        assert record(api, alice, key).status == 201
    name, find = recorded[-1]
    assert (name, find["find"]) == ("find", "idempotencykeys")
    assert find["readConcern"]["level"] == "majority"


def test_a_transaction_that_is_retried_writes_once(
    api: Api, alice: Person, fail_point: Any, db: Db
) -> None:
    labels = ["TransientTransactionError"]
    fail_point({"times": 3}, failCommands=["commitTransaction"], errorCode=251, errorLabels=labels)
    key = new_key()["Idempotency-Key"]
    first = record(api, alice, key)
    assert (first.status, first.headers.get("idempotent-replayed")) == (201, None)
    assert record(api, alice, key).data == first.data
    assert db["expenses"].count_documents({}) == 1


def test_no_transaction_is_open_while_a_password_is_hashed(api: Api, commands: Commands) -> None:
    body = {"name": "N", "email": "n@example.com", "password": "secret-1"}
    with commands.recording() as recorded:
        assert api("POST", "/v1/auth/register", json=body, headers=new_key()).status == 201
    names = [name for name, _ in recorded]
    # Up to the hash, and again with the hash.
    assert names[: names.index("abortTransaction") + 1] == ["insert", "find", "abortTransaction"]
    assert names[names.index("abortTransaction") + 1 :][:3] == ["insert", "find", "insert"]
    assert names.count("abortTransaction") == 1


def test_no_transaction_is_open_while_passwords_are_compared(
    api: Api, alice: Person, commands: Commands
) -> None:
    body = {"currentPassword": alice.password, "newPassword": "another-secret-1"}
    with commands.recording() as recorded:
        answer = api("PATCH", "/v1/users/change-password", alice, body, headers=new_key())
    assert answer.status == 200
    # Given up before the old password is compared, and before the new one is hashed.
    assert [name for name, _ in recorded].count("abortTransaction") == 2


def test_route_and_key_do_not_run_into_one_another(api: Api, alice: Person, bob: Person) -> None:
    group = api.group(alice)
    key = uuid.uuid4().hex
    longer = {"Idempotency-Key": "/{group_id}/members" + key}
    assert api("POST", "/v1/groups", alice, {"name": "Club"}, headers=longer).status == 201
    path, body = f"/v1/groups/{group}/members", {"memberEmail": bob.email}
    assert api("POST", path, alice, body, headers={"Idempotency-Key": key}).status == 200


def test_nothing_secret_is_kept(api: Api, alice: Person, db: Db) -> None:
    body = {"name": "N", "email": "n@example.com", "password": "a-plain-secret"}
    key = new_key()
    token = api("POST", "/v1/auth/register", json=body, headers=key).data["token"]
    new = {"currentPassword": alice.password, "newPassword": "b-plain-secret"}
    assert api("PATCH", "/v1/users/change-password", alice, new, headers=key).status == 200
    kept = list(db["idempotencykeys"].find())
    assert len(kept) == 2
    for document in kept:
        text = str(document) + zlib.decompress(document["body"]).decode()
        for secret in (token.rpartition(".")[2], "plain-secret", key["Idempotency-Key"].strip('"')):
            assert secret not in text
    again = api("POST", "/v1/auth/register", json=body, headers=key)
    assert again.data["token"] == token


def test_fingerprints_need_the_secret_and_keys_outlast_it(
    api: Api, chosen: Settings, client: MongoClient[dict[str, Any]], db: Db
) -> None:
    body = {"name": "N", "email": "n@example.com", "password": "secret-1"}
    key = new_key()
    assert api("POST", "/v1/auth/register", json=body, headers=key).status == 201
    other = replace(chosen, jwt_secret="another-key-of-more-than-32-bytes-in-all")
    later = Api(create_app(bootstrap.assemble(other, client, db, utc_now)))
    # Nobody can tell whether it is the same request: it is not carried out.
    assert later("POST", "/v1/auth/register", json=body, headers=key).status == 422
    assert db["users"].count_documents({"email": "n@example.com"}) == 1


def test_the_version_is_replayed(api: Api, alice: Person, bob: Person) -> None:
    key = new_key()
    path = f"/v1/expenses/{api.expense(alice, 10, {alice: 5, bob: 5})['_id']}"
    first = api("PATCH", f"{path}/settle", alice, headers=key)
    assert not first.headers["etag"].startswith("W/")
    assert api("PATCH", f"{path}/settle", bob).status == 200
    again = api("PATCH", f"{path}/settle", alice, headers=key)
    assert again.headers["etag"] == first.headers["etag"]


def test_a_day_later_the_key_is_forgotten(api: Api, alice: Person, db: Db) -> None:
    old, young = (new_key()["Idempotency-Key"] for _ in range(2))
    assert record(api, alice, old).status == 201
    almost = utc_now() - timedelta(hours=23, minutes=59)
    db["idempotencykeys"].update_many({}, {"$set": {"createdAt": almost}})
    assert record(api, alice, young).status == 201
    assert "idempotent-replayed" in record(api, alice, old).headers
    over = utc_now() - timedelta(hours=24, seconds=1)
    db["idempotencykeys"].update_many({"createdAt": almost}, {"$set": {"createdAt": over}})
    deadline = time.monotonic() + 30  # mongod looks every second in tests, every minute else
    while db["idempotencykeys"].count_documents({}) > 1 and time.monotonic() < deadline:
        time.sleep(0.1)
    assert "idempotent-replayed" not in record(api, alice, old).headers
    assert "idempotent-replayed" in record(api, alice, young).headers
