"""Conversions: a debt moves to another currency, as two expenses that everybody can add up."""

from collections import defaultdict
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from bson import ObjectId
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymongo.database import Database

from coinbreakr import money
from coinbreakr.conversions import messages
from coinbreakr.conversions.feature import conversion_service
from coinbreakr.parts import Parts
from tests.api import Answer, Api, Person
from tests.balances import ledger
from tests.codes import undocumented
from tests.interleave import after_first

Db = Database[dict[str, Any]]
IMAGE = "https://via.placeholder.com/150"
CODES = ["USD", "EUR", "JPY", "KWD"]


@pytest.fixture
def group(api: Api, alice: Person, bob: Person) -> str:
    """Bob owes alice 10 dollars."""
    made = api.group(alice, bob)
    api.expense(alice, 15, {alice: 5, bob: 10}, groupId=made)
    return made


def convert(
    api: Api, who: Person, group: str, pair: tuple[Person, Person], source: Any, target: Any
) -> Answer:
    """`source` and `target` are such as "10 USD"."""
    sides = {}
    for name, text in (("from", source), ("to", target)):
        amount, currency = text.split()
        sides[name] = {"currency": currency, "amount": amount}
    body = {"user": pair[0].id, "other": pair[1].id, **sides}
    return api("POST", f"/v1/groups/{group}/conversions", who, body)


def owed(api: Api, group: str, who: Person) -> Any:
    shown = api("GET", f"/v1/expenses/group/{group}/balance", who).data
    return shown["byCurrency"][who.id]


def as_node_counts(db: Db, group: str) -> dict[str, dict[str, Decimal]]:
    """The nets of a group by paidBy, splitWith and settled, which is all that Node knows."""
    nets: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for expense in db["expenses"].find({"group": ObjectId(group)}):
        for share in expense["splitWith"]:
            amount = Decimal(repr(share["amount"]))
            if not share["settled"] and share["user"] != expense["paidBy"]:
                nets[str(expense["paidBy"])][expense["currency"]] += amount
                nets[str(share["user"])][expense["currency"]] -= amount
    return {
        user: {code: amount for code, amount in net.items() if amount} for user, net in nets.items()
    }


def test_a_debt_moves(api: Api, alice: Person, bob: Person, group: str, db: Db) -> None:
    answer = convert(api, alice, group, (bob, alice), "10 USD", "9.21 EUR")
    people = [{"_id": one.id, "name": one.name, "profileImage": IMAGE} for one in (bob, alice)]
    stored = list(db["expenses"].find({"kind": "conversion"}).sort("_id", 1))
    ids = [str(one["_id"]) for one in stored]
    moment = stored[0]["date"].isoformat(timespec="milliseconds")[:23] + "Z"
    assert answer.status == 201
    assert answer.body == {
        "success": True,
        "message": "Debt converted successfully",
        "data": {
            "_id": ids[0],
            "user": people[0],
            "other": people[1],
            "from": {"currency": "USD", "amount": 10},
            "to": {"currency": "EUR", "amount": 9.21},
            "rate": "0.921",
            "group": group,
            "date": moment,
            "expenses": ids,
            "createdBy": people[1],
            "createdAt": moment,
        },
    }
    assert owed(api, group, alice) == {"EUR": 9.21}
    assert owed(api, group, bob) == {"EUR": -9.21}
    nets = as_node_counts(db, group)
    assert nets == {alice.id: {"EUR": Decimal("9.21")}, bob.id: {"EUR": Decimal("-9.21")}}


def test_what_is_stored(api: Api, alice: Person, bob: Person, group: str, db: Db) -> None:
    convert(api, bob, group, (bob, alice), "10 USD", "1500 JPY")
    first, second = db["expenses"].find({"kind": "conversion"}).sort("_id", 1)
    sides = [ObjectId(bob.id), ObjectId(alice.id)]
    made = {
        "from": {"currency": "USD", "units": 1000},
        "to": {"currency": "JPY", "units": 1500},
    }
    expected = [
        (first, second, sides, 10, "USD", 1000),
        (second, first, sides[::-1], 1500, "JPY", 1500),
    ]
    for own, other, (payer, debtor), amount, currency, units in expected:
        [share] = own["splitWith"]
        assert share == {
            "_id": share["_id"], "user": debtor, "amount": amount, "units": units, "settled": False,
        }  # fmt: skip
        assert own == {
            "_id": own["_id"], "description": "Conversion of 10.00 USD to 1500 JPY",
            "amount": amount, "currency": currency, "category": "other", "kind": "conversion",
            "createdBy": sides[0], "paidBy": payer, "splitWith": [share],
            "conversion": {"with": other["_id"], "reverses": own == first, **made},
            "group": ObjectId(group), "isSettled": False, "date": own["createdAt"],
            "createdAt": own["createdAt"], "updatedAt": own["createdAt"], "__v": 0,
        }  # fmt: skip


