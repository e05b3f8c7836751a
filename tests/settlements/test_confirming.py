"""Payments that the payee wants to confirm."""

from typing import Any

import pytest
from pymongo.database import Database

from tests.api import Api, Person
from tests.settlements.ledger import Pay, nets, shown, stored

Db = Database[dict[str, Any]]


@pytest.fixture
def debt(api: Api, alice: Person, bob: Person) -> str:
    made: str = api.expense(bob, 10, {alice: 10})["_id"]
    return made


class TestSettings:
    def test_nobody_confirms_unless_they_say_so(self, api: Api, alice: Person) -> None:
        assert api("GET", "/v1/users/settings", alice).data == {"confirmPayments": False}
        for chosen in (True, False):
            answer = api("PUT", "/v1/users/settings", alice, {"confirmPayments": chosen})
            assert answer.data == {"confirmPayments": chosen}
            assert api("GET", "/v1/users/settings", alice).data == answer.data

    @pytest.mark.parametrize("body", [{}, {"confirmPayments": "yes"}, {"confirmPayments": 1}])
    def test_nothing_stands_for_true(self, body: Any, api: Api, alice: Person) -> None:
        answer = api("PUT", "/v1/users/settings", alice, body)
        assert answer.status == 400
        assert '"confirmPayments"' in answer.body["message"]

    def test_the_profile_does_not_show_it(self, api: Api, confirming: Person) -> None:
        assert "confirmPayments" not in api("GET", "/v1/users/profile", confirming).data


class TestPending:
    @pytest.mark.usefixtures("debt")
    def test_it_counts_in_no_balance_until_it_is_confirmed(
        self, db: Db, alice: Person, confirming: Person, pay: Pay
    ) -> None:
        before = nets(db)
        made = pay(alice, confirming, 10, date="2026-02-03").data
        assert made["status"] == "pending"
        assert nets(db) == before
        assert stored(db, "expenses", made["_id"]) is None
        confirmed = pay.act("confirm", made["_id"], confirming)
        assert confirmed.data == {**made, "status": "counted"}
        assert nets(db) == {}
        document = stored(db, "expenses", made["_id"])
        assert document["date"].isoformat() == "2026-02-03T00:00:00+00:00"
        assert str(document["createdBy"]) == alice.id

    def test_what_the_payee_records_counts_at_once(
        self, alice: Person, confirming: Person, pay: Pay
    ) -> None:
        made = pay(confirming, confirming, 10, **{"from": alice.id})
        assert made.data["status"] == "counted"

    @pytest.mark.usefixtures("confirming")
    def test_what_the_app_settles_counts_at_once(self, api: Api, alice: Person, debt: str) -> None:
        assert api("PATCH", f"/v1/expenses/{debt}/settle", alice).status == 200
        assert api("GET", "/v1/settlements", alice).data[0]["status"] == "counted"

    def test_a_choice_counts_for_what_comes_after_it(
        self, api: Api, alice: Person, confirming: Person, pay: Pay
    ) -> None:
        made = pay(alice, confirming, 10).data["_id"]
        api("PUT", "/v1/users/settings", confirming, {"confirmPayments": False})
        assert pay.get(made, alice)["status"] == "pending"
        assert pay(alice, confirming, 10).data["status"] == "counted"

    def test_only_the_payee_confirms_or_rejects(
        self, alice: Person, confirming: Person, cat: Person, pay: Pay
    ) -> None:
        made = pay(alice, confirming, 10).data["_id"]
        for what in ("confirm", "reject"):
            for person in (alice, cat):
                refused = pay.act(what, made, person)
                assert (refused.status, refused.body["code"]) == (
                    403,
                    "SETTLEMENT_NOT_YOURS_TO_CONFIRM",
                )

    @pytest.mark.usefixtures("debt")
    def test_rejecting_keeps_why(self, db: Db, alice: Person, confirming: Person, pay: Pay) -> None:
        before = nets(db)
        made = pay(alice, confirming, 10).data["_id"]
        rejected = pay.act("reject", made, confirming, reason="Nothing came")
        assert (rejected.data["status"], rejected.data["reason"]) == ("rejected", "Nothing came")
        assert nets(db) == before
        for what in ("confirm", "reject", "void"):
            refused = pay.act(what, made, confirming)
            assert refused.status == 409
            assert "rejected" in refused.body["message"]

    def test_its_payer_may_withdraw_it(
        self, db: Db, alice: Person, confirming: Person, pay: Pay
    ) -> None:
        made = pay(alice, confirming, 10).data["_id"]
        assert pay.act("void", made, confirming).status == 409  # to be rejected
        assert pay.act("void", made, alice, reason="Typo").data["status"] == "void"
        assert pay.act("confirm", made, confirming).body["code"] == "SETTLEMENT_NOT_PENDING"
        assert nets(db) == {}

    def test_a_counted_one_is_confirmed_no_more(self, alice: Person, bob: Person, pay: Pay) -> None:
        made = pay(alice, bob, 10).data["_id"]
        assert pay.act("confirm", made, bob).status == 409
        assert pay.act("reject", made, bob).status == 409


