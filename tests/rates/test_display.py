"""`displayCurrency`: what amounts are in another currency, beside what they are."""

from decimal import Decimal
from typing import Any

import pytest
from bson import ObjectId
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymongo.database import Database

from coinbreakr import money
from tests.api import Api, Person
from tests.rates.test_routes import TODAY, put

Db = Database[dict[str, Any]]
CODES = ["EUR", "USD", "JPY", "KWD"]


@pytest.fixture
def group(api: Api, alice: Person, bob: Person) -> str:
    """Bob owes alice 10 dollars, 1000 yen and 1 euro."""
    made = api.group(alice, bob)
    for amount, currency in ((10, "USD"), (1000, "JPY"), (1, "EUR")):
        api.expense(alice, amount, {bob: amount}, groupId=made, currency=currency)
    return made


def publish(db: Db, **rates: str) -> None:
    published = {"base": "EUR", "rates": rates, "source": "ECB", "date": _midnight()}
    db["rates"].replace_one({"group": None}, {"group": None, **published}, upsert=True)


def _midnight() -> Any:
    return ObjectId().generation_time.replace(hour=0, minute=0, second=0)


def balance(api: Api, who: Person, group: str, query: str) -> Any:
    return api("GET", f"/v1/expenses/group/{group}/balance?{query}", who).data


def test_in_a_group_by_its_own_rates(api: Api, alice: Person, bob: Person, group: str) -> None:
    put(api, alice, group, rates={"USD": "1.25", "JPY": "160"})
    plain = balance(api, alice, group, "")
    shown = balance(api, alice, group, "displayCurrency=EUR")
    found = shown.pop("inDisplayCurrency")
    assert shown == plain
    assert found[alice.id] == {
        "currency": "EUR",
        "amount": 15.25,
        "missing": [],
        "rates": {"JPY": "0.00625", "USD": "0.8"},
        "date": TODAY.isoformat(),
        "source": "members",
    }
    assert found[bob.id] == {**found[alice.id], "amount": -15.25}
    yen = balance(api, alice, group, "displayCurrency=JPY")["inDisplayCurrency"][bob.id]
    assert (yen["amount"], yen["rates"]) == (-2440, {"EUR": "160", "USD": "128"})


def test_former_members_are_shown_alike(api: Api, alice: Person, bob: Person, group: str) -> None:
    put(api, alice, group)
    api("DELETE", f"/v1/groups/{group}/members/{bob.id}", alice)
    shown = balance(api, alice, group, "displayCurrency=USD")
    [former] = shown["formerMembers"]
    owed = shown["inDisplayCurrency"][alice.id]
    assert shown["inDisplayCurrency"].keys() == {alice.id}
    assert former["inDisplayCurrency"] == {**owed, "amount": -owed["amount"]}


def test_a_missing_rate_is_named_and_nothing_is_guessed(
    api: Api, alice: Person, bob: Person, group: str
) -> None:
    put(api, alice, group, rates={"USD": "1.25"})
    shown = balance(api, alice, group, "displayCurrency=USD")
    found = shown["inDisplayCurrency"][alice.id]
    assert (found["amount"], found["missing"], found["rates"]) == (None, ["JPY"], {"EUR": "1.25"})
    assert shown["byCurrency"][alice.id] == {"EUR": 1, "JPY": 1000, "USD": 10}
    found = balance(api, alice, group, "displayCurrency=GBP")["inDisplayCurrency"][bob.id]
    assert (found["amount"], found["missing"]) == (None, ["GBP", "JPY"])


def test_without_any_rates_all_are_missing(api: Api, alice: Person, group: str) -> None:
    found = balance(api, alice, group, "displayCurrency=EUR")["inDisplayCurrency"][alice.id]
    assert found == {
        "currency": "EUR",
        "amount": None,
        "missing": ["JPY", "USD"],
        "rates": {},
        "date": None,
        "source": None,
    }


def test_what_needs_no_rate_is_shown_without(api: Api, alice: Person, bob: Person) -> None:
    api.expense(alice, 10, {bob: 10}, currency="CHF")
    path = f"/v1/users/friends/{bob.id}/balance?displayCurrency=CHF"
    found = api("GET", path, alice).data["inDisplayCurrency"]
    assert (found["amount"], found["missing"], found["rates"]) == (10, [], {})
    even = api("GET", f"/v1/groups/{api.group(alice)}/settlement-plan?displayCurrency=CHF", alice)
    assert even.data["currencies"] == []


def test_old_codes_that_are_none_are_missing(api: Api, alice: Person, bob: Person, db: Db) -> None:
    publish(db, USD="2")
    api.expense(alice, 10, {bob: 10}, currency="ZZZ")
    [found] = api("GET", "/v1/users/balances?displayCurrency=USD", alice).data
    assert found["inDisplayCurrency"]["missing"] == ["ZZZ"]
    assert found["byCurrency"] == {"ZZZ": 10}


