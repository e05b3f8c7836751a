"""In any sequence of what people do, the books balance to the last minor unit."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pymongo.database import Database

from tests.api import Api, Person
from tests.balances import ledger

CURRENCIES = sorted(ledger.PLACES)
cents = st.integers(min_value=1, max_value=300_000)
who = st.integers(min_value=0, max_value=3)
someone = st.lists(who, min_size=1, max_size=4, unique=True)
create = st.tuples(
    st.just("create"), who, who, someone, cents, st.sampled_from(CURRENCIES), st.booleans()
)
update = st.tuples(st.just("update"), st.integers(0, 9), someone, cents)
settle = st.tuples(st.just("settle"), st.integers(0, 9), who)
delete = st.tuples(st.just("delete"), st.integers(0, 9))
history = st.lists(st.one_of(create, create, update, settle, delete), min_size=1, max_size=14)


class Household:
    """Four friends with a group, to whom a history happens."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.people = [api.register(name) for name in ("ann", "ben", "cat", "dan")]
        for index, person in enumerate(self.people):
            if self.people[index + 1 :]:
                api.befriend(person, *self.people[index + 1 :])
        self.group = api.group(*self.people)
        self.expenses: list[str] = []

    def live(self, history: list[tuple[Any, ...]]) -> None:
        for kind, *details in history:
            getattr(self, kind)(*details)

    def create(
        self, by: int, payer: int, parts: list[int], total: int, currency: str, shared: bool
    ) -> None:
        amount = total / 100
        split = [{"user": self.people[one].id, "amount": amount / len(parts)} for one in parts]
        body = {
            "description": "E",
            "amount": amount,
            "splitWith": split,
            "currency": currency,
            "paidBy": self.people[payer].id,
            **({"groupId": self.group} if shared else {}),
        }
        answer = self.api("POST", "/v1/expenses", self.people[by], body)
        if answer.status == 201:
            self.expenses.append(answer.data["_id"])
        else:  # a part below what a double can hold of a cent's share
            assert answer.status == 400

    def update(self, which: int, parts: list[int], total: int) -> None:
        split = [{"user": self.people[one].id, "amount": total / 100 / len(parts)} for one in parts]
        body = {"amount": total / 100, "splitWith": split}
        self._by_anybody("PUT", which, "", body)

    def settle(self, which: int, by: int) -> None:
        if self.expenses:
            expense = self.expenses[which % len(self.expenses)]
            self.api("PATCH", f"/v1/expenses/{expense}/settle", self.people[by])

    def delete(self, which: int) -> None:
        self._by_anybody("DELETE", which, "", None)

    def _by_anybody(self, method: str, which: int, below: str, body: Any) -> None:
        if self.expenses:
            expense = self.expenses[which % len(self.expenses)]
            for person in self.people:
                if self.api(method, f"/v1/expenses/{expense}{below}", person, body).status == 200:
                    return

    def visible(self, path: str) -> list[dict[str, Any]]:
        """All expenses that anybody sees, once each."""
        found = {}
        for person in self.people:
            for expense in self.api("GET", f"{path}?limit=100", person).data:
                found[expense["_id"]] = expense
        return list(found.values())


@pytest.fixture
def fresh(api: Api, db: Database[dict[str, Any]]) -> Any:
    def make() -> Household:
        for name in ("users", "groups", "expenses"):
            db[name].delete_many({})
        return Household(api)

    return make


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
)
@given(history=history)
def test_the_books_balance(history: list[tuple[Any, ...]], fresh: Any) -> None:
    home = fresh()
    home.live(history)
    _check_group(home)
    _check_friends(home)


def _check_group(home: Household) -> None:
    path = f"/v1/expenses/group/{home.group}"
    shared = home.visible(path)
    expected = ledger.by_person(ledger.debts(shared))
    data = home.api("GET", f"{path}/balance", home.people[0]).data
    assert data["totalExpenses"] == len(shared)
    sums = dict.fromkeys(CURRENCIES, 0)
    for person in home.people:
        want = expected[person.id]
        assert data["balances"][person.id] == want.balance
        shown = data["byCurrency"][person.id]
        found = {currency: ledger.units(amount, currency) for currency, amount in shown.items()}
        assert found == {currency: amount for currency, amount in want.units.items() if amount}
        for currency, amount in found.items():
            sums[currency] += amount
    assert sums == dict.fromkeys(CURRENCIES, 0)


