from bson import ObjectId
from hypothesis import given

from coinbreakr.balances.model import Debt
from coinbreakr.plans.model import Strategy, Transfer
from tests.plans.worlds import PEOPLE, debts, plan

A, B, C, D, E = PEOPLE[:5]


def pairs(owed: list[Debt]) -> dict[frozenset[ObjectId], int]:
    """What the one with the smaller id owes the other, of each pair that is not even."""
    found: dict[frozenset[ObjectId], int] = {}
    for debt in owed:
        if debt.debtor != debt.creditor:
            pair = frozenset((debt.debtor, debt.creditor))
            units = debt.units if debt.debtor == min(pair) else -debt.units
            found[pair] = found.get(pair, 0) + units
    return {pair: units for pair, units in found.items() if units}


def components(edges: set[frozenset[ObjectId]]) -> int:
    """People who are connected, as groups."""
    groups: list[set[ObjectId]] = []
    for edge in edges:
        touched = [group for group in groups if group & edge]
        groups = [group for group in groups if not group & edge]
        groups.append(set(edge).union(*touched))
    return len(groups)


@given(debts(12))
def test_pairs_pay_what_they_owe_each_other(owed: list[Debt]) -> None:
    found = {
        frozenset((t.payer, t.payee)): t.units if t.payer < t.payee else -t.units
        for t in plan(owed, Strategy.PAIRWISE).transfers
    }
    assert found == pairs(owed)


@given(debts(12))
def test_existing_edges_are_pairs_who_owe_and_no_circles(owed: list[Debt]) -> None:
    edges = set(pairs(owed))
    transfers = plan(owed, Strategy.EXISTING_EDGES).transfers
    used = {frozenset((t.payer, t.payee)) for t in transfers}
    assert used <= edges
    people = {person for edge in edges for person in edge}
    assert len(transfers) == len(used) <= len(people) - components(edges)


def test_the_smallest_debt_of_a_circle_is_left_out() -> None:
    owed = [Debt(A, B, 100), Debt(C, A, 2), Debt(C, B, 3)]
    transfers = plan(owed, Strategy.EXISTING_EDGES).transfers
    assert transfers == (Transfer(A, B, 98), Transfer(C, B, 5))


def test_of_equal_debts_of_a_circle_the_last_by_id_is_left_out() -> None:
    owed = [Debt(C, B, 3), Debt(A, C, 3), Debt(A, B, 3)]
    transfers = plan(owed, Strategy.EXISTING_EDGES).transfers
    assert transfers == (Transfer(A, B, 6),)


def test_the_largest_comes_first_and_ties_go_by_the_ids_of_the_pair() -> None:
    owed = [Debt(D, E, 3), Debt(C, B, 3), Debt(B, A, 3), Debt(A, E, 4)]
    for strategy in (Strategy.PAIRWISE, Strategy.EXISTING_EDGES):
        assert plan(owed, strategy).transfers == (
            Transfer(A, E, 4),
            Transfer(B, A, 3),
            Transfer(C, B, 3),
            Transfer(D, E, 3),
        )
