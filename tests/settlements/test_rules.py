"""Who may record what, and what is refused."""

from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

from tests.api import Api, Person
from tests.settlements.ledger import Pay, nets

Db = Database[dict[str, Any]]


@pytest.mark.parametrize(
    ("changed", "code", "named"),
    [
        ({"amount": 1.005}, "AMOUNT_TOO_PRECISE", '"amount" can have 2 decimal places in USD'),
        ({"amount": "10.5", "currency": "JPY"}, "AMOUNT_TOO_PRECISE", '"amount"'),
        ({"amount": 0}, "NUMBER_NOT_POSITIVE", '"amount"'),
        ({"amount": "-1"}, "NUMBER_NOT_POSITIVE", '"amount"'),
        ({"amount": 10**14}, "AMOUNT_TOO_BIG", '"amount"'),
        ({"amount": "ten"}, "FIELD_NOT_A_DECIMAL", '"amount"'),
        ({"amount": None}, "FIELD_REQUIRED", '"amount"'),
        ({"currency": "XYZ"}, "CURRENCY_UNKNOWN", "ISO 4217"),
        ({"currency": 978}, "CURRENCY_UNKNOWN", "ISO 4217"),
        ({"to": None}, "FIELD_REQUIRED", '"to"'),
        ({"to": "bob"}, "FIELD_NOT_AN_ID", '"to"'),
        ({"from": {"$ne": 1}}, "FIELD_NOT_AN_ID", '"from"'),
        ({"group": "club"}, "FIELD_NOT_AN_ID", '"group"'),
        ({"date": "yesterday"}, "FIELD_NOT_A_DATE", '"date"'),
        ({"note": "n" * 501}, "FIELD_TOO_LONG", "note"),
        ({"note": "a\x00b"}, "FIELD_HAS_NUL", "note"),
        ({"note": 5}, "FIELD_NOT_A_STRING", '"note"'),
        ({"expenses": "all"}, "FIELD_NOT_AN_ARRAY", '"expenses"'),
        ({"expenses": ["x"]}, "FIELD_NOT_AN_ID", '"expenses[0]"'),
        ({"grup": "x"}, "FIELD_NOT_ALLOWED", '"grup"'),
    ],
)
def test_values_that_are_refused(
    changed: dict[str, Any], code: str, named: str, api: Api, db: Db, alice: Person, bob: Person
) -> None:
    body = {"to": bob.id, "amount": 10, "currency": "USD", **changed}
    answer = api("POST", "/v1/settlements", alice, body)
    assert (answer.status, answer.body["code"]) == (400, code)
    assert named in answer.body["message"]
    assert db["settlements"].count_documents({}) == db["expenses"].count_documents({}) == 0


def test_all_that_is_wrong_is_told(api: Api, alice: Person) -> None:
    answer = api("POST", "/v1/settlements", alice, {"to": "x", "currency": "X", "note": 1})
    told = {error["field"] for error in answer.body["errors"]}
    assert told == {"to", "amount", "currency", "note"}


@pytest.mark.parametrize(
    ("amount", "currency", "units"),
    [
        ("0.001", "KWD", 1),
        (1500, "JPY", 1500),
        ("1.10", "EUR", 110),
        ("9999999999999.99", "USD", 10**15 - 1),
    ],
)
def test_amounts_are_exact_in_their_currency(
    amount: Any, currency: str, units: int, db: Db, alice: Person, bob: Person, pay: Pay
) -> None:
    made = pay(alice, bob, amount, currency)
    assert made.data["amount"] == float(amount)
    [document] = db["expenses"].find()
    assert document["splitWith"][0]["units"] == units


def test_nobody_pays_themselves(alice: Person, pay: Pay) -> None:
    answer = pay(alice, alice, 5)
    assert (answer.status, answer.body["code"]) == (400, "SETTLEMENT_WITH_ONESELF")


def test_only_the_two_record_it(
    api: Api, alice: Person, bob: Person, cat: Person, pay: Pay
) -> None:
    group = api.group(alice, bob, cat)
    answer = pay(cat, bob, 5, **{"from": alice.id, "group": group})
    assert (answer.status, answer.body["code"]) == (403, "SETTLEMENT_NOT_YOURS_TO_RECORD")
    assert pay(bob, bob, 5, **{"from": alice.id, "group": group}).status == 201
    assert pay(alice, bob, 5, group=group).status == 201


def test_somebody_who_is_not_there(alice: Person, bob: Person, pay: Pay) -> None:
    nobody = Person(str(ObjectId()), "Nobody", "", "")
    answer = pay(alice, nobody, 5)
    assert (answer.status, answer.body["code"]) == (404, "PERSON_NOT_FOUND")
    assert pay(bob, bob, 5, **{"from": nobody.id}).status == 404


def test_somebody_who_has_closed_the_account(
    api: Api, alice: Person, bob: Person, pay: Pay
) -> None:
    api.expense(bob, 5, {alice: 5})
    made = pay(alice, bob, 5).data["_id"]
    api("DELETE", "/v1/users/deactivate-user", bob)
    answer = pay(alice, bob, 5)
    assert (answer.status, answer.body["code"]) == (400, "PERSON_DEACTIVATED")
    assert pay.act("void", made, alice).status == 200  # what was recorded can be undone


