"""`coinbreakr verify` tells of halves of conversions that are alone."""

from typing import Any

from bson import ObjectId
from pymongo.database import Database

from coinbreakr.conversions.checks import HalfCheck
from coinbreakr.expenses.repository import Expenses
from tests.api import Api, Person
from tests.conversions.test_routes import convert

Db = Database[dict[str, Any]]


def test_a_half_that_is_alone_is_found(api: Api, alice: Person, bob: Person, db: Db) -> None:
    group = api.group(alice, bob)
    api.expense(alice, 10, {bob: 10}, groupId=group)
    check = HalfCheck(Expenses(db))
    [first, second], [third, _] = (
        convert(api, alice, group, (bob, alice), "4 USD", "4 EUR").data["expenses"] for _ in "12"
    )
    assert list(check()) == []
    db["expenses"].delete_one({"_id": ObjectId(first)})  # as the Node server does
    other = {"$set": {"conversion.with": ObjectId(second)}}
    db["expenses"].update_one({"_id": ObjectId(third)}, other)
    found = {finding.id for finding in check()}
    assert {ObjectId(second), ObjectId(third)} <= found
    assert all(finding.mend is None for finding in check())
