"""What happens to an expense between the read and the write of an update is not lost."""

from dataclasses import replace
from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

from coinbreakr.expenses.feature import expense_service
from coinbreakr.expenses.model import Expense
from coinbreakr.expenses.repository import Expenses
from coinbreakr.parts import Parts
from tests.api import Api, Person
from tests.interleave import after_first


@pytest.fixture
def expenses(parts: Parts) -> Expenses:
    return parts.get(expense_service)._expenses


@pytest.fixture
def path(api: Api, alice: Person, bob: Person) -> str:
    return f"/v1/expenses/{api.expense(alice, 10, {alice: 5, bob: 5})['_id']}"


def parts_of(*pairs: tuple[Person, float], **marks: Any) -> list[dict[str, Any]]:
    return [{"user": person.id, "amount": amount, **marks} for person, amount in pairs]


def test_an_amount_is_checked_against_the_shares_that_are_stored(
    api: Api, alice: Person, bob: Person, path: str, expenses: Expenses
) -> None:
    larger = {"amount": 20, "splitWith": parts_of((alice, 10), (bob, 10))}
    with after_first(expenses, "get", lambda: api("PUT", path, alice, larger)):
        answer = api("PUT", path, alice, {"amount": 10.005})
    assert answer.status == 400
    shown = api("GET", path, alice).data
    assert (shown["amount"], [part["amount"] for part in shown["splitWith"]]) == (20, [10, 10])


def test_an_expense_that_is_settled_meanwhile_is_not_changed(
    api: Api, alice: Person, bob: Person, path: str, expenses: Expenses
) -> None:
    with after_first(expenses, "get", lambda: api("PATCH", f"{path}/settle", bob)):
        answer = api("PUT", path, alice, {"description": "Too late"})
    assert (answer.status, answer.body["message"]) == (400, "Cannot update a settled expense")
    assert api("GET", path, alice).data["description"] == "Dinner"


def test_new_parts_keep_what_is_settled_meanwhile(
    api: Api, alice: Person, bob: Person, expenses: Expenses
) -> None:
    cat = api.register("cat")
    api.befriend(alice, cat)
    made = api.expense(alice, 15, {alice: 5, bob: 5, cat: 5})["_id"]
    path = f"/v1/expenses/{made}"
    body = {"splitWith": parts_of((alice, 4), (bob, 5), (cat, 6), settled=False)}
    with after_first(expenses, "get", lambda: api("PATCH", f"{path}/settle", bob)):
        answer = api("PUT", path, alice, body)
    assert [part["settled"] for part in answer.data["splitWith"]] == [False, True, False]
    assert answer.data["splitWith"][1]["settledAt"]


def test_two_who_change_different_things_both_do(
    api: Api, alice: Person, path: str, expenses: Expenses
) -> None:
    with after_first(expenses, "get", lambda: api("PUT", path, alice, {"currency": "eur"})):
        assert api("PUT", path, alice, {"description": "Lunch"}).status == 200
    shown = api("GET", path, alice).data
    assert (shown["description"], shown["currency"]) == ("Lunch", "EUR")


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_with_if_match_any_change_meanwhile_is_refused(
    method: str, api: Api, alice: Person, path: str, expenses: Expenses
) -> None:
    held = {"If-Match": api("GET", path, alice).headers["etag"]}
    with after_first(expenses, "get", lambda: api("PUT", path, alice, {"category": "food"})):
        answer = api(method, path, alice, {"description": "Lunch"}, headers=held)
    assert answer.status == 412
    shown = api("GET", path, alice).data
    assert (shown["category"], shown["description"]) == ("food", "Dinner")


def test_with_if_match_a_settlement_is_of_what_was_seen(
    api: Api, alice: Person, bob: Person, path: str, expenses: Expenses
) -> None:
    held = {"If-Match": api("GET", path, bob).headers["etag"]}
    larger = {"amount": 20, "splitWith": parts_of((alice, 10), (bob, 10))}
    with after_first(expenses, "get", lambda: api("PUT", path, alice, larger)):
        answer = api("PATCH", f"{path}/settle", bob, headers=held)
    assert answer.status == 412
    assert not any(part["settled"] for part in api("GET", path, bob).data["splitWith"])


def lunch(expense: Expense) -> Expense:
    return replace(expense, details=replace(expense.details, description="Lunch"))


@pytest.mark.parametrize(
    ("field", "value"),
    [("amount", 11), ("currency", "EUR"), ("isSettled", True), ("splitWith", [])],
)
def test_nothing_that_the_rules_looked_at_has_changed_when_it_is_stored(
    field: str, value: object, path: str, expenses: Expenses, db: Database[dict[str, Any]]
) -> None:
    read = expenses.get(ObjectId(path.rpartition("/")[2]))
    assert read is not None
    db["expenses"].update_one({}, {"$set": {field: value}})
    assert expenses.replace(read, lunch(read)) is None
    again = expenses.get(read.id)
    assert again is not None
    assert again.details.description == "Dinner"
    assert expenses.replace(again, lunch(again))


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_what_is_deleted_meanwhile_is_not_there(
    method: str, api: Api, alice: Person, path: str, expenses: Expenses
) -> None:
    with after_first(expenses, "get", lambda: api("DELETE", path, alice)):
        answer = api(method, path, alice, {"description": "Lunch"})
    assert (answer.status, answer.body["message"]) == (404, "Expense not found")
    assert api("GET", path, alice).status == 404


def test_what_is_settled_meanwhile_is_deleted_without_if_match(
    api: Api, alice: Person, bob: Person, path: str, expenses: Expenses
) -> None:
    with after_first(expenses, "get", lambda: api("PATCH", f"{path}/settle", bob)):
        assert api("DELETE", path, alice).status == 200
    assert api("GET", path, alice).status == 404


def test_a_share_that_is_settled_meanwhile_is_settled_once(
    api: Api, bob: Person, path: str, expenses: Expenses
) -> None:
    held = {"If-Match": api("GET", path, bob).headers["etag"]}
    with after_first(expenses, "get", lambda: api("PATCH", f"{path}/settle", bob)):
        answer = api("PATCH", f"{path}/settle", bob, headers=held)
    assert answer.status == 412
    once = api("GET", path, bob).data["splitWith"][1]["settledAt"]
    assert api("PATCH", f"{path}/settle", bob).body["message"] == "This split is already settled"
    assert api("GET", path, bob).data["splitWith"][1]["settledAt"] == once


def test_an_expense_that_others_change_again_and_again_is_left_to_them(
    api: Api, alice: Person, path: str, expenses: Expenses, db: Database[dict[str, Any]]
) -> None:
    read = expenses.get

    def changed_after_each_read(expense: ObjectId) -> Expense | None:
        found = read(expense)
        db["expenses"].update_one({"_id": expense}, {"$inc": {"amount": 1, "__v": 1}})
        return found

    expenses.get = changed_after_each_read  # type: ignore[method-assign]
    try:
        answer = api("PUT", path, alice, {"description": "Lunch"})
    finally:
        del expenses.get
    text = "This expense is being changed by others, please try again"
    assert (answer.status, answer.body["message"]) == (409, text)
    shown = api("GET", path, alice).data
    assert (shown["description"], shown["__v"]) == ("Dinner", 50)
