"""Odd documents are logged once, by their id and never by what is in them."""

from typing import Any

from bson import ObjectId
from pymongo.database import Database
from structlog.testing import capture_logs

from coinbreakr.expenses.model import ExpenseFilter
from coinbreakr.expenses.repository import Expenses
from coinbreakr.paging import Page
from tests.api import Api, Person
from tests.reading.shapes import expense, part

Db = Database[dict[str, Any]]


def odd_lines(logged: Any) -> list[dict[str, Any]]:
    return [line for line in logged if line["event"] == "odd document"]


def test_an_odd_document_is_logged_once(api: Api, db: Db, alice: Person, bob: Person) -> None:
    document = expense(alice, bob, currency=None, splitWith=[part(bob, amount="secret words")])
    db["expenses"].insert_many([document, expense(alice, bob)])
    with capture_logs() as logged:
        for _ in range(3):
            api("GET", "/v1/expenses", alice)
            api("GET", f"/v1/expenses/{document['_id']}", alice)
    [line] = odd_lines(logged)
    assert (line["collection"], line["document"]) == ("expenses", str(document["_id"]))
    assert line["fields"] == ["currency", "splitWith.0.amount"]
    assert "secret" not in str(logged)


def test_a_collection_of_odd_documents_does_not_fill_the_log(
    db: Db, alice: Person, bob: Person
) -> None:
    db["expenses"].insert_many([expense(alice, bob, currency=None) for _ in range(1100)])
    expenses = Expenses(db)
    with capture_logs() as logged:
        for number in range(1, 12):
            expenses.page(ExpenseFilter(user=ObjectId(alice.id)), Page(number, 100))
    assert len(odd_lines(logged)) == 1000