def test_the_app_sees_two_expenses(api: Api, alice: Person, bob: Person, group: str) -> None:
    convert(api, alice, group, (bob, alice), "10 USD", "9.21 EUR")
    listed = api("GET", f"/v1/expenses/group/{group}", bob).data
    halves = [one for one in listed if one.get("kind") == "conversion"]
    assert [one["rate"] for one in halves] == ["0.921", "0.921"]
    assert {one["description"] for one in halves} == {"Conversion of 10.00 USD to 9.21 EUR"}
    assert all("rate" not in one for one in listed if one not in halves)


@pytest.mark.parametrize("turned", [False, True])
def test_whoever_owes_is_told_by_the_debts(
    turned: bool, api: Api, alice: Person, bob: Person, group: str
) -> None:
    pair = (alice, bob) if turned else (bob, alice)
    answer = convert(api, bob, group, pair, "4 USD", "600 JPY")
    assert answer.data["user"]["_id"] == bob.id
    assert owed(api, group, alice) == {"JPY": 600, "USD": 6}


def test_any_member_may_and_past_members_can_be_in_it(
    api: Api, alice: Person, bob: Person, group: str
) -> None:
    dora = api.register("dora")
    api.befriend(alice, dora)
    api("POST", f"/v1/groups/{group}/members", alice, {"memberEmail": dora.email})
    api("DELETE", f"/v1/groups/{group}/members/{bob.id}", alice)
    assert convert(api, dora, group, (bob, alice), "10 USD", "9 EUR").status == 201
    shown = api("GET", f"/v1/expenses/group/{group}/balance", dora).data
    assert [one["byCurrency"] for one in shown["formerMembers"]] == [{"EUR": -9}]
    assert convert(api, bob, group, (bob, alice), "9 EUR", "9 USD").status == 403


@pytest.mark.parametrize("half", [0, 1])
def test_deleting_one_half_deletes_both(
    half: int, api: Api, alice: Person, bob: Person, group: str, db: Db
) -> None:
    before = as_node_counts(db, group)
    made = convert(api, alice, group, (bob, alice), "10 USD", "9.21 EUR").data
    assert as_node_counts(db, group) != before
    assert api("DELETE", f"/v1/expenses/{made['expenses'][half]}", alice).status == 200
    assert as_node_counts(db, group) == before
    assert db["expenses"].count_documents({"kind": "conversion"}) == 0
    assert owed(api, group, alice) == {"USD": 10}


@pytest.mark.parametrize("half", [0, 1])
def test_restoring_the_half_that_was_deleted_restores_both(
    half: int, api: Api, alice: Person, bob: Person, group: str, db: Db
) -> None:
    made = convert(api, alice, group, (bob, alice), "10 USD", "9.21 EUR").data
    before = [one["splitWith"] for one in db["expenses"].find().sort("_id", 1)]
    path = f"/v1/expenses/{made['expenses'][half]}"
    assert api("DELETE", path, alice).status == 200
    assert api("POST", f"{path}/restore", alice).status == 200
    assert [one["splitWith"] for one in db["expenses"].find().sort("_id", 1)] == before
    assert owed(api, group, alice) == {"EUR": 9.21}
    assert api("DELETE", path, alice).status == 200
    assert owed(api, group, alice) == {"USD": 10}


def test_both_sides_may_undo_it(api: Api, alice: Person, bob: Person, group: str) -> None:
    for who, half in ((bob, 0), (alice, 1)):
        made = convert(api, alice, group, (bob, alice), "10 USD", "9.21 EUR").data
        assert api("DELETE", f"/v1/expenses/{made['expenses'][half]}", who).status == 200
        assert owed(api, group, alice) == {"USD": 10}