def _check_friends(home: Household) -> None:
    debts = ledger.debts(home.visible("/v1/expenses"))
    for one in home.people:
        listed = {
            entry["friend"]["_id"]: entry
            for entry in home.api("GET", "/v1/users/balances", one).data
        }
        for other in home.people:
            if one is not other:
                _check_pair(home, debts, one, other, listed.get(other.id))


def _check_pair(
    home: Household, debts: list[ledger.Debt], one: Person, other: Person, listed: Any
) -> None:
    here = home.api("GET", f"/v1/users/friends/{other.id}/balance", one).data
    there = home.api("GET", f"/v1/users/friends/{one.id}/balance", other).data
    want = ledger.between(debts, one.id, other.id)
    assert here["balance"] == want.balance
    assert here["balance"] == -there["balance"]
    units = {
        currency: ledger.units(amount, currency) for currency, amount in here["byCurrency"].items()
    }
    assert units == {currency: amount for currency, amount in want.units.items() if amount}
    assert here["byCurrency"] == {key: -value for key, value in there["byCurrency"].items()}
    assert listed == (here if want.is_open else None)


@pytest.mark.parametrize("amount", [100, 10, 0.1, 19.99, 1000.01])
@pytest.mark.parametrize("count", [3, 6, 7])
def test_equal_shares_lose_nothing(amount: float, count: int, api: Api) -> None:
    payer, *others = people = [api.register("p") for _ in range(count + 1)]
    api.befriend(payer, *others)
    group = api.group(*people)
    parts = dict.fromkeys(others, amount / count)
    api.expense(payer, amount, parts, groupId=group)
    by_currency = api("GET", f"/v1/expenses/group/{group}/balance", payer).data["byCurrency"]
    assert by_currency[payer.id] == {"USD": amount}
    assert sum(round(by_currency[one.id].get("USD", 0) * 100) for one in others) == -round(
        amount * 100
    )


def test_the_thirds_of_the_app(api: Api, alice: Person, bob: Person) -> None:
    group = api.group(alice, bob, api.register("dora"))
    dora = api("GET", f"/v1/groups/{group}", alice).data["members"][2]["user"]["_id"]
    parts = [{"user": user, "amount": 33.333333} for user in (alice.id, bob.id, dora)]
    body = {"description": "D", "amount": 100, "splitWith": parts, "groupId": group}
    expense = api("POST", "/v1/expenses", alice, body).data["_id"]
    data = api("GET", f"/v1/expenses/group/{group}/balance", bob).data
    assert data["balances"] == {alice.id: 66.67, bob.id: -33.33, dora: -33.33}
    thirds = [(user, Decimal("33.333333")) for user in (alice.id, bob.id, dora)]
    own, of_bob, of_dora = ledger.minor_units(thirds, "USD", expense)
    assert own + of_bob + of_dora == 10_000
    assert data["byCurrency"] == {
        alice.id: {"USD": (10_000 - own) / 100},
        bob.id: {"USD": -of_bob / 100},
        dora: {"USD": -of_dora / 100},
    }


def test_currencies_are_not_added_up_but_in_the_old_number(
    api: Api, alice: Person, bob: Person
) -> None:
    api.expense(alice, 10.5, {bob: 10.5})
    api.expense(alice, 1000, {bob: 1000}, currency="jpy")
    api.expense(bob, 1.2345, {alice: 1.2345}, currency="KWD")
    data = api("GET", f"/v1/users/friends/{bob.id}/balance", alice).data
    assert data["byCurrency"] == {"JPY": 1000, "KWD": -1.235, "USD": 10.5}
    assert (data["balance"], data["message"]) == (1009.27, "You are owed $1009.27")
