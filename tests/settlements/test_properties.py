"""Whatever two friends and a group do: balances are what was bought less what was paid."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import pytest
from bson import ObjectId
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pymongo.database import Database

from tests.api import Api, Person
from tests.settlements.ledger import Nets, Pay, nets

Db = Database[dict[str, Any]]
PLACES = {"USD": 2, "JPY": 0, "KWD": 3}
ACTIONS = ("spend", "pay", "settle shares", "settle one", "confirm", "reject", "void", "node edits")


@dataclass(frozen=True)
class Owed:
    """An amount that one owes or has paid to another."""

    debtor: Person
    creditor: Person
    amount: Decimal
    currency: str

    @property
    def between(self) -> tuple[str, str, str]:
        return self.debtor.id, self.creditor.id, self.currency


@dataclass
class Known:
    """A settlement, what it is to settle, and what it has settled."""

    paid: Owed
    status: str
    wanted: list[str]
    settled: dict[str, Owed] = field(default_factory=dict)


class World:
    """Three people, two of whom confirm or not; and what each is owed, added up by itself."""

    def __init__(self, api: Api, db: Db, data: st.DataObject) -> None:
        for name in ("users", "expenses", "settlements", "groups"):
            db[name].delete_many({})
        self.api, self.db, self.data, self.pay = api, db, data, Pay(api)
        self.people = [api.register(name) for name in ("al", "bo", "cy")]
        al, bo, cy = self.people
        api.befriend(al, bo, cy)
        api.befriend(bo, cy)
        api("PUT", "/v1/users/settings", bo, {"confirmPayments": True})
        self.groups = [None, api.group(al, bo, cy)]
        self.expected: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
        self.debts: dict[str, Owed] = {}  # open ones
        self.made: dict[str, Known] = {}

    def draw(self, *choices: Any) -> Any:
        return self.data.draw(st.sampled_from(choices))

    def amount(self, currency: str) -> Decimal:
        return Decimal(self.data.draw(st.integers(1, 5000))).scaleb(-PLACES[currency])

    def two(self) -> tuple[Person, Person]:
        one, other = self.data.draw(st.permutations(self.people))[:2]
        return one, other

    def move(self, payer: Person, payee: Person, amount: Decimal, currency: str) -> None:
        self.expected[payer.id, currency] += amount
        self.expected[payee.id, currency] -= amount

    def spend(self) -> None:
        (payer, debtor), currency = self.two(), self.draw(*PLACES)
        amount, group = max(self.amount(currency), Decimal("0.01")), self.draw(*self.groups)
        more = {"currency": currency, **({} if group is None else {"groupId": group})}
        made = self.api.expense(payer, float(amount), {debtor: float(amount)}, **more)["_id"]
        self.debts[made] = Owed(debtor, payer, amount, currency)
        self.move(payer, debtor, amount, currency)

    def settle_shares(self) -> None:
        if not self.debts:
            return
        wanted = self.draw(*sorted(debt.between for debt in self.debts.values()))
        alike = [one for one, debt in self.debts.items() if debt.between == wanted]
        chosen = [*dict.fromkeys(self.draw(*alike) for _ in range(2))]
        total = sum((self.debts[one].amount for one in chosen), Decimal(0))
        self.record(replace(self.debts[chosen[0]], amount=total), chosen, None)

    def pay_some(self) -> None:
        (payer, payee), currency = self.two(), self.draw(*PLACES)
        paid = Owed(payer, payee, self.amount(currency), currency)
        self.record(paid, [], self.draw(*self.groups))

    def record(self, paid: Owed, expenses: list[str], group: str | None) -> None:
        recorder = self.draw(paid.debtor, paid.creditor)
        body = {"from": paid.debtor.id, "group": group}
        amount = f"{paid.amount:f}"
        made = self.pay(
            recorder, paid.creditor, amount, paid.currency, expenses=expenses, **body
        ).data
        pending = recorder == paid.debtor and paid.creditor == self.people[1]
        assert made["status"] == ("pending" if pending else "counted")
        self.made[made["_id"]] = Known(paid, made["status"], expenses)
        if not pending:
            self.count(made["_id"])

    def count(self, settlement: str) -> None:
        known = self.made[settlement]
        known.status = "counted"
        known.settled = {one: self.debts.pop(one) for one in known.wanted}
        paid = known.paid
        self.move(paid.debtor, paid.creditor, paid.amount, paid.currency)

    def settle_one(self) -> None:
        if not self.debts:
            return
        expense = self.draw(*sorted(self.debts))
        debt = self.debts[expense]
        assert self.api("PATCH", f"/v1/expenses/{expense}/settle", debt.debtor).status == 200
        made = self.api("GET", "/v1/settlements?limit=1", debt.debtor).data[0]
        self.made[made["_id"]] = Known(debt, "counted", [expense])
        self.count(made["_id"])

    def decide(self, what: str) -> None:
        if not self.made:
            return
        settlement = self.draw(*sorted(self.made))
        known = self.made[settlement]
        answer = self.pay.act(what, settlement, known.paid.creditor)
        there = all(one in self.debts for one in known.wanted)
        may = known.status == ("counted" if what == "void" else "pending")
        assert answer.status == (200 if may and (there or what != "confirm") else 409)
        if answer.status == 409:
            return
        if what == "confirm":
            self.count(settlement)
        elif what == "reject":
            known.status = "rejected"
        else:
            paid = known.paid
            self.move(paid.creditor, paid.debtor, paid.amount, paid.currency)
            self.debts |= known.settled
            known.status = "void"

    def node_edits(self) -> None:
        """The amount of a payment that counts is changed there."""
        made = self.made.items()
        payments = [one for one, known in made if known.status == "counted" and not known.wanted]
        if not payments:
            return
        settlement = self.draw(*sorted(payments))
        known = self.made[settlement]
        paid, amount = known.paid, self.amount(known.paid.currency)
        share = {"user": ObjectId(paid.creditor.id), "amount": float(amount), "settled": False}
        change = {"amount": float(amount), "splitWith": [{**share, "_id": ObjectId()}]}
        self.db["expenses"].update_one({"_id": ObjectId(settlement)}, {"$set": change})
        self.move(paid.debtor, paid.creditor, amount - paid.amount, paid.currency)
        known.paid = replace(paid, amount=amount)

    def act(self, what: str) -> None:
        actions = {
            "spend": self.spend,
            "pay": self.pay_some,
            "settle shares": self.settle_shares,
            "settle one": self.settle_one,
            "node edits": self.node_edits,
        }
        if what in actions:
            actions[what]()
        else:
            self.decide(what)

    def owed(self) -> Nets:
        return {key: amount for key, amount in self.expected.items() if amount}

    def shown(self) -> Nets:
        """What the server says to each about all friends together."""
        sums: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for person in self.people:
            for balance in self.api("GET", "/v1/users/balances", person).data:
                for currency, amount in balance["byCurrency"].items():
                    sums[person.id, currency] += Decimal(str(amount))
        return {key: amount for key, amount in sums.items() if amount}

    def statuses(self) -> dict[str, tuple[str, float]]:
        found = {}
        for person in self.people:
            for one in self.api("GET", "/v1/settlements?limit=100", person).data:
                found[one["_id"]] = (one["status"], one["amount"])
        return found


@pytest.mark.xdist_group("settlement properties")
@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate],
)
@given(data=st.data())
def test_balances_are_what_was_bought_less_what_was_paid(
    api: Api, db: Db, data: st.DataObject
) -> None:
    world = World(api, db, data)
    for what in data.draw(st.lists(st.sampled_from(ACTIONS), min_size=4, max_size=14)):
        world.act(what)
        assert nets(db) == world.owed()
    assert world.shown() == world.owed()
    assert world.statuses() == {
        one: (known.status, float(known.paid.amount)) for one, known in world.made.items()
    }
