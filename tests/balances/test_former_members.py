"""Who leaves a group with open debts is told so, and is named until they are even."""

from decimal import Decimal
from typing import Any

import pytest
from bson import ObjectId
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymongo.database import Database

from coinbreakr import money
from tests.api import Answer, Api, Person
from tests.balances import ledger

Db = Database[dict[str, Any]]
IMAGE = "https://via.placeholder.com/150"


@pytest.fixture
def dora(api: Api, alice: Person) -> Person:
    person = api.register("dora")
    api.befriend(alice, person)
    return person


@pytest.fixture
def group(api: Api, alice: Person, bob: Person, dora: Person) -> str:
    """Bob owes alice 5.01 dollars and dora 1 yen; dora owes alice 0.334 dinars."""
    made = api.group(alice, bob, dora)
    api.expense(alice, 10.01, {alice: 5, bob: 5.01}, groupId=made)
    api.expense(dora, 1, {bob: 1}, groupId=made, currency="JPY")
    api.expense(alice, 1.001, {alice: 0.667, dora: 0.334}, groupId=made, currency="KWD")
    return made


def balances(api: Api, who: Person, group: str) -> dict[str, Any]:
    shown: dict[str, Any] = api("GET", f"/v1/expenses/group/{group}/balance", who).data
    return shown


def remove(api: Api, who: Person, group: str, member: Person) -> Answer:
    return api("DELETE", f"/v1/groups/{group}/members/{member.id}", who)


def shown_sums(shown: dict[str, Any]) -> dict[str, int]:
    """What all that are shown are owed together, in minor units, by currency."""
    amounts = [*shown["byCurrency"].values()]
    amounts += [former["byCurrency"] for former in shown.get("formerMembers", [])]
    sums: dict[str, int] = {}
    for each in amounts:
        for code, amount in each.items():
            sums[code] = sums.get(code, 0) + ledger.units(amount, code)
    return sums


def test_nobody_is_named_while_nobody_has_left(api: Api, alice: Person, group: str) -> None:
    shown = balances(api, alice, group)
    assert "formerMembers" not in shown
    assert shown_sums(shown) == {"JPY": 0, "KWD": 0, "USD": 0}


def test_what_is_open_is_told_at_the_removal(
    api: Api, alice: Person, bob: Person, group: str
) -> None:
    answer = remove(api, alice, group, bob)
    assert answer.status == 200
    assert answer.body["message"] == "Member removed successfully"
    assert answer.data == api("GET", f"/v1/groups/{group}", alice).data
    assert answer.body["openBalances"] == {"JPY": -1, "USD": -5.01}


def test_what_is_open_is_told_to_who_leaves(api: Api, dora: Person, group: str) -> None:
    answer = api("DELETE", f"/v1/groups/{group}/leave", dora)
    assert answer.body == {
        "success": True,
        "message": "You have left the group successfully",
        "openBalances": {"JPY": 1, "KWD": -0.334},
    }


def test_nothing_is_told_of_who_is_even(api: Api, alice: Person, bob: Person, dora: Person) -> None:
    made = api.group(alice, bob, dora)
    api.expense(alice, 10, {bob: 10}, groupId=made)
    api.expense(bob, 10, {dora: 10}, groupId=made)
    api.expense(alice, 20, {dora: 20})  # in no group
    assert remove(api, alice, made, bob).body.keys() == {"success", "message", "data"}
    left = api("DELETE", f"/v1/groups/{made}/leave", alice).body
    assert left["openBalances"] == {"USD": 10}
    assert "formerMembers" not in balances(api, dora, api.group(dora))
    shown = balances(api, dora, made)
    assert [former["user"]["_id"] for former in shown["formerMembers"]] == [alice.id]


def test_who_has_left_is_named_until_they_are_even(
    api: Api, alice: Person, bob: Person, dora: Person, group: str
) -> None:
    before = balances(api, alice, group)
    remove(api, alice, group, bob)
    shown = balances(api, alice, group)
    assert shown["balances"].keys() == shown["byCurrency"].keys() == {alice.id, dora.id}
    assert {**shown["balances"], bob.id: -6.01} == before["balances"]
    assert shown["formerMembers"] == [
        {
            "user": {"_id": bob.id, "name": bob.name, "profileImage": IMAGE},
            "balance": -6.01,
            "byCurrency": {"JPY": -1, "USD": -5.01},
        }
    ]
    assert shown_sums(shown) == {"JPY": 0, "KWD": 0, "USD": 0}
    for expense in api("GET", "/v1/expenses", bob).data:
        assert api("PATCH", f"/v1/expenses/{expense['_id']}/settle", bob).status == 200
    even = balances(api, alice, group)
    assert "formerMembers" not in even
    assert shown_sums(even) == {"KWD": 0}