class TestOutsideOfGroups:
    def test_a_stranger(self, alice: Person, charlie: Person, pay: Pay) -> None:
        answer = pay(alice, charlie, 5)
        assert (answer.status, answer.body["code"]) == (400, "NOT_A_FRIEND")

    def test_a_past_friend_with_something_open(
        self, api: Api, alice: Person, bob: Person, pay: Pay
    ) -> None:
        api.expense(bob, 5, {alice: 5})
        api("DELETE", f"/v1/users/friends/{bob.id}", alice)
        assert pay(alice, bob, 3).status == 201
        assert pay(bob, bob, 2, **{"from": alice.id}).status == 201

    def test_a_past_friend_with_nothing_open(
        self, api: Api, alice: Person, bob: Person, pay: Pay
    ) -> None:
        inside = api.group(alice, bob)
        api.expense(bob, 5, {alice: 5}, groupId=inside)
        api("PATCH", f"/v1/expenses/{api.expense(bob, 5, {alice: 5})['_id']}/settle", alice)
        api("DELETE", f"/v1/users/friends/{bob.id}", alice)
        assert pay(alice, bob, 5).body["code"] == "NOT_A_FRIEND"
        assert pay(alice, bob, 5, group=inside).status == 201


class TestInGroups:
    def test_members(self, api: Api, db: Db, alice: Person, bob: Person, pay: Pay) -> None:
        group = api.group(alice, bob)
        api.expense(bob, 10, {alice: 10}, groupId=group)
        assert pay(alice, bob, 10, group=group).data["group"] == group
        balance = api("GET", f"/v1/expenses/group/{group}/balance", alice).data
        assert set(balance["balances"].values()) == {0}
        assert nets(db) == {}
        [shown] = api("GET", f"/v1/expenses/group/{group}?limit=1", bob).data
        assert (shown["kind"], shown["description"]) == (
            "payment",
            "Payment from Alice to Bob",
        )

    def test_who_was_never_in_it(
        self, api: Api, alice: Person, bob: Person, cat: Person, pay: Pay
    ) -> None:
        group = api.group(alice, bob)
        assert pay(alice, cat, 5, group=group).body["code"] == "PERSON_NOT_IN_GROUP"
        assert pay(cat, alice, 5, group=group).body["code"] == "NOT_A_MEMBER"

    @pytest.mark.parametrize("recorder", ["alice", "cat"])
    def test_a_past_member_with_something_open(
        self, recorder: str, api: Api, alice: Person, bob: Person, cat: Person, pay: Pay
    ) -> None:
        group = api.group(alice, bob, cat)
        made = api.expense(alice, 9, {alice: 4, cat: 5}, groupId=group)["_id"]
        assert api("DELETE", f"/v1/groups/{group}/leave", cat).status == 200
        who = {"alice": alice, "cat": cat}[recorder]
        assert pay(who, alice, 2, **{"from": cat.id, "group": group}).status == 201
        assert pay(who, alice, 5, expenses=[made], **{"from": cat.id}).status == 201
        # What she is owed now is the payment, so there is still something to settle.
        assert pay(who, cat, 2, **{"from": alice.id, "group": group}).status == 201

    def test_a_past_member_with_nothing_open(
        self, api: Api, alice: Person, bob: Person, pay: Pay
    ) -> None:
        group = api.group(alice, bob)
        api("DELETE", f"/v1/groups/{group}/leave", bob)
        assert pay(alice, bob, 5, group=group).body["code"] == "PERSON_NOT_IN_GROUP"

    def test_a_group_that_is_not_there(
        self, api: Api, alice: Person, bob: Person, pay: Pay
    ) -> None:
        group = api.group(alice, bob)
        api("DELETE", f"/v1/groups/{group}", alice)
        for one in (group, str(ObjectId())):
            answer = pay(alice, bob, 5, group=one)
            assert (answer.status, answer.body["code"]) == (400, "GROUP_NOT_FOUND")


class TestSeeing:
    def test_the_two_and_the_group(
        self, api: Api, alice: Person, bob: Person, cat: Person, charlie: Person, pay: Pay
    ) -> None:
        group = api.group(alice, bob, cat)
        inside, outside = pay(alice, bob, 5, group=group).data, pay(alice, bob, 5).data
        assert pay.get(inside["_id"], cat) == inside
        for one, person in ((inside, charlie), (outside, cat)):
            answer = api("GET", f"/v1/settlements/{one['_id']}", person)
            assert (answer.status, answer.body["code"]) == (403, "SETTLEMENT_NOT_YOURS")
        for what in ("confirm", "void"):
            assert pay.act(what, inside["_id"], cat).status == 403

    def test_what_is_not_there(self, api: Api, alice: Person, pay: Pay) -> None:
        path = f"/v1/settlements/{ObjectId()}"
        assert api("GET", path, alice).body["code"] == "SETTLEMENT_NOT_FOUND"
        for what in ("confirm", "reject", "void"):
            assert pay.act(what, str(ObjectId()), alice).status == 404

    @pytest.mark.parametrize("what", ["reject", "void"])
    def test_a_reason_has_bounds(self, what: str, alice: Person, bob: Person, pay: Pay) -> None:
        made = pay(alice, bob, 5).data["_id"]
        for reason in ("r" * 501, "a\x00b", 5, ["x"]):
            assert pay.act(what, made, bob, reason=reason).status == 400
        assert pay.get(made, bob)["status"] == "counted"
