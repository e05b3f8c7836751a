"""Settling the open shares of some expenses, by a settlement or at the expense itself."""

from decimal import Decimal
from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

from tests.api import Api, Person
from tests.settlements.ledger import Pay, nets, shown, stored

Db = Database[dict[str, Any]]


@pytest.fixture
def debts(api: Api, alice: Person, bob: Person, cat: Person) -> list[str]:
    """Bob has paid twice; Alice owes him 5 and 3.33, and Cat 3.33."""
    third = {alice: 3.33, bob: 3.34, cat: 3.33}
    made = (api.expense(bob, 10, {alice: 5, bob: 5}), api.expense(bob, 10, third))
    return [one["_id"] for one in made]


def test_exactly_the_open_shares_are_settled(
    api: Api, db: Db, alice: Person, bob: Person, cat: Person, debts: list[str], pay: Pay
) -> None:
    made = pay(alice, bob, "8.33", expenses=debts)
    assert made.status == 201
    assert (made.data["expenses"], made.data["status"], made.data["amount"]) == (
        debts,
        "counted",
        8.33,
    )
    owed = Decimal("3.33")
    assert nets(db) == {(bob.id, "USD"): owed, (cat.id, "USD"): -owed}
    assert shown(api, bob, alice) == {}
    assert shown(api, bob, cat) == {"USD": 3.33}
    first, second = (api("GET", f"/v1/expenses/{one}", alice).data for one in debts)
    assert [part["settled"] for part in first["splitWith"]] == [True, False]
    assert first["isSettled"] is True  # the payer has nothing to settle
    assert [part["settled"] for part in second["splitWith"]] == [True, False, False]
    assert second["isSettled"] is False
    assert db["expenses"].count_documents({"kind": "payment"}) == 0


@pytest.mark.parametrize("amount", [8.32, "8.34", 5, 100])
def test_another_amount_is_refused_with_the_sum(
    amount: Any, db: Db, alice: Person, bob: Person, debts: list[str], pay: Pay
) -> None:
    before = nets(db)
    answer = pay(alice, bob, amount, expenses=debts)
    assert (answer.status, answer.body["code"]) == (400, "SETTLEMENT_AMOUNT_NOT_OPEN")
    assert "8.33 USD" in answer.body["message"]
    assert nets(db) == before
    assert db["settlements"].count_documents({}) == 0


def test_the_sum_is_that_of_minor_units_where_amounts_are_uneven(
    api: Api, alice: Person, bob: Person, cat: Person, pay: Pay
) -> None:
    third = 10 / 3
    made = api.expense(bob, 10, {alice: third, bob: third, cat: third})["_id"]
    refused = pay(alice, bob, 1, expenses=[made]).body["message"]
    owed = "3.34" if "3.34" in refused else "3.33"
    assert shown(api, bob, alice) == {"USD": float(owed)}
    assert pay(alice, bob, owed, expenses=[made]).status == 201
    assert shown(api, bob, alice) == {}


def test_what_is_not_open_between_the_two_is_refused(
    api: Api, alice: Person, bob: Person, cat: Person, charlie: Person, debts: list[str], pay: Pay
) -> None:
    euros = api.expense(bob, 4, {alice: 4}, currency="EUR")["_id"]
    paid_by_cat = api.expense(cat, 4, {alice: 4}, paidBy=cat.id)["_id"]
    payment = pay(bob, alice, 2).data["_id"]
    strange = api.expense(charlie, 4, {charlie: 4})["_id"]
    expected = {
        (euros,): (400, "SETTLEMENT_EXPENSE_CURRENCY"),
        (paid_by_cat,): (400, "SETTLEMENT_EXPENSE_NOT_OPEN"),
        (payment,): (400, "SETTLEMENT_EXPENSE_NOT_OPEN"),
        (debts[0], debts[0]): (400, "SETTLEMENT_EXPENSE_TWICE"),
        (strange,): (403, "EXPENSE_NOT_YOURS"),
        (str(ObjectId()),): (404, "EXPENSE_NOT_FOUND"),
    }
    for expenses, (status, code) in expected.items():
        answer = pay(alice, bob, 4, expenses=list(expenses))
        assert (answer.status, answer.body["code"]) == (status, code), expenses
    # The other way round nothing is open.
    assert pay(bob, alice, 5, expenses=debts[:1]).body["code"] == "SETTLEMENT_EXPENSE_NOT_OPEN"
    assert pay(alice, bob, 5, expenses=debts[:1]).status == 201
    again = pay(alice, bob, 5, expenses=debts[:1])
    assert again.body["code"] == "SETTLEMENT_EXPENSE_NOT_OPEN"
    assert 'In "expenses[0]"' in again.body["message"]


