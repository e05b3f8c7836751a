"""`asOf`: balances by the dates of expenses and of settlements."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bson import ObjectId
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymongo.database import Database

from tests.api import Api, Person
from tests.rates.test_routes import put

Db = Database[dict[str, Any]]
DAY = datetime(2026, 1, 10, tzinfo=UTC)


@pytest.fixture
def group(api: Api, alice: Person, bob: Person) -> str:
    return api.group(alice, bob)


def balances(api: Api, alice: Person, bob: Person, group: str, query: str) -> set[float]:
    """What bob owes alice by the three routes, which have to agree."""
    friend = api("GET", f"/v1/users/friends/{bob.id}/balance{query}", alice).data["balance"]
    listed = api("GET", f"/v1/users/balances{query}", alice).data
    shared = api("GET", f"/v1/expenses/group/{group}/balance{query}", alice).data
    assert [one["balance"] for one in listed] == ([friend] if friend else [])
    assert shared["balances"] == {alice.id: friend, bob.id: -friend}
    assert shared["byCurrency"][alice.id] == ({"USD": friend} if friend else {})
    return {friend}


def test_an_expense_counts_from_its_date_on(
    api: Api, alice: Person, bob: Person, group: str
) -> None:
    api.expense(alice, 5, {bob: 5}, groupId=group, date="2026-01-10T12:00:00.000Z")
    expected = {
        "?asOf=2026-01-09": 0,
        "?asOf=2026-01-10": 5,
        "?asOf=2026-01-10T11:59:59.999Z": 0,
        "?asOf=2026-01-10T12:00:00Z": 5,
        "?asOf=2026-01-10T12:00Z": 5,
        "?asOf=2026-01-10T13:59:59%2B02:00": 0,
        "?asOf=2026-01-10T14:00:00%2B02:00": 5,
        "?asOf=9999-12-31": 5,
        "?asOf=0001-01-01": 0,
        "": 5,
    }
    for query, owed in expected.items():
        assert balances(api, alice, bob, group, query) == {owed}, query


def test_the_end_of_a_day_is_its_last_millisecond(
    api: Api, alice: Person, bob: Person, group: str
) -> None:
    api.expense(alice, 5, {bob: 5}, groupId=group, date="2026-01-10T23:59:59.999Z")
    api.expense(alice, 7, {bob: 7}, groupId=group, date="2026-01-11T00:00:00.000Z")
    assert balances(api, alice, bob, group, "?asOf=2026-01-10") == {5}
    assert balances(api, alice, bob, group, "?asOf=2026-01-11") == {12}


def test_what_is_settled_was_owed_until_then(
    api: Api, alice: Person, bob: Person, group: str, db: Db
) -> None:
    made = api.expense(alice, 9, {alice: 4, bob: 5}, groupId=group, date="2026-01-10")["_id"]
    assert api("PATCH", f"/v1/expenses/{made}/settle", bob).status == 200
    settled = datetime(2026, 1, 20, 12, tzinfo=UTC)
    db["expenses"].update_one(
        {}, {"$set": {"splitWith.$[one].settledAt": settled, "settledAt": settled}},
        array_filters=[{"one.user": ObjectId(bob.id)}],
    )  # fmt: skip
    expected = {"2026-01-09": 0, "2026-01-19": 5, "2026-01-20": 0, "2026-01-20T11:59:59Z": 5}
    for moment, owed in expected.items():
        assert balances(api, alice, bob, group, f"?asOf={moment}") == {owed}, moment
    assert balances(api, alice, bob, group, "") == {0}


@pytest.mark.parametrize("settling", ["a payment", "shares"])
def test_a_settlement_counts_from_its_date_on(
    settling: str, api: Api, alice: Person, bob: Person, group: str
) -> None:
    made = api.expense(alice, 5, {bob: 5}, groupId=group, date="2026-01-10")["_id"]
    paid = {"to": alice.id, "amount": 5, "currency": "USD", "date": "2026-01-20"}
    what = {"group": group} if settling == "a payment" else {"expenses": [made]}
    settlement = api("POST", "/v1/settlements", bob, {**paid, **what}).data["_id"]
    assert balances(api, alice, bob, group, "?asOf=2026-01-19") == {5}
    assert balances(api, alice, bob, group, "?asOf=2026-01-20") == {0}
    assert balances(api, alice, bob, group, "") == {0}
    assert api("POST", f"/v1/settlements/{settlement}/void", alice, {}).status == 200
    assert balances(api, alice, bob, group, "?asOf=2026-01-20") == {5}
    assert balances(api, alice, bob, group, "") == {5}


@pytest.mark.parametrize(
    ("share", "expense", "owed_before"),
    [
        ({"settled": True}, {}, 0),  # nobody knows since when: all along
        ({"settled": True}, {"isSettled": True, "settledAt": DAY + timedelta(days=5)}, 5),
        ({"settled": True, "settledAt": None}, {"settledAt": DAY + timedelta(days=5)}, 5),
        ({"settled": "true", "settledAt": "2026-01-15"}, {"isSettled": "true"}, 5),
        ({"settled": 1, "settledAt": DAY + timedelta(days=5)}, {"isSettled": 1}, 5),
        ({"settled": True, "settledAt": DAY}, {"settledAt": DAY + timedelta(days=5)}, 0),
        ({"settled": False, "settledAt": DAY}, {}, 5),
        ({"settled": True, "settledAt": "some day"}, {}, 0),
    ],
)
def test_marks_of_any_kind(
    share: dict[str, Any],
    expense: dict[str, Any],
    owed_before: int,
    api: Api,
    alice: Person,
    bob: Person,
    group: str,
    db: Db,
) -> None:
    api.expense(alice, 5, {bob: 5}, groupId=group, date=DAY.isoformat())
    [stored] = db["expenses"].find()
    shares = [{**stored["splitWith"][0], **share}]
    db["expenses"].update_one({}, {"$set": {"splitWith": shares, **expense}})
    assert balances(api, alice, bob, group, "?asOf=2026-01-12") == {owed_before}
    after = 0 if share["settled"] else 5
    assert balances(api, alice, bob, group, "?asOf=2026-01-15") == {after}


@pytest.mark.parametrize("date", [None, "absent", "2026-01-20T00:00:00.000Z", "some day", 5, {}])
def test_odd_dates(date: Any, api: Api, alice: Person, bob: Person, group: str, db: Db) -> None:
    """Without a date that can be read an expense counts from when it was recorded."""
    api.expense(alice, 5, {bob: 5}, groupId=group)
    made = {"createdAt": datetime(2026, 1, 20, tzinfo=UTC)}
    change = {"$set": made if date == "absent" else {**made, "date": date}}
    drop = {"$unset": {"date": 1}} if date == "absent" else {}
    db["expenses"].update_one({}, {**change, **drop})
    assert balances(api, alice, bob, group, "?asOf=2026-01-19") == {0}
    assert balances(api, alice, bob, group, "?asOf=2026-01-20") == {5}


def test_who_has_left_is_named_if_they_were_not_even_then(
    api: Api, alice: Person, bob: Person, group: str
) -> None:
    api.expense(alice, 5, {bob: 5}, groupId=group, date="2026-01-10")
    api.expense(bob, 5, {alice: 5}, groupId=group, date="2026-01-20")
    api("DELETE", f"/v1/groups/{group}/members/{bob.id}", alice)
    path = f"/v1/expenses/group/{group}/balance"
    assert "formerMembers" not in api("GET", path, alice).data
    then = api("GET", f"{path}?asOf=2026-01-15", alice).data
    assert [one["byCurrency"] for one in then["formerMembers"]] == [{"USD": -5}]
    assert (then["balances"], then["totalExpenses"]) == ({alice.id: 5}, 1)


def test_amounts_are_shown_by_the_rates_of_that_day(
    api: Api, alice: Person, bob: Person, group: str
) -> None:
    """A later rate moves no old figure."""
    api.expense(alice, 10, {bob: 10}, groupId=group, date="2026-01-10")
    put(api, alice, group, date="2026-01-10", rates={"USD": "2"})
    path = f"/v1/expenses/group/{group}/balance?displayCurrency=EUR"
    then = api("GET", f"{path}&asOf=2026-01-12", alice).data["inDisplayCurrency"]
    put(api, alice, group, date="2026-01-15", rates={"USD": "4"})
    assert api("GET", f"{path}&asOf=2026-01-12", alice).data["inDisplayCurrency"] == then
    now = api("GET", path, alice).data["inDisplayCurrency"]
    assert (then[alice.id]["amount"], now[alice.id]["amount"]) == (5, 2.5)


@pytest.mark.parametrize(
    "moment",
    ["", "x", "2026", "2026-01", "2026-02-30", "20260101", "2026-01-01T", "1767225600000", "%00",
     "2026-01-01T00:00:00 02:00", "2026-13-01T00:00:00Z"],
)  # fmt: skip
def test_what_is_no_moment_is_refused(
    moment: str, api: Api, alice: Person, bob: Person, group: str
) -> None:
    for path in (
        f"/v1/users/friends/{bob.id}/balance",
        "/v1/users/balances",
        f"/v1/expenses/group/{group}/balance",
    ):
        answer = api("GET", f"{path}?asOf={moment}", alice)
        assert (answer.status, answer.body["code"]) == (400, "FIELD_NOT_A_TIME"), path


days = st.integers(0, 6)
debts = st.tuples(st.integers(1, 999), st.booleans(), days, st.one_of(st.none(), days))


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(history=st.lists(debts, max_size=8), asked=days)
def test_any_history_is_what_was_open_that_day(
    history: list[tuple[int, bool, int, int | None]],
    asked: int,
    api: Api,
    alice: Person,
    bob: Person,
    group: str,
    db: Db,
) -> None:
    """Expenses of thirds as the Node server writes them, paid by either, settled some day."""
    db["expenses"].delete_many({})
    people = [ObjectId(alice.id), ObjectId(bob.id)]
    owed = 0
    for cents, mine, day, settled in history:
        payer, debtor = people if mine else people[::-1]
        when = DAY + timedelta(days=day)
        share = {"_id": ObjectId(), "user": debtor, "amount": cents / 100, "settled": False}
        closed = None if settled is None else DAY + timedelta(days=settled)
        if closed is not None:
            share |= {"settled": True, "settledAt": closed}
        db["expenses"].insert_one({
            "_id": ObjectId(), "description": "D", "amount": cents / 100, "currency": "USD",
            "createdBy": payer, "paidBy": payer, "splitWith": [share], "category": "other",
            "date": when, "group": ObjectId(group), "isSettled": closed is not None,
            "createdAt": when, "updatedAt": when, "__v": 0,
        })  # fmt: skip
        if day <= asked and (settled is None or settled > asked):
            owed += cents if mine else -cents
    moment = (DAY + timedelta(days=asked)).date().isoformat()
    assert balances(api, alice, bob, group, f"?asOf={moment}") == {owed / 100}