def test_currencies_that_make_up_for_one_another_are_not_even(
    api: Api, alice: Person, bob: Person
) -> None:
    made = api.group(alice, bob)
    api.expense(alice, 10, {bob: 10}, groupId=made)
    api.expense(bob, 10, {alice: 10}, groupId=made, currency="EUR")
    remove(api, alice, made, bob)
    [former] = balances(api, alice, made)["formerMembers"]
    assert (former["balance"], former["byCurrency"]) == (0, {"EUR": 10, "USD": -10})


def test_who_comes_back_is_a_member_again(api: Api, alice: Person, bob: Person, group: str) -> None:
    before = balances(api, alice, group)
    remove(api, alice, group, bob)
    api("POST", f"/v1/groups/{group}/members", alice, {"memberEmail": bob.email})
    again = balances(api, alice, group)
    assert "formerMembers" not in again
    assert again["byCurrency"] == before["byCurrency"]


def test_several_are_in_the_order_of_their_ids(
    api: Api, alice: Person, bob: Person, dora: Person, group: str
) -> None:
    remove(api, alice, group, dora)
    remove(api, alice, group, bob)
    shown = balances(api, alice, group)
    named = [former["user"]["_id"] for former in shown["formerMembers"]]
    assert named == sorted([bob.id, dora.id])
    assert shown_sums(shown) == {"JPY": 0, "KWD": 0, "USD": 0}


def test_an_account_that_is_not_there_any_more_has_no_name(
    api: Api, alice: Person, bob: Person, group: str, db: Db
) -> None:
    remove(api, alice, group, bob)
    db["users"].delete_one({"_id": ObjectId(bob.id)})
    [former] = balances(api, alice, group)["formerMembers"]
    assert former["user"] == {"_id": bob.id, "name": "", "profileImage": IMAGE}


people = st.integers(0, 3)
amounts = st.tuples(people, st.sets(people, min_size=1), st.integers(10, 10**6))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    paid=st.lists(st.tuples(amounts, st.sampled_from(sorted(ledger.PLACES))), max_size=8),
    gone=st.lists(people, unique=True, max_size=3),
)
def test_what_is_shown_is_nothing_together(
    paid: list[tuple[tuple[int, set[int], int], str]],
    gone: list[int],
    api: Api,
    alice: Person,
    bob: Person,
    dora: Person,
) -> None:
    """Of equal splits with odd cents, in currencies of 0, 2 and 3 places, whoever leaves."""
    four = [alice, bob, dora, api.register("emil")]
    made = api.group(*four)
    for (payer, among, cents), currency in paid:
        split = {"method": "equal", "among": [four[one].id for one in sorted(among)]}
        amount = str(money.from_minor(Decimal(cents), currency))
        body = {"description": "D", "amount": amount, "currency": currency, "split": split}
        more = {"paidBy": four[payer].id, "groupId": made}
        assert api("POST", "/v1/expenses", alice, {**body, **more}).status == 201
    before = balances(api, alice, made)["byCurrency"]
    for one in sorted(gone, reverse=True):  # alice, who asks, last
        if one:
            left = remove(api, alice, made, four[one]).body.get("openBalances", {})
            assert left == before[four[one].id]
    shown = balances(api, alice, made)
    assert set(shown_sums(shown).values()) <= {0}
    found = {
        former["user"]["_id"]: former["byCurrency"] for former in shown.get("formerMembers", [])
    }
    expected = {four[one].id: before[four[one].id] for one in gone if one}
    assert found == {user: owed for user, owed in expected.items() if owed}


def test_what_the_node_server_writes_for_who_has_left_counts(
    api: Api, alice: Person, bob: Person, db: Db
) -> None:
    """Thirds without minor units; the sums of what is shown stay 0."""
    carol = api.register("carol")
    api.befriend(alice, carol)
    made = api.group(alice, bob, carol)
    stored = api.expense(alice, 10, {alice: 10}, groupId=made)["_id"]
    thirds = [
        {"_id": ObjectId(), "user": ObjectId(one.id), "amount": 10 / 3, "settled": False}
        for one in (alice, bob, carol)
    ]
    db["expenses"].update_one({"_id": ObjectId(stored)}, {"$set": {"splitWith": thirds}})
    for gone in (bob, carol):
        left = remove(api, alice, made, gone).body["openBalances"]
        assert left["USD"] in (-3.33, -3.34)
        assert shown_sums(balances(api, alice, made)) == {"USD": 0}