def test_up_to_100_expenses(api: Api, alice: Person, bob: Person, pay: Pay) -> None:
    many = [api.expense(bob, 1, {alice: 1})["_id"] for _ in range(101)]
    refused = pay(alice, bob, 101, expenses=many)
    assert (refused.status, refused.body["code"]) == (400, "FIELD_TOO_MANY_ITEMS")
    assert '"expenses"' in refused.body["message"]
    assert pay(alice, bob, 100, expenses=many[:100]).status == 201
    assert shown(api, bob, alice) == {"USD": 1}


class TestGroups:
    def test_the_group_is_that_of_the_expenses(
        self, api: Api, alice: Person, bob: Person, debts: list[str], pay: Pay
    ) -> None:
        group, other = api.group(alice, bob), api.group(alice, bob)
        inside = api.expense(bob, 4, {alice: 4}, groupId=group)["_id"]
        wrong = pay(alice, bob, 9, expenses=[inside, debts[0]], group=group)
        assert wrong.body["code"] == "SETTLEMENT_EXPENSE_GROUP"
        assert '"expenses[1]"' in wrong.body["message"]
        assert pay(alice, bob, 4, expenses=[inside], group=other).status == 400
        assert pay(alice, bob, 4, expenses=[inside]).data["group"] == group

    def test_none_if_they_are_of_several(
        self, api: Api, alice: Person, bob: Person, debts: list[str], pay: Pay
    ) -> None:
        inside = api.expense(bob, 4, {alice: 4}, groupId=api.group(alice, bob))["_id"]
        assert pay(alice, bob, 9, expenses=[inside, debts[0]]).data["group"] is None


class TestVoid:
    def test_opens_exactly_those_shares(
        self, api: Api, db: Db, alice: Person, bob: Person, cat: Person, debts: list[str], pay: Pay
    ) -> None:
        api("PATCH", f"/v1/expenses/{debts[1]}/settle", cat)
        before = nets(db)
        documents = list(db["expenses"].find().sort("_id"))
        made = pay(alice, bob, 8.33, expenses=debts).data["_id"]
        voided = pay.act("void", made, bob, reason="Not yet")
        assert (voided.data["status"], voided.data["reason"]) == ("void", "Not yet")
        assert nets(db) == before
        now = list(db["expenses"].find().sort("_id"))
        for old, new in zip(documents, now, strict=True):
            assert {**old, "updatedAt": 0} == {**new, "updatedAt": 0}

    def test_not_if_an_amount_was_changed(
        self, db: Db, alice: Person, bob: Person, debts: list[str], pay: Pay
    ) -> None:
        made = pay(alice, bob, 8.33, expenses=debts).data["_id"]
        change = {"splitWith.0.amount": 4, "splitWith.1.amount": 6}
        db["expenses"].update_one({"_id": ObjectId(debts[0])}, {"$set": change})
        before = nets(db)
        answer = pay.act("void", made, alice)
        assert (answer.status, answer.body["code"]) == (409, "SETTLEMENT_SHARES_CHANGED")
        assert nets(db) == before
        assert pay.get(made, alice)["status"] == "counted"

    def test_not_if_an_expense_was_deleted(
        self, api: Api, alice: Person, bob: Person, debts: list[str], pay: Pay
    ) -> None:
        made = pay(alice, bob, 8.33, expenses=debts).data["_id"]
        assert api("DELETE", f"/v1/expenses/{debts[0]}", bob).status == 200
        assert pay.act("void", made, alice).body["code"] == "SETTLEMENT_SHARES_CHANGED"

    def test_not_if_a_share_was_opened_and_settled_again(
        self, api: Api, db: Db, alice: Person, bob: Person, debts: list[str], pay: Pay
    ) -> None:
        made = pay(alice, bob, 5, expenses=debts[:1]).data["_id"]
        opened = {"splitWith.0.settled": False, "isSettled": False}
        db["expenses"].update_one({"_id": ObjectId(debts[0])}, {"$set": opened})
        assert pay.act("void", made, alice).status == 409
        again = pay(alice, bob, 5, expenses=debts[:1]).data["_id"]
        assert pay.act("void", made, alice).status == 409
        assert pay.act("void", again, alice).status == 200
        assert shown(api, bob, alice) == {"USD": 8.33}

    def test_also_after_the_node_server_has_replaced_the_shares_as_they_were(
        self, api: Api, db: Db, alice: Person, bob: Person, debts: list[str], pay: Pay
    ) -> None:
        """An edit there keeps the marks that the app sends, with new ids and without moments."""
        made = pay(alice, bob, 3.33, expenses=debts[1:]).data["_id"]
        parts = stored(db, "expenses", debts[1])["splitWith"]
        replaced = [
            {
                "_id": ObjectId(),
                **{name: part[name] for name in ("user", "amount", "settled")},
            }
            for part in parts
        ]
        change = {"description": "Lunch", "splitWith": replaced}
        db["expenses"].update_one({"_id": ObjectId(debts[1])}, {"$set": change})
        assert pay.act("void", made, alice).status == 200
        assert shown(api, bob, alice) == {"USD": 8.33}
        assert "settledAt" not in stored(db, "expenses", debts[1])["splitWith"][0]


