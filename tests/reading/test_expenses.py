"""Expenses that an older server wrote, or none: what is shown for them, beside good ones."""

from typing import Any

import bson
import pytest
from bson import Decimal128, Int64, ObjectId
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo.database import Database

from tests.api import Api, Person
from tests.reading.shapes import GONE, MADE_SHOWN, NOW, SHOWN, expense, part

Db = Database[dict[str, Any]]
NOT_NUMBERS: list[Any] = [None, "abc", "", float("nan"), float("inf"), Decimal128("NaN"), {}, GONE]


def shown_by_all_routes(api: Api, db: Db, who: Person, document: dict[str, Any]) -> dict[str, Any]:
    """The expense, which list and single answer show alike, beside a good one."""
    good = {**document, "_id": ObjectId(), "description": "Good", **_good(who)}
    db["expenses"].insert_many([document, good])
    listed = api("GET", "/v1/expenses", who).data
    assert {one["_id"] for one in listed} == {str(document["_id"]), str(good["_id"])}
    assert api("GET", "/v1/users/balances", who).status == 200
    one = api("GET", f"/v1/expenses/{document['_id']}", who).data
    assert one in listed
    shown: dict[str, Any] = one
    return shown


def _good(who: Person) -> dict[str, Any]:
    me = ObjectId(who.id)
    return {"amount": 1, "createdBy": me, "paidBy": me, "splitWith": [], "date": NOW}


@pytest.mark.parametrize(
    ("changes", "field", "expected"),
    [
        ({"createdBy": GONE}, "createdBy", None),
        ({"createdBy": None}, "createdBy", None),
        ({"currency": GONE}, "currency", "USD"),
        ({"currency": None}, "currency", "USD"),
        ({"description": GONE}, "description", ""),
        ({"description": 12}, "description", "12"),
        ({"category": GONE}, "category", "other"),
        ({"category": None}, "category", "other"),
        ({"createdAt": GONE}, "createdAt", MADE_SHOWN),
        ({"createdAt": "2024-01-02"}, "createdAt", "2024-01-02T00:00:00.000Z"),
        ({"createdAt": "yesterday"}, "createdAt", MADE_SHOWN),
        ({"updatedAt": GONE}, "updatedAt", SHOWN),
        ({"date": "2024-01-02T03:04:05.678Z"}, "date", "2024-01-02T03:04:05.678Z"),
        ({"date": 1704164645678}, "date", "2024-01-02T03:04:05.678Z"),
        ({"date": "1704164645678"}, "date", "2024-01-02T03:04:05.678Z"),
        ({"date": float(1704164645678)}, "date", "2024-01-02T03:04:05.678Z"),
        ({"amount": "12.5"}, "amount", 12.5),
        ({"amount": Decimal128("12.50")}, "amount", 12.5),
        ({"amount": Int64(12)}, "amount", 12),
        *(({"amount": value}, "amount", 0) for value in NOT_NUMBERS),
        ({"isSettled": "false"}, "isSettled", False),
        ({"isSettled": "true"}, "isSettled", True),
        ({"isSettled": None}, "isSettled", False),
        ({"isSettled": GONE}, "isSettled", False),
        ({"group": "a club"}, "group", None),
        ({"group": "65c0f0f0f0f0f0f0f0f0f0f0"}, "group", "65c0f0f0f0f0f0f0f0f0f0f0"),
        ({"group": GONE}, "group", None),
        ({"settledAt": None}, "settledAt", GONE),
        ({"__v": GONE}, "__v", 0),
        ({"__v": 2.0}, "__v", 2),
        ({"__v": "x"}, "__v", 0),
        ({"__v": 1e300}, "__v", 0),
        ({"splitWith": None}, "splitWith", []),
        ({"splitWith": GONE}, "splitWith", []),
        ({"splitWith": []}, "splitWith", []),
        ({"splitWith": ["x", None, 3, ["y"]]}, "splitWith", []),
    ],
    ids=str,
)
def test_a_field_of_an_expense(
    api: Api, db: Db, alice: Person, bob: Person, changes: Any, field: str, expected: Any
) -> None:
    shown = shown_by_all_routes(api, db, alice, expense(alice, bob, **changes))
    assert shown.get(field, GONE) == expected
    expected_else = {"amount": 10, "currency": "USD", "description": "Dinner", "category": "food"}
    assert {name: shown[name] for name in expected_else if name not in changes}.items() <= (
        expected_else.items()
    )


@pytest.mark.parametrize(
    ("changes", "field", "expected"),
    [
        ({"amount": "7.25"}, "amount", 7.25),
        ({"amount": Decimal128("7.25")}, "amount", 7.25),
        ({"amount": Int64(7)}, "amount", 7),
        *(({"amount": value}, "amount", 0) for value in NOT_NUMBERS),
        ({"settled": "true"}, "settled", True),
        ({"settled": 1}, "settled", True),
        ({"settled": "no"}, "settled", False),
        ({"settled": None}, "settled", False),
        ({"user": None}, "user", None),
        ({"user": GONE}, "user", None),
        ({"user": "bob"}, "user", None),
        ({"settledAt": "2024-01-02"}, "settledAt", "2024-01-02T00:00:00.000Z"),
        ({"settledAt": "soon"}, "settledAt", GONE),
    ],
    ids=str,
)
def test_a_field_of_a_part(
    api: Api, db: Db, alice: Person, bob: Person, changes: Any, field: str, expected: Any
) -> None:
    document = expense(alice, bob, splitWith=[part(bob, **changes), part(alice)])
    odd, good = shown_by_all_routes(api, db, alice, document)["splitWith"]
    assert odd.get(field, GONE) == expected
    assert (good["user"]["_id"], good["amount"]) == (alice.id, 10)


def test_a_part_without_an_id_has_the_same_at_every_reading(
    api: Api, db: Db, alice: Person, bob: Person
) -> None:
    documents = [expense(alice, bob, splitWith=[part(bob, _id=GONE)]) for _ in range(2)]
    db["expenses"].insert_many(documents)
    seen = [one["splitWith"][0]["_id"] for one in api("GET", "/v1/expenses", alice).data]
    assert seen == [one["splitWith"][0]["_id"] for one in api("GET", "/v1/expenses", alice).data]
    assert len({*seen}) == 2


def test_a_single_part_in_place_of_the_list(api: Api, db: Db, alice: Person, bob: Person) -> None:
    shown = shown_by_all_routes(api, db, alice, expense(alice, bob, splitWith=part(bob)))
    assert [(one["user"]["_id"], one["amount"]) for one in shown["splitWith"]] == [(bob.id, 10)]


def test_text_that_is_no_utf8(api: Api, db: Db, alice: Person, bob: Person) -> None:
    document = expense(alice, bob, description="1234")
    raw = bson.encode(document).replace(b"1234", b"1\xff\xfe4")
    db["expenses"].with_options(CodecOptions(RawBSONDocument)).insert_one(RawBSONDocument(raw))
    shown = api("GET", "/v1/expenses", alice).data[0]
    assert shown["description"] == "1\ufffd\ufffd4"
