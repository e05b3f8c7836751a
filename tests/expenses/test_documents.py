"""Expenses as they are stored, and what is written of a change."""

from dataclasses import replace
from typing import Any

import pytest

from coinbreakr.expenses import documents
from coinbreakr.expenses.model import Details, Share
from coinbreakr.mongo.reading import UNKNOWN, Fields
from coinbreakr.splits.model import Equal
from tests.expenses.made import ANN, BOB, CLUB, EARLIER, NOW, details, expense

SHARES = [Share(CLUB, ANN, 5), Share(ANN, BOB, 5, settled=True, settled_at=NOW)]
ONE = expense(id=BOB, shares=SHARES)
HALVES = Equal((BOB, ANN))
STORED: dict[str, Any] = {
    "_id": BOB,
    "description": "Dinner",
    "amount": 10,
    "currency": "USD",
    "createdBy": ANN,
    "paidBy": ANN,
    "splitWith": [
        {"user": ANN, "amount": 5, "units": 500, "settled": False, "_id": CLUB},
        {
            "user": BOB,
            "amount": 5,
            "units": 500,
            "settled": True,
            "_id": ANN,
            "settledAt": NOW,
        },
    ],
    "category": "food",
    "date": EARLIER,
    "group": None,
    "isSettled": False,
    "createdAt": EARLIER,
    "updatedAt": EARLIER,
    "__v": 3,
}


def test_what_is_stored() -> None:
    assert documents.document(ONE) == STORED
    settled = replace(ONE, settled_at=NOW, is_settled=True, group=CLUB)
    more = {"settledAt": NOW, "isSettled": True, "group": CLUB}
    assert documents.document(settled) == {**STORED, **more}


@pytest.mark.parametrize(
    "one",
    [
        ONE,
        replace(ONE, details=details(title="Out")),
        replace(ONE, split=HALVES, request="5d41402a"),
        replace(ONE, group=CLUB, is_settled=True, settled_at=NOW, updated_at=NOW, paid_by=BOB),
    ],
)
def test_what_is_stored_is_read_again(one: Any) -> None:
    fields = Fields(documents.document(one))
    read = documents.expense(fields)
    assert read == one
    assert fields.odd == {}
    assert read.revision is not None
    assert read.revision.document == documents.document(one)


def test_what_is_missing_is_read_as_the_node_server_does() -> None:
    fields = Fields({"_id": BOB, "splitWith": [{}]})
    read = documents.expense(fields)
    made = BOB.generation_time
    assert read.details == Details(description="", currency="USD", category="other", date=None)
    assert (read.amount, read.group, read.is_settled, read.settled_at) == (0, None, False, None)
    assert (read.created_at, read.updated_at, read.version) == (made, made, 0)
    (share,) = read.shares
    assert (share.amount, share.settled, share.settled_at) == (0, False, None)
    own = {"currency", "category", "isSettled", "createdAt", "updatedAt", "__v"}
    assert own <= fields.odd.keys()


@pytest.mark.parametrize(
    ("changed", "written"),
    [
        ({}, {}),
        ({"updated_at": NOW}, {"updatedAt": NOW}),
        ({"details": details(title="Out")}, {"title": "Out"}),
        ({"details": details(category="other", date=NOW)}, {"category": "other", "date": NOW}),
        ({"amount": 11}, {"amount": 11}),
        ({"amount": 10.0}, {}),
        ({"version": 4, "shares": SHARES[1:]}, {"__v": 4, "splitWith": STORED["splitWith"][1:]}),
        ({"is_settled": True, "settled_at": NOW}, {"isSettled": True, "settledAt": NOW}),
    ],
)
def test_only_what_differs_is_written(changed: dict[str, Any], written: dict[str, Any]) -> None:
    assert documents.changes(ONE, replace(ONE, **changed)) == written


def test_a_split_is_stored_as_it_was_typed() -> None:
    stored = documents.document(replace(ONE, split=HALVES, request="5d41402a"))
    typed = {"split": {"method": "equal", "among": [BOB, ANN]}, "requestDigest": "5d41402a"}
    assert stored == {**STORED, **typed}


@pytest.mark.parametrize("split", [{"method": "equal", "among": [ANN]}, {"method": "x"}, "equal"])
def test_a_split_that_does_not_give_the_shares_is_not_read(split: Any) -> None:
    fields = Fields({**STORED, "split": split})
    assert documents.expense(fields).split is None
    known = isinstance(split, dict) and split["method"] == "equal"
    assert fields.odd == ({} if known else {"split": UNKNOWN})


def test_what_is_gone_is_removed() -> None:
    typed = replace(ONE, split=HALVES)
    assert documents.removals(typed, ONE) == {"split": ""}
    assert documents.removals(ONE, typed) == {}
    assert documents.changes(ONE, typed) == {"split": {"method": "equal", "among": [BOB, ANN]}}