def test_only_the_version_that_was_seen_is_undone(
    api: Api, alice: Person, bob: Person, group: str, db: Db
) -> None:
    [first, _] = convert(api, alice, group, (bob, alice), "10 USD", "9.21 EUR").data["expenses"]
    path = f"/v1/expenses/{first}"
    seen = {"If-Match": api("GET", path, alice).headers["etag"]}
    db["expenses"].update_one({"_id": ObjectId(first)}, {"$set": {"category": "travel"}})
    assert api("DELETE", path, alice, headers=seen).status == 412
    assert db["expenses"].count_documents({"kind": "conversion"}) == 2
    seen = {"If-Match": api("GET", path, alice).headers["etag"]}
    assert api("DELETE", path, alice, headers=seen).status == 200
    assert db["expenses"].count_documents({"kind": "conversion"}) == 0


def test_what_points_at_another_expense_deletes_only_itself(
    api: Api, alice: Person, bob: Person, group: str, db: Db
) -> None:
    [first, second] = convert(api, alice, group, (bob, alice), "9 USD", "8 EUR").data["expenses"]
    victim = db["expenses"].find_one({"kind": {"$exists": False}}) or {}
    link = {"$set": {"conversion.with": victim["_id"]}}
    db["expenses"].update_one({"_id": ObjectId(first)}, link)
    assert api("DELETE", f"/v1/expenses/{first}", alice).status == 200
    left = {one["_id"] for one in db["expenses"].find()}
    assert left == {victim["_id"], ObjectId(second)}


def test_it_cannot_be_changed(api: Api, alice: Person, bob: Person, group: str, db: Db) -> None:
    made = convert(api, alice, group, (bob, alice), "10 USD", "9.21 EUR").data
    before = list(db["expenses"].find())
    for expense in made["expenses"]:
        answer = api("PUT", f"/v1/expenses/{expense}", alice, {"description": "Mine"})
        assert (answer.status, answer.body["code"]) == (400, "CONVERSION_NOT_TO_CHANGE")
    assert list(db["expenses"].find()) == before


def test_the_new_debt_can_be_settled_and_what_is_given_back_cannot(
    api: Api, alice: Person, bob: Person, group: str
) -> None:
    back, debt = convert(api, alice, group, (bob, alice), "10 USD", "9 EUR").data["expenses"]
    answer = api("PATCH", f"/v1/expenses/{back}/settle", alice)
    assert (answer.status, answer.body["code"]) == (400, "CONVERSION_NOT_TO_SETTLE")
    paid = {"from": alice.id, "to": bob.id, "amount": 10, "currency": "USD", "expenses": [back]}
    assert api("POST", "/v1/settlements", alice, paid).status == 400
    assert owed(api, group, alice) == {"EUR": 9}
    assert api("PATCH", f"/v1/expenses/{debt}/settle", bob).status == 200
    assert owed(api, group, alice) == {}


def test_the_rate_is_shown_while_the_half_is_as_it_was_made(
    api: Api, alice: Person, bob: Person, group: str, db: Db
) -> None:
    """The Node server may change one: then it counts as it is, and is what it was no more."""
    _, debt = convert(api, alice, group, (bob, alice), "10 USD", "9 EUR").data["expenses"]
    path = f"/v1/expenses/{debt}"
    assert api("GET", path, bob).data["rate"] == "0.9"
    db["expenses"].update_one(
        {"_id": ObjectId(debt)}, {"$set": {"amount": 8, "splitWith.0.amount": 8}}
    )
    shown = api("GET", path, bob).data
    assert ("rate" in shown, shown["kind"]) == (False, "conversion")
    assert owed(api, group, alice) == {"EUR": 8}


@pytest.mark.parametrize(
    "odd",
    [5, {}, {"with": 1}, {"from": {}}, {"from": {"currency": "USD", "units": 0}},
     {"from": {"currency": 5, "units": 5}}, {"reverses": "perhaps"}, {"to": {"units": True}}],
)  # fmt: skip
def test_odd_documents_are_ordinary_expenses(
    odd: Any, api: Api, alice: Person, bob: Person, group: str, db: Db
) -> None:
    _, debt = convert(api, alice, group, (bob, alice), "10 USD", "9 EUR").data["expenses"]
    found = db["expenses"].find_one({"_id": ObjectId(debt)}) or {}
    changed = {**found["conversion"], **odd} if odd and isinstance(odd, dict) else odd
    db["expenses"].update_one({"_id": ObjectId(debt)}, {"$set": {"conversion": changed}})
    assert "rate" not in api("GET", f"/v1/expenses/{debt}", bob).data
    assert owed(api, group, alice) == {"EUR": 9}
    assert api("DELETE", f"/v1/expenses/{debt}", alice).status == 200