class TestAtTheExpense:
    def test_shows_up_as_a_settlement(
        self, api: Api, alice: Person, bob: Person, debts: list[str], pay: Pay
    ) -> None:
        answer = api("PATCH", f"/v1/expenses/{debts[0]}/settle", alice)
        assert answer.body["message"] == "Split settled successfully"
        [listed] = api("GET", "/v1/settlements", bob).data
        assert (listed["from"]["_id"], listed["to"]["_id"]) == (alice.id, bob.id)
        assert (listed["amount"], listed["currency"], listed["status"]) == (5, "USD", "counted")
        assert listed["expenses"] == [debts[0]]
        assert listed["date"] == answer.data["splitWith"][0]["settledAt"]
        assert listed["createdBy"]["_id"] == alice.id
        assert pay.act("void", listed["_id"], bob).status == 200
        assert shown(api, bob, alice) == {"USD": 8.33}

    def test_the_payer_s_own_share_and_a_share_of_nothing_are_none(
        self, api: Api, alice: Person, bob: Person, debts: list[str]
    ) -> None:
        api("PATCH", f"/v1/expenses/{debts[0]}/settle", bob)
        nothing = api.expense(bob, 5, {bob: 5, alice: 0.01})["_id"]
        free = {"splitWith": [{"user": bob.id, "amount": 5}, {"user": alice.id, "amount": 0}]}
        assert api("PUT", f"/v1/expenses/{nothing}", bob, free).status == 200
        assert api("PATCH", f"/v1/expenses/{nothing}/settle", alice).status == 200
        assert api("GET", "/v1/settlements", alice).data == []

    def test_both_ways_agree_in_every_balance(
        self, api: Api, alice: Person, bob: Person, pay: Pay
    ) -> None:
        """Of two groups with the same expenses, one settles by the app and one by settlements."""
        groups = [api.group(alice, bob) for _ in range(2)]
        apps, ours = (
            [api.expense(bob, 9, {alice: 4, bob: 5}, groupId=group)["_id"] for _ in range(2)]
            for group in groups
        )
        for one in apps:
            api("PATCH", f"/v1/expenses/{one}/settle", alice)
        pay(alice, bob, 8, expenses=ours)
        first, second = (
            api("GET", f"/v1/expenses/group/{group}/balance", bob).data for group in groups
        )
        assert first["balances"] == second["balances"]
        assert first["byCurrency"] == second["byCurrency"]
        assert shown(api, bob, alice) == {}
        listed = api("GET", "/v1/expenses?settled=true", alice).data
        assert {one["_id"] for one in listed} == {*apps, *ours}
        amounts = [one["amount"] for one in api("GET", "/v1/settlements", alice).data]
        assert amounts == [8, 4, 4]

    @pytest.mark.usefixtures("debts")
    def test_a_payment_has_nothing_to_settle(
        self, api: Api, db: Db, alice: Person, bob: Person, pay: Pay
    ) -> None:
        """The app settles all that is open with a friend; a payment goes on to count."""
        made = pay(alice, bob, 8.33).data["_id"]
        before = nets(db)
        refused = api("PATCH", f"/v1/expenses/{made}/settle", bob)
        assert (refused.status, refused.body["code"]) == (400, "PAYMENT_NOT_TO_SETTLE")
        assert api("PATCH", f"/v1/expenses/{made}/settle", alice).status == 403
        assert nets(db) == before
        assert pay.get(made, alice)["status"] == "counted"