class TestPendingShares:
    def test_they_are_settled_when_it_is_confirmed(
        self, api: Api, alice: Person, confirming: Person, debt: str, pay: Pay
    ) -> None:
        made = pay(alice, confirming, 10, expenses=[debt]).data
        assert made["status"] == "pending"
        assert shown(api, confirming, alice) == {"USD": 10}
        assert pay.act("confirm", made["_id"], confirming).data["status"] == "counted"
        assert shown(api, confirming, alice) == {}
        assert pay.act("void", made["_id"], confirming).status == 200
        assert shown(api, confirming, alice) == {"USD": 10}

    def test_not_if_they_are_no_more_what_they_were(
        self, api: Api, alice: Person, confirming: Person, debt: str, pay: Pay
    ) -> None:
        made = pay(alice, confirming, 10, expenses=[debt]).data["_id"]
        larger = {"amount": 12, "splitWith": [{"user": alice.id, "amount": 12}]}
        assert api("PUT", f"/v1/expenses/{debt}", confirming, larger).status == 200
        for change in ("PATCH settle", "DELETE"):
            refused = pay.act("confirm", made, confirming)
            assert (refused.status, refused.body["code"]) == (409, "SETTLEMENT_SHARES_CHANGED")
            assert pay.get(made, alice)["status"] == "pending"
            if change == "DELETE":
                api("DELETE", f"/v1/expenses/{debt}", confirming)
            else:
                api("PATCH", f"/v1/expenses/{debt}/settle", alice)
        assert pay.act("confirm", made, confirming).status == 409
        assert pay.act("reject", made, confirming).status == 200


class TestIds:
    """The expense of a payment has the id of its settlement."""

    def test_the_id_of_a_settlement_is_free_for_no_expense(
        self, api: Api, alice: Person, confirming: Person, pay: Pay
    ) -> None:
        pending = pay(alice, confirming, 4).data["_id"]
        body = {"id": pending, "description": "Mine", "amount": 1}
        for who in (alice, confirming):
            split = {"method": "equal", "among": [who.id]}
            answer = api("POST", "/v1/expenses", who, {**body, "split": split})
            assert (answer.status, answer.body["code"]) == (409, "EXPENSE_ID_TAKEN")
        assert pay.act("confirm", pending, confirming).data["status"] == "counted"

    def test_it_cannot_be_confirmed_while_another_expense_has_its_id(
        self, api: Api, db: Db, alice: Person, confirming: Person, pay: Pay
    ) -> None:
        pending = pay(alice, confirming, 4).data["_id"]
        other = stored(db, "expenses", api.expense(alice, 10, {confirming: 10})["_id"])
        db["expenses"].insert_one({**other, "_id": stored(db, "settlements", pending)["_id"]})
        answer = pay.act("confirm", pending, confirming)
        assert (answer.status, answer.body["code"]) == (409, "EXPENSE_ID_TAKEN")
        assert pay.act("reject", pending, confirming).data["status"] == "rejected"
