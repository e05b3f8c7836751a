"""Pure: settle-up plans. Currencies are planned one by one and never mixed."""

from collections.abc import Mapping, Sequence

from coinbreakr.plans import edges, minimal
from coinbreakr.plans.greedy import greedy
from coinbreakr.plans.model import Balances, Debt, Plan, PlannedPerson, Strategy, Transfer


def plans(debts: Mapping[str, Sequence[Debt]], strategy: Strategy) -> list[Plan]:
    """A plan for what is owed in each currency, in the order of their codes."""
    return [_plan(currency, debts[currency], strategy) for currency in sorted(debts)]


def _plan(currency: str, debts: Sequence[Debt], strategy: Strategy) -> Plan:
    before = edges.balances(debts)
    unsettled = {person: units for person, units in before.items() if units}
    transfers = _transfers(debts, unsettled, strategy)
    after = edges.balances([*debts, *(Debt(t.payee, t.payer, t.units) for t in transfers)])
    return Plan(
        currency,
        len(transfers) == minimal.fewest(unsettled),
        tuple(transfers),
        tuple(PlannedPerson(person, units, after[person]) for person, units in before.items()),
    )


def _transfers(debts: Sequence[Debt], unsettled: Balances, strategy: Strategy) -> list[Transfer]:
    match strategy:
        case Strategy.PAIRWISE:
            return edges.pairwise(debts)
        case Strategy.EXISTING_EDGES:
            return edges.existing_edges(debts)
        case Strategy.GREEDY:
            return greedy(unsettled)
        case Strategy.MINIMAL:
            return minimal.minimal(unsettled)