def test_more_than_is_owed_is_refused(
    api: Api, alice: Person, bob: Person, group: str, db: Db
) -> None:
    answer = convert(api, alice, group, (bob, alice), "10.01 USD", "9 EUR")
    assert (answer.status, answer.body["code"]) == (400, "CONVERSION_MORE_THAN_OWED")
    assert '"from.amount" can be 10.00 USD at most' in answer.body["message"]
    answer = convert(api, alice, group, (bob, alice), "1 EUR", "1 USD")
    assert answer.body["code"] == "CONVERSION_NOTHING_OWED"
    api.expense(bob, 3, {alice: 3}, groupId=group)
    api.expense(bob, 3, {alice: 3})  # outside of the group
    answer = convert(api, alice, group, (bob, alice), "7.01 USD", "9 EUR")
    assert '"from.amount" can be 7.00 USD at most' in answer.body["message"]
    assert convert(api, alice, group, (bob, alice), "7 USD", "9 EUR").status == 201
    assert db["expenses"].count_documents({"kind": "conversion"}) == 2


def test_debts_with_others_do_not_count(api: Api, alice: Person, bob: Person, group: str) -> None:
    dora = api.register("dora")
    api.befriend(alice, dora)
    api("POST", f"/v1/groups/{group}/members", alice, {"memberEmail": dora.email})
    api.expense(dora, 5, {alice: 5}, groupId=group)
    answer = convert(api, alice, group, (bob, dora), "5 USD", "5 EUR")
    assert answer.body["code"] == "CONVERSION_NOTHING_OWED"


@pytest.mark.parametrize(
    ("source", "target", "code", "field"),
    [
        ("1.005 USD", "1 EUR", "AMOUNT_TOO_PRECISE", "from.amount"),
        ("1 USD", "10.5 JPY", "AMOUNT_TOO_PRECISE", "to.amount"),
        ("1 USD", "1.0001 KWD", "AMOUNT_TOO_PRECISE", "to.amount"),
        ("0 USD", "1 EUR", "NUMBER_NOT_POSITIVE", "from.amount"),
        ("1 USD", "-1 EUR", "NUMBER_NOT_POSITIVE", "to.amount"),
        ("1 USD", "0.001 KWD", "AMOUNT_TOO_SMALL", "to.amount"),
        ("1 USD", "10000000000000 EUR", "AMOUNT_TOO_BIG", "to.amount"),
        ("1 USD", "1 USD", "CONVERSION_ONE_CURRENCY", "from"),
        ("1 USD", "1 XXX", "CURRENCY_UNKNOWN", "to.currency"),
        ("1 USD", "one EUR", "FIELD_NOT_A_DECIMAL", "to.amount"),
    ],
)
def test_amounts_that_are_refused(
    source: str,
    target: str,
    code: str,
    field: str,
    api: Api,
    alice: Person,
    bob: Person,
    group: str,
    db: Db,
) -> None:
    answer = convert(api, alice, group, (bob, alice), source, target)
    assert (answer.status, answer.body["code"]) == (400, code)
    assert f'"{field}"' in answer.body["message"]
    assert db["expenses"].count_documents({}) == 1


def test_bodies_that_are_refused(api: Api, alice: Person, bob: Person, group: str) -> None:
    amount = {"currency": "USD", "amount": 1}
    good = {"user": alice.id, "other": bob.id, "from": amount, "to": {**amount, "currency": "EUR"}}
    bodies: list[tuple[dict[str, Any], str]] = [
        ({**good, "other": alice.id}, "CONVERSION_ONE_PERSON"),
        ({**good, "user": "x"}, "FIELD_NOT_AN_ID"),
        ({**good, "from": 5}, "FIELD_NOT_AN_OBJECT"),
        ({**good, "rate": "1"}, "FIELD_NOT_ALLOWED"),
        ({**good, "to": {**amount, "rate": 1}}, "FIELD_NOT_ALLOWED"),
        ({}, "FIELD_REQUIRED"),
    ]
    for body, code in bodies:
        answer = api("POST", f"/v1/groups/{group}/conversions", alice, body)
        assert (answer.status, answer.body["code"]) == (400, code), body