def test_between_friends_by_published_rates(
    api: Api, alice: Person, bob: Person, group: str, db: Db
) -> None:
    """The rates of one group say nothing of debts in and outside of groups."""
    put(api, alice, group, rates={"USD": "5", "JPY": "5"})
    publish(db, USD="1.25", JPY="160")
    paths = (f"/v1/users/friends/{bob.id}/balance", "/v1/users/balances")
    for path in paths:
        shown = api("GET", f"{path}?displayCurrency=EUR", alice).data
        [friend] = shown if isinstance(shown, list) else [shown]
        found = friend.pop("inDisplayCurrency")
        assert (found["amount"], found["source"]) == (15.25, "ECB")
        plain = api("GET", path, alice).data
        assert friend == (plain[0] if isinstance(plain, list) else plain)


def test_plans_show_transfers_and_people(
    api: Api, alice: Person, bob: Person, group: str, db: Db
) -> None:
    put(api, alice, group, rates={"USD": "1.25", "JPY": "160"})
    publish(db, USD="1.25", JPY="160")
    for path in (f"/v1/groups/{group}/settlement-plan", "/v1/users/settlement-plan"):
        plain = api("GET", path, alice).data
        shown = api("GET", f"{path}?displayCurrency=EUR", alice).data
        amounts = {}
        for plan in shown["currencies"]:
            [transfer] = plan["transfers"]
            amounts[plan["currency"]] = transfer.pop("inDisplayCurrency")["amount"]
            people = {
                one["user"]["_id"]: one.pop("inDisplayCurrency")["amount"] for one in plan["people"]
            }
            assert people == {
                alice.id: amounts[plan["currency"]],
                bob.id: -amounts[plan["currency"]],
            }
        assert amounts == {"EUR": 1, "JPY": 6.25, "USD": 8}
        assert shown == plain


@pytest.mark.parametrize("code", ["XXX", "", "EURO", "E", "%00", "[]"])
def test_a_currency_that_is_none_is_refused(
    code: str, api: Api, alice: Person, bob: Person, group: str
) -> None:
    for path in (
        f"/v1/users/friends/{bob.id}/balance",
        "/v1/users/balances",
        f"/v1/expenses/group/{group}/balance",
        f"/v1/groups/{group}/settlement-plan",
        "/v1/users/settlement-plan",
    ):
        answer = api("GET", f"{path}?displayCurrency={code}", alice)
        assert (answer.status, answer.body["code"]) == (400, "CURRENCY_UNKNOWN"), path


def test_rates_never_change_a_balance(api: Api, alice: Person, group: str, db: Db) -> None:
    before = balance(api, alice, group, ""), list(db["expenses"].find())
    put(api, alice, group, rates={"USD": "0.00001", "JPY": "99999"})
    balance(api, alice, group, "displayCurrency=USD")
    assert (balance(api, alice, group, ""), list(db["expenses"].find())) == before


rates = st.decimals("0.0001", "9999", places=4).map(str)
amounts = st.dictionaries(st.sampled_from(CODES), st.integers(-(10**6), 10**6), max_size=4)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(owed=amounts, known=st.fixed_dictionaries(dict.fromkeys(CODES[1:], rates)), data=st.data())
def test_what_is_shown_follows_from_the_rates_that_are_shown(
    owed: dict[str, int],
    known: dict[str, str],
    data: st.DataObject,
    api: Api,
    alice: Person,
    bob: Person,
    db: Db,
) -> None:
    """Recomputed from the answer: each amount by its rate, added up exactly, rounded once."""
    db["expenses"].delete_many({})
    publish(db, **known)
    target = data.draw(st.sampled_from(CODES))
    for code, units in owed.items():
        amount = str(money.from_minor(Decimal(abs(units) * 10), code))
        if units:
            payer, debtor = (alice, bob) if units > 0 else (bob, alice)
            split = [{"user": debtor.id, "amount": amount}]
            body = {"description": "D", "amount": amount, "currency": code, "splitWith": split}
            assert api("POST", "/v1/expenses", payer, body).status == 201
    path = f"friends/{{}}/balance?displayCurrency={target}"
    mine = api("GET", f"/v1/users/{path.format(bob.id)}", alice).data
    theirs = api("GET", f"/v1/users/{path.format(alice.id)}", bob).data
    shown = mine["inDisplayCurrency"]
    worth = sum(
        (
            Decimal(repr(amount)) * Decimal(shown["rates"].get(code, 1))
            for code, amount in mine["byCurrency"].items()
        ),
        Decimal(0),
    )
    assert shown["missing"] == []
    assert shown["rates"].keys() == mine["byCurrency"].keys() - {target}
    assert Decimal(repr(shown["amount"])) == money.rounded(worth, money.places(target))
    assert theirs["inDisplayCurrency"]["amount"] == -shown["amount"]
