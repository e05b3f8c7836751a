import pytest
from hypothesis import given

from coinbreakr.balances.model import Debt
from coinbreakr.plans.domain import plans
from coinbreakr.plans.model import PlannedPerson, Strategy, Transfer
from tests.plans.worlds import PEOPLE, balances, debts, made, plan

A, B, C, D = PEOPLE[:4]
every_strategy = pytest.mark.parametrize("strategy", list(Strategy))


@every_strategy
@given(owed=debts(40))
def test_a_plan_settles_everything(strategy: Strategy, owed: list[Debt]) -> None:
    settled = owed
    for transfer in plan(owed, strategy).transfers:
        assert transfer.units > 0
        assert transfer.payer != transfer.payee
        settled = made(settled, transfer)
    assert balances(settled) == {}


@every_strategy
@given(owed=debts(40))
def test_everybody_is_told_their_balance_before_and_after(
    strategy: Strategy, owed: list[Debt]
) -> None:
    before = balances(owed)
    named = sorted({person for debt in owed for person in (debt.debtor, debt.creditor)})
    people = [PlannedPerson(person, before.get(person, 0), 0) for person in named]
    assert plan(owed, strategy).people == tuple(people)


@every_strategy
@given(owed=debts(8))
def test_the_order_of_debts_makes_no_difference(strategy: Strategy, owed: list[Debt]) -> None:
    turned = [Debt(debt.creditor, debt.debtor, -debt.units) for debt in reversed(owed)]
    assert plan(turned, strategy) == plan(owed, strategy)


@pytest.mark.parametrize("strategy", [Strategy.PAIRWISE, Strategy.EXISTING_EDGES, Strategy.MINIMAL])
@given(owed=debts(12))
def test_the_rest_of_a_plan_stays_when_one_of_its_transfers_was_made(
    strategy: Strategy, owed: list[Debt]
) -> None:
    transfers = plan(owed, strategy).transfers
    for transfer in transfers:
        rest = tuple(other for other in transfers if other != transfer)
        assert plan(made(owed, transfer), strategy).transfers == rest


@given(owed=debts(40))
def test_the_rest_of_a_greedy_plan_stays_when_its_first_transfer_was_made(
    owed: list[Debt],
) -> None:
    transfers = plan(owed, Strategy.GREEDY).transfers
    if transfers:
        first, *rest = transfers
        assert plan(made(owed, first), Strategy.GREEDY).transfers == tuple(rest)


def test_greedy_cannot_promise_that_the_rest_stays_when_a_later_transfer_was_made() -> None:
    """At no step are there two largest, and each transfer settles somebody: there is no choice."""
    a, b, c, d, e = PEOPLE[:5]
    owed = [Debt(c, a, 5), Debt(d, a, 4), Debt(d, b, 2), Debt(e, b, 8)]  # 9, 10, -5, -6, -8
    transfers = plan(owed, Strategy.GREEDY).transfers
    assert transfers == (
        Transfer(e, b, 8),
        Transfer(d, a, 6),
        Transfer(c, a, 3),
        Transfer(c, b, 2),
    )
    needed = [len(plan(made(owed, one), Strategy.GREEDY).transfers) for one in transfers]
    assert needed == [3, 3, 3, 4]
    best = [len(plan(made(owed, one), Strategy.MINIMAL).transfers) for one in transfers]
    assert best == [3, 3, 3, 3]


@every_strategy
def test_currencies_are_planned_one_by_one(strategy: Strategy) -> None:
    found = plans({"USD": [Debt(A, B, 5)], "EUR": [Debt(B, A, 5), Debt(A, B, 2)]}, strategy)
    assert [(one.currency, one.transfers) for one in found] == [
        ("EUR", (Transfer(B, A, 3),)),
        ("USD", (Transfer(A, B, 5),)),
    ]
    assert all(one.optimal for one in found)


@every_strategy
def test_nothing_owed_needs_nothing(strategy: Strategy) -> None:
    assert plans({}, strategy) == []
    for owed in ([Debt(A, B, 5), Debt(B, A, 5)], [Debt(A, A, 5)], []):
        found = plan(owed, strategy)
        assert found.transfers == ()
        assert found.optimal
        assert all(person.before == person.after == 0 for person in found.people)


CIRCLE = [Debt(A, B, 5), Debt(B, C, 5), Debt(C, A, 5)]
CHAIN = [Debt(A, B, 5), Debt(B, C, 5)]
SHORT_CUT = [Debt(A, B, 10), Debt(B, C, 10), Debt(A, C, 5)]


@pytest.mark.parametrize(
    ("owed", "strategy", "transfers", "optimal"),
    [
        (
            CIRCLE,
            Strategy.PAIRWISE,
            [Transfer(A, B, 5), Transfer(C, A, 5), Transfer(B, C, 5)],
            False,
        ),
        (CIRCLE, Strategy.EXISTING_EDGES, [], True),
        (CIRCLE, Strategy.GREEDY, [], True),
        (CHAIN, Strategy.PAIRWISE, [Transfer(A, B, 5), Transfer(B, C, 5)], False),
        (CHAIN, Strategy.EXISTING_EDGES, [Transfer(A, B, 5), Transfer(B, C, 5)], False),
        (CHAIN, Strategy.MINIMAL, [Transfer(A, C, 5)], True),
        (
            SHORT_CUT,
            Strategy.EXISTING_EDGES,
            [Transfer(A, B, 15), Transfer(B, C, 15)],
            False,
        ),
        (SHORT_CUT, Strategy.GREEDY, [Transfer(A, C, 15)], True),
    ],
)
def test_examples(
    owed: list[Debt], strategy: Strategy, transfers: list[Transfer], optimal: bool
) -> None:
    found = plan(owed, strategy)
    assert list(found.transfers) == transfers
    assert found.optimal is optimal


def test_the_largest_pay_the_largest_and_ties_go_by_id() -> None:
    owed = [Debt(A, D, 7), Debt(B, D, 7), Debt(A, C, 0), Debt(D, C, 7)]
    assert plan(owed, Strategy.GREEDY).transfers == (Transfer(A, C, 7), Transfer(B, D, 7))
