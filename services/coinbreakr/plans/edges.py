"""Pure: plans in which only pairs pay each other who owe each other something."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from bson import ObjectId

from coinbreakr.balances.model import Debt
from coinbreakr.plans.model import Transfer

_Neighbours = dict[ObjectId, set[ObjectId]]


def balances(debts: Iterable[Debt]) -> dict[ObjectId, int]:
    """What is owed to everybody who is named, also to who is even."""
    found: defaultdict[ObjectId, int] = defaultdict(int)
    for debt in debts:
        found[debt.debtor] -= debt.units
        found[debt.creditor] += debt.units
    return dict(sorted(found.items()))


def pairwise(debts: Iterable[Debt]) -> list[Transfer]:
    """What each pair owes each other, netted; the largest first, ties by id."""
    owed: defaultdict[tuple[ObjectId, ObjectId], int] = defaultdict(int)
    for debt in debts:
        if debt.debtor < debt.creditor:
            owed[debt.debtor, debt.creditor] += debt.units
        elif debt.debtor > debt.creditor:
            owed[debt.creditor, debt.debtor] -= debt.units
    return _largest_first(_transfer(*pair, units) for pair, units in owed.items())


def existing_edges(debts: Sequence[Debt]) -> list[Transfer]:
    """Fewer transfers than `pairwise`, but only between pairs who owe each other something.

    Of each circle of debts the smallest is left out, and the others take it over. That leaves a
    forest, in which everybody's balance says what each pair pays. When one of the transfers was
    made, no other pair's debt has changed, and the rest of the plan stays.
    """
    neighbours = _forest(pairwise(debts))
    left = balances(debts)
    found: list[Transfer] = []
    ends = [person for person in left if len(neighbours[person]) == 1]
    while ends:
        end = ends.pop()
        for other in neighbours.pop(end):  # one, or none if it was an end too
            found.append(_transfer(end, other, -left[end]))
            left[other] += left[end]
            neighbours[other].remove(end)
            if len(neighbours[other]) == 1:
                ends.append(other)
    return _largest_first(found)


def _forest(debts: Iterable[Transfer]) -> _Neighbours:
    """The largest debts that make no circle (Kruskal), as who is beside whom."""
    neighbours: _Neighbours = defaultdict(set)
    trees: dict[ObjectId, set[ObjectId]] = {}
    for debt in debts:
        one = trees.setdefault(debt.payer, {debt.payer})
        other = trees.setdefault(debt.payee, {debt.payee})
        if one is not other:
            neighbours[debt.payer].add(debt.payee)
            neighbours[debt.payee].add(debt.payer)
            one |= other
            trees.update(dict.fromkeys(other, one))
    return neighbours


def _transfer(payer: ObjectId, payee: ObjectId, units: int) -> Transfer:
    """Negative units are paid the other way round."""
    return Transfer(payer, payee, units) if units >= 0 else Transfer(payee, payer, -units)


def _largest_first(transfers: Iterable[Transfer]) -> list[Transfer]:
    """Without those of nothing; ties by the ids of the pair, whoever pays."""
    return sorted(
        (transfer for transfer in transfers if transfer.units),
        key=lambda t: (-t.units, min(t.payer, t.payee), max(t.payer, t.payee)),
    )
