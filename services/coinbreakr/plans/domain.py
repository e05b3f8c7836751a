"""Settle-up plans: of a group, and of what is between the caller and everybody else.

Currencies are planned one by one and never mixed. Nothing is changed.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from bson import ObjectId

from coinbreakr.balances.model import Debt
from coinbreakr.balances.repository import BalanceQueries
from coinbreakr.currencies.model import Exchange
from coinbreakr.groups.domain import require_member
from coinbreakr.groups.repository import Groups
from coinbreakr.plans import edges, minimal
from coinbreakr.plans.greedy import greedy
from coinbreakr.plans.model import (
    Balances,
    Plan,
    PlannedPerson,
    PlanQuery,
    PlansView,
    Strategy,
    Transfer,
)
from coinbreakr.rates.domain import Exchanges
from coinbreakr.users.model import Caller
from coinbreakr.users.repository import Users

_ALL_PROVED: Final = 8  # currencies


class PlanService:
    """Who should pay whom, so that nobody owes anybody anything."""

    def __init__(
        self, queries: BalanceQueries, groups: Groups, users: Users, exchanges: Exchanges
    ) -> None:
        self._queries = queries
        self._groups = groups
        self._users = users
        self._exchange = exchanges

    def of_group(self, caller: Caller, group: ObjectId, query: PlanQuery) -> PlansView:
        """The plans of a group of the caller, with those who have left it and still owe."""
        require_member(self._groups.get(group), caller.id)
        exchange = self._exchange(query.currency, group, None)
        return self._view(self._queries.debts_in_group(group), query.strategy, exchange)

    def of_caller(self, caller: Caller, currency: str | None) -> PlansView:
        """What the caller and each other should pay, in and outside of groups together.

        What others owe each other is not the caller's to plan, and one of them may not know the
        other: so nobody pays for the caller, and each pair is netted.
        """
        debts: defaultdict[str, list[Debt]] = defaultdict(list)
        for person, sums in self._queries.with_all(caller.id).items():
            for code, units in sums.minor.items():
                if units:
                    debts[code].append(Debt(person, caller.id, int(units)))
        return self._view(debts, Strategy.PAIRWISE, self._exchange(currency, None, None))

    def _view(
        self, debts: Mapping[str, Sequence[Debt]], strategy: Strategy, exchange: Exchange | None
    ) -> PlansView:
        found = plans(debts, strategy)
        named = {person.user for plan in found for person in plan.people}
        return PlansView(strategy, found, self._users.people(named), exchange)


def plans(debts: Mapping[str, Sequence[Debt]], strategy: Strategy) -> list[Plan]:
    """A plan for what is owed in each currency, in the order of their codes."""
    proved = proved_up_to(len(debts))
    return [_plan(currency, debts[currency], strategy, proved) for currency in sorted(debts)]


def proved_up_to(currencies: int) -> int:
    """Of how many people the fewest transfers are found, in each of so many currencies.

    A proof takes twice the time for each person more: so it is for one person less in twice the
    currencies, which nobody has who does not want to keep the server busy.
    """
    return max(0, minimal.PROVED_UP_TO - ((currencies - 1) // _ALL_PROVED).bit_length())


def _plan(currency: str, debts: Sequence[Debt], strategy: Strategy, proved: int) -> Plan:
    before = edges.balances(debts)
    unsettled = {person: units for person, units in before.items() if units}
    transfers = _transfers(debts, unsettled, strategy, proved)
    changes = edges.balances(Debt(t.payee, t.payer, t.units) for t in transfers)
    return Plan(
        currency,
        len(transfers) == minimal.fewest(unsettled, proved),
        tuple(transfers),
        tuple(
            PlannedPerson(person, units, units + changes.get(person, 0))
            for person, units in before.items()
        ),
    )


def _transfers(
    debts: Sequence[Debt], unsettled: Balances, strategy: Strategy, proved: int
) -> list[Transfer]:
    match strategy:
        case Strategy.PAIRWISE:
            return edges.pairwise(debts)
        case Strategy.EXISTING_EDGES:
            return edges.existing_edges(debts)
        case Strategy.GREEDY:
            return greedy(unsettled)
        case Strategy.MINIMAL:
            return minimal.minimal(unsettled, proved)
