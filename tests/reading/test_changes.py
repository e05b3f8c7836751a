"""Settling, changing and deleting odd expenses, and what they count in balances."""

from typing import Any

import pytest
from bson import Decimal128, Int64, ObjectId
from pymongo.database import Database

from tests.api import Api, Person
from tests.reading.shapes import GONE, NOW, expense, part

Db = Database[dict[str, Any]]
HEX = "65c0f0f0f0f0f0f0f0f0f0f0"
ODD: list[dict[str, Any]] = [
    *({name: GONE} for name in ("createdBy", "currency", "createdAt", "category", "date", "__v")),
    *({name: None} for name in ("createdBy", "currency", "isSettled", "updatedAt", "__v")),
    {"description": GONE},
    {"amount": "10"},
    {"amount": Decimal128("10")},
    {"amount": float("nan")},
    {"amount": float("inf")},
    {"amount": GONE},
    {"isSettled": "false"},
    {"isSettled": 0},
    {"date": "2024-01-02"},
    {"date": 1704164645678},
    {"group": HEX},
    {"group": "a club"},
    {"__v": "x"},
    {"__v": 1.0},
    {"settledAt": "soon"},
]


PARTS: list[tuple[dict[str, Any], list[Any]]] = [
    ({"_id": GONE}, []),
    ({"amount": "10"}, []),
    ({"amount": Decimal128("10.0")}, []),
    ({"amount": Int64(10)}, []),
    ({"settled": "false"}, []),
    ({"settled": None}, []),
    ({"settled": GONE}, []),
    ({}, ["junk", None, 3, ["x"]]),
    ({}, [{"user": None, "amount": 0}]),
    ({}, [{"user": "nobody", "amount": "none"}]),
    ({}, [{}]),
]


def owed(api: Api, who: Person) -> dict[str, Any]:
    """The balances with friends, by friend."""
    return {one["friend"]["_id"]: one for one in api("GET", "/v1/users/balances", who).data}


@pytest.mark.parametrize("changes", ODD, ids=str)
def test_an_odd_expense_counts_and_is_settled_changed_and_deleted(
    api: Api, db: Db, alice: Person, bob: Person, changes: dict[str, Any]
) -> None:
    _live(api, db, alice, bob, expense(alice, bob, **changes))


@pytest.mark.parametrize(("changes", "others"), PARTS, ids=str)
def test_odd_parts_count_and_are_settled(
    api: Api, db: Db, alice: Person, bob: Person, changes: dict[str, Any], others: list[Any]
) -> None:
    _live(api, db, alice, bob, expense(alice, bob, splitWith=[part(bob, **changes), *others]))


@pytest.mark.parametrize("shape", ["object", "digits"])
def test_parts_that_only_verify_makes_count_are_settled(
    api: Api, db: Db, alice: Person, bob: Person, shape: str
) -> None:
    parts = {"object": part(bob), "digits": [part(bob, user=bob.id)]}[shape]
    document = expense(alice, bob, splitWith=parts)
    db["expenses"].insert_one(document)
    shown = api("PATCH", f"/v1/expenses/{document['_id']}/settle", bob).data
    assert [(one["user"]["_id"], one["settled"]) for one in shown["splitWith"]] == [(bob.id, True)]
    assert shown["isSettled"] is True


def _live(api: Api, db: Db, alice: Person, bob: Person, document: dict[str, Any]) -> None:
    db["expenses"].insert_one(document)
    path = f"/v1/expenses/{document['_id']}"
    assert owed(api, alice)[bob.id]["byCurrency"] == {"USD": 10}
    assert api("GET", f"/v1/users/friends/{alice.id}/balance", bob).data["balance"] == -10
    assert api("PUT", path, alice, {"description": "Named"}).data["description"] == "Named"
    settled = api("PATCH", f"{path}/settle", bob).data
    mine = [one for one in settled["splitWith"] if (one["user"] or {}).get("_id") == bob.id]
    assert [one["settled"] for one in mine] == [True]
    assert settled["isSettled"] is True
    assert api("PATCH", f"{path}/settle", bob).body["message"] == "This split is already settled"
    assert owed(api, alice) == {}
    assert api("DELETE", path, alice).status == 200


def test_a_new_split_replaces_odd_parts(api: Api, db: Db, alice: Person, bob: Person) -> None:
    parts = [part(bob, _id=GONE, amount="10"), "junk"]
    document = expense(alice, bob, amount="10", splitWith=parts, __v=None)
    db["expenses"].insert_one(document)
    split = [{"user": bob.id, "amount": 4}, {"user": alice.id, "amount": 6}]
    body = {"splitWith": split}
    shown = api("PUT", f"/v1/expenses/{document['_id']}", alice, body).data
    assert [(one["user"]["_id"], one["amount"]) for one in shown["splitWith"]] == [
        (bob.id, 4),
        (alice.id, 6),
    ]
    assert shown["__v"] == 1


@pytest.mark.parametrize(
    "payer", [GONE, None, "nobody", ObjectId("65c0f0f0f0f0f0f0f0f0f0f0")], ids=str
)
def test_without_a_payer_nobody_is_owed_but_parts_are_settled(
    api: Api, db: Db, alice: Person, bob: Person, payer: Any
) -> None:
    document = expense(alice, bob, paidBy=payer)
    db["expenses"].insert_many([document, expense(alice, bob)])
    assert owed(api, alice)[bob.id]["balance"] == 10
    shown = api("PATCH", f"/v1/expenses/{document['_id']}/settle", bob).data
    assert (shown["paidBy"], shown["isSettled"]) == (None, True)


@pytest.mark.parametrize("settled", ["true", 1, 1.0, "1", "yes"], ids=str)
def test_a_part_that_counts_as_settled(
    api: Api, db: Db, alice: Person, bob: Person, settled: Any
) -> None:
    document = expense(alice, bob, splitWith=[part(bob, settled=settled)])
    db["expenses"].insert_one(document)
    assert owed(api, alice) == {}
    answer = api("PATCH", f"/v1/expenses/{document['_id']}/settle", bob)
    assert (answer.status, answer.body["message"]) == (400, "This split is already settled")


@pytest.mark.parametrize("amount", ["a lot", None, GONE, "", {}, float("nan"), float("-inf")])
def test_what_is_no_number_counts_nothing(
    api: Api, db: Db, alice: Person, bob: Person, amount: Any
) -> None:
    parts = [part(bob, amount=amount), part(bob, amount=3)]
    db["expenses"].insert_one(expense(alice, bob, splitWith=parts, date=NOW))
    assert owed(api, alice)[bob.id]["balance"] == 3