def test_whose_group_it_is(
    api: Api, alice: Person, bob: Person, charlie: Person, group: str
) -> None:
    pair = (bob, alice)
    assert convert(api, charlie, group, pair, "1 USD", "1 EUR").status == 403
    assert convert(api, alice, str(ObjectId()), pair, "1 USD", "1 EUR").status == 404
    api("DELETE", f"/v1/groups/{group}", alice)
    assert convert(api, alice, group, pair, "1 USD", "1 EUR").status == 404


def test_the_debt_is_converted_once_by_two_at_the_same_moment(
    api: Api, alice: Person, bob: Person, group: str, db: Db, parts: Parts
) -> None:
    answers: list[Answer] = []

    def try_it(who: Person, target: str) -> None:
        answers.append(convert(api, who, group, (bob, alice), "10 USD", target))

    queries = parts.get(conversion_service)._queries
    with after_first(queries, "debts_in_group", partial(try_it, bob, "8 EUR")):
        try_it(alice, "9 EUR")
    assert sorted(answer.status for answer in answers) == [201, 400]
    assert db["expenses"].count_documents({"kind": "conversion"}) == 2
    assert owed(api, group, alice) in ({"EUR": 9}, {"EUR": 8})


def test_it_is_an_event(api: Api, alice: Person, bob: Person, group: str) -> None:
    made = convert(api, alice, group, (bob, alice), "10 USD", "9 EUR").data
    event = api("GET", f"/v1/groups/{group}/activity?limit=1", bob).data[0]
    assert (event["kind"], event["subject"]) == ("settlement.converted", made["_id"])
    snapshot = event["snapshot"]
    assert (snapshot["user"]["_id"], snapshot["other"]["_id"]) == (bob.id, alice.id)
    assert snapshot["from"] == {"currency": "USD", "amount": 10}
    assert (snapshot["to"], snapshot["rate"]) == ({"currency": "EUR", "amount": 9}, "0.9")


def test_the_refusals_are_in_the_api_document() -> None:
    assert undocumented(messages) == []


units = st.integers(100, 10**9)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    start=units,
    moves=st.lists(st.tuples(st.sampled_from(CODES), units, st.integers(1, 100)), max_size=5),
    undone=st.integers(0, 4),
)
def test_every_debt_is_exactly_what_was_converted(
    start: int,
    moves: list[tuple[str, int, int]],
    undone: int,
    api: Api,
    alice: Person,
    bob: Person,
    group: str,
    db: Db,
) -> None:
    """Through currencies of 0, 2 and 3 places, in parts, one conversion undone at the end."""
    db["expenses"].delete_many({})
    model = {"USD": start}
    current, made = "USD", []
    amount = str(money.from_minor(Decimal(start), "USD"))
    api.expense(alice, float(amount), {bob: float(amount)}, groupId=group)
    for code, target, percent in moves:
        source = max(model[current] * percent // 100, 10)
        if code == current or source > model[current]:
            continue
        texts = [
            f"{money.from_minor(Decimal(value), one):f} {one}"
            for value, one in ((source, current), (target, code))
        ]
        answer = convert(api, bob, group, (alice, bob), *texts)
        assert answer.status == 201, (texts, answer.body)
        made.append((answer.data["expenses"], current, source, code, target))
        model[current] -= source
        model[code] = model.get(code, 0) + target
        current = code
    if made:
        [one, _], source_code, source, code, target = made[undone % len(made)]
        assert api("DELETE", f"/v1/expenses/{one}", bob).status == 200
        model[source_code] += source
        model[code] -= target
    shown = owed(api, group, alice)
    found = {code: ledger.units(amount, code) for code, amount in shown.items()}
    assert found == {code: value for code, value in model.items() if value}
    nets = as_node_counts(db, group).get(alice.id, {})
    assert {code: money.to_minor(value, code) for code, value in nets.items()} == found


def test_a_later_rate_changes_nothing(api: Api, alice: Person, bob: Person, group: str) -> None:
    convert(api, alice, group, (bob, alice), "10 USD", "9 EUR")
    before = owed(api, group, alice)
    rates = {"base": "EUR", "rates": {"USD": "7"}}
    assert api("PUT", f"/v1/groups/{group}/rates", alice, rates).status == 200
    assert owed(api, group, alice) == before
