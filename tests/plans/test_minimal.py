import time

import pytest
from bson import ObjectId
from hypothesis import given, settings
from hypothesis import strategies as st

from coinbreakr.balances.model import Debt
from coinbreakr.plans.minimal import PROVED_UP_TO
from coinbreakr.plans.model import Balances, Strategy, Transfer
from tests.plans.worlds import PEOPLE, balances, debts, of_balances, plan

A, B, C, D, E = PEOPLE[:5]
small = st.lists(st.integers(-6, 6).filter(bool), min_size=1, max_size=7)


def fewest(open_units: list[int]) -> int:
    """Brute force: the first settles with each who could, and so on."""
    open_units = [units for units in open_units if units]
    if not open_units:
        return 0
    first, *others = open_units
    return 1 + min(
        fewest([*others[:index], first + other, *others[index + 1 :]])
        for index, other in enumerate(others)
        if (other > 0) != (first > 0)
    )


def every_plan(left: Balances, transfers: int) -> list[frozenset[Transfer]]:
    """Brute force: all plans with so many transfers in which debtors only pay."""
    if not left:
        return [frozenset()] if transfers == 0 else []
    if transfers == 0:
        return []
    found: set[frozenset[Transfer]] = set()
    for payer in (person for person, units in left.items() if units < 0):
        for payee in (person for person, units in left.items() if units > 0):
            # A plan without circles has a person with one transfer only, of all they owe.
            transfer = Transfer(payer, payee, min(-left[payer], left[payee]))
            rest = {
                **left,
                payer: left[payer] + transfer.units,
                payee: left[payee] - transfer.units,
            }
            rest = {person: units for person, units in rest.items() if units}
            found |= {one | {transfer} for one in every_plan(rest, transfers - 1)}
    return list(found)


def order(transfers: frozenset[Transfer]) -> list[tuple[int, ObjectId, ObjectId]]:
    return sorted((-t.units, t.payer, t.payee) for t in transfers)


@settings(max_examples=200)
@given(small)
def test_no_plan_has_fewer_transfers(amounts: list[int]) -> None:
    owed = of_balances([*amounts, -sum(amounts)])
    found = plan(owed, Strategy.MINIMAL)
    assert len(found.transfers) == fewest([*amounts, -sum(amounts)])
    assert found.optimal


@settings(max_examples=100)
@given(st.lists(st.integers(-6, 6).filter(bool), min_size=1, max_size=5))
def test_of_several_plans_it_is_the_one_with_the_largest_transfers(amounts: list[int]) -> None:
    owed = of_balances([*amounts, -sum(amounts)])
    found = plan(owed, Strategy.MINIMAL).transfers
    best = min(map(order, every_plan(balances(owed), len(found))))
    assert [(-t.units, t.payer, t.payee) for t in found] == best


@given(debts(12))
def test_nobody_both_pays_and_receives(owed: list[Debt]) -> None:
    transfers = plan(owed, Strategy.MINIMAL).transfers
    assert not {t.payer for t in transfers} & {t.payee for t in transfers}


@given(debts(16))
def test_optimal_says_of_every_strategy_whether_it_needs_as_few(owed: list[Debt]) -> None:
    needed = len(plan(owed, Strategy.MINIMAL).transfers)
    for strategy in Strategy:
        found = plan(owed, strategy)
        assert found.optimal == (len(found.transfers) == needed)
        assert len(found.transfers) >= needed


def test_greedy_needs_more_where_amounts_are_round() -> None:
    owed = of_balances([-6, -5, 2, 4, 5])
    assert len(plan(owed, Strategy.GREEDY).transfers) == 4
    assert not plan(owed, Strategy.GREEDY).optimal
    assert plan(owed, Strategy.MINIMAL).optimal
    assert len(plan(owed, Strategy.MINIMAL).transfers) == 3


def test_of_more_people_the_opposite_pay_each_other_by_id() -> None:
    owed = [Debt(PEOPLE[n], PEOPLE[39 - n], 7) for n in range(10)]
    found = plan(owed, Strategy.MINIMAL)
    assert found.transfers == tuple(Transfer(PEOPLE[n], PEOPLE[30 + n], 7) for n in range(10))
    assert found.optimal


def test_of_more_people_who_is_left_is_proved_if_they_are_few_enough() -> None:
    pairs = [Debt(PEOPLE[20 + n], PEOPLE[30 + n], 100 + n) for n in range(9)]
    found = plan([*of_balances([-6, -5, 2, 4, 5]), *pairs], Strategy.MINIMAL)
    assert len(found.transfers) == 9 + 3
    assert found.optimal


def test_of_more_people_without_pairs_it_is_greedy_and_not_proved() -> None:
    amounts = [-(2**n) for n in range(PROVED_UP_TO)]
    owed = of_balances([*amounts, -sum(amounts)])
    found = plan(owed, Strategy.MINIMAL)
    assert found.transfers == plan(owed, Strategy.GREEDY).transfers
    assert len(found.transfers) == PROVED_UP_TO
    assert found.optimal  # one creditor: every debtor has to pay
    owed.append(Debt(PEOPLE[38], PEOPLE[39], 1))
    owed.append(Debt(PEOPLE[0], PEOPLE[39], 2**20))
    owed.append(Debt(PEOPLE[1], PEOPLE[37], 2**21))
    assert not plan(owed, Strategy.MINIMAL).optimal


def test_16_people_are_proved_and_17_are_not() -> None:
    owed = of_balances([-11, 45, 31, 47, -55, -1, 29, 32, -54, -57, -58, 8, 30, -40, 6, 48])
    found = plan(owed, Strategy.MINIMAL)
    assert len(found.transfers) == 12
    assert found.optimal
    assert len(plan(owed, Strategy.GREEDY).transfers) == 15
    owed = of_balances([-34, -27, -52, -20, -24, 19, 12, 50, 46, 51, 35, -43, 18, 8, -2, -16, -21])
    found = plan(owed, Strategy.MINIMAL)
    assert len(found.transfers) == 14
    assert not found.optimal


@given(debts(40))
def test_of_any_number_of_people_it_is_no_worse_than_greedy(owed: list[Debt]) -> None:
    found = plan(owed, Strategy.MINIMAL)
    greedy = plan(owed, Strategy.GREEDY)
    assert len(found.transfers) <= len(greedy.transfers)
    assert found.optimal or not greedy.optimal


@pytest.mark.parametrize("people", [16, 40])
def test_the_time_is_well_under_a_second(people: int) -> None:
    for step in (1, 1000):
        amounts = [step * (n * 7919 % 23 - 11 or 12) for n in range(people - 1)]
        owed = of_balances([*amounts, -sum(amounts)])
        began = time.process_time()
        plan(owed, Strategy.MINIMAL)
        assert time.process_time() - began < 0.5
