"""Marks of settled expenses that do not agree with the shares."""

from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

from coinbreakr.clock import utc_now
from coinbreakr.expenses.checks import MarkCheck
from coinbreakr.expenses.migrations import mend_marks
from coinbreakr.expenses.repository import Expenses
from tests.api import Api, Person

Db = Database[dict[str, Any]]


@pytest.mark.parametrize(
    ("settled", "what"),
    [
        (True, "every share is settled, but it is not marked so"),
        (False, "it is marked as settled, but has open shares"),
    ],
)
def test_a_wrong_mark_is_found_and_mended(
    settled: bool, what: str, api: Api, alice: Person, bob: Person, db: Db
) -> None:
    made = ObjectId(api.expense(alice, 5, {bob: 5})["_id"])
    check = MarkCheck(Expenses(db), utc_now)
    assert list(check()) == []
    change = {"splitWith.0.settled": settled, "isSettled": not settled}
    db["expenses"].update_one({"_id": made}, {"$set": change})
    (finding,) = check()
    assert (finding.collection, finding.id, finding.what) == ("expenses", made, what)
    assert finding.mend is not None
    assert finding.mend()
    assert (db["expenses"].find_one() or {})["isSettled"] == settled
    assert list(check()) == []
    assert not finding.mend()


def test_the_migration_mends_wrong_and_unreadable_marks(
    api: Api, alice: Person, bob: Person, db: Db
) -> None:
    for mark in (True, "perhaps", False):
        made = ObjectId(api.expense(alice, 5, {bob: 5})["_id"])
        db["expenses"].update_one({"_id": made}, {"$set": {"isSettled": mark}})
    said: list[str] = []
    mend_marks(db, said.append)
    mend_marks(db, said.append)
    assert said == ["2 marks of settled expenses mended", "0 marks of settled expenses mended"]
    assert db["expenses"].count_documents({"isSettled": False}) == 3
