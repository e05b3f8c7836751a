"""Debts as hypothesis imagines them, and what is known of any plan for them."""

from bson import ObjectId
from hypothesis import strategies as st

from coinbreakr.balances.model import Debt
from coinbreakr.plans.domain import plans
from coinbreakr.plans.model import Balances, Plan, Strategy, Transfer

PEOPLE = [ObjectId(bytes([n]) * 12) for n in range(40)]
# Few different amounts, so that some of them add up to others.
units = st.one_of(st.integers(1, 6), st.integers(1, 100_000))


def debts(most: int) -> st.SearchStrategy[list[Debt]]:
    people = st.sampled_from(PEOPLE[:most])
    return st.lists(st.builds(Debt, people, people, units), min_size=1, max_size=2 * most)


def of_balances(balances: list[int]) -> list[Debt]:
    """Everybody owes the last person, or is owed by them."""
    people = PEOPLE[: len(balances)]
    return [
        Debt(people[-1], person, owed)
        for person, owed in zip(people[:-1], balances[:-1], strict=True)
    ]


def plan(debts: list[Debt], strategy: Strategy) -> Plan:
    return plans({"USD": debts}, strategy)[0]


def made(debts: list[Debt], transfer: Transfer) -> list[Debt]:
    """The debts when a transfer was made: its money is owed back."""
    return [*debts, Debt(transfer.payee, transfer.payer, transfer.units)]


def balances(debts: list[Debt]) -> Balances:
    found = dict.fromkeys(PEOPLE, 0)
    for debt in debts:
        found[debt.debtor] -= debt.units
        found[debt.creditor] += debt.units
    return {person: owed for person, owed in found.items() if owed}
