"""Pure: the fewest transfers.

People whose balances add up to zero can settle among themselves with one transfer less than they
are. So the fewest transfers are as many as there are people, less the largest number of such
groups that everybody can be divided into. To find that number is hard (NP-complete), but quick up
to some 20 people: sets of people are numbers whose bits say who is in them, and sets of such
sets are one long integer with a bit for each. Then the sets of zero balance, and how many groups
each can be divided into, are found with a few shifts of those integers.

Of all plans with the fewest transfers, where nobody both pays and receives, that one is taken
whose largest transfer is largest, then the next, and so on; ties by id. With this order, what is
left of a plan when one of its transfers was made is again the plan: if another were before it,
then with the transfer made it would have been before the plan in the first place.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from bson import ObjectId

from coinbreakr.plans.greedy import greedy
from coinbreakr.plans.model import Balances, Transfer

PROVED_UP_TO: Final = 16  # people; time and memory double with each more


def minimal(balances: Balances, proved_up_to: int = PROVED_UP_TO) -> list[Transfer]:
    """The plan with the fewest transfers, of up to so many people.

    Of more, those whose balances are equal and opposite pay each other. That is never
    wrong, and may leave few enough; else the largest debtors pay the largest creditors.
    """
    if len(balances) <= proved_up_to:
        return _proved(balances)
    pairs, others = _opposites(balances)
    return pairs + (_proved(others) if len(others) <= proved_up_to else greedy(others))


def fewest(balances: Balances, proved_up_to: int = PROVED_UP_TO) -> int:
    """How many transfers are needed at least; exact of up to so many people."""
    pairs, others = _opposites(balances)
    return len(pairs) + len(others) - _most_groups(others, proved_up_to)


def _most_groups(balances: Balances, proved_up_to: int) -> int:
    """The most groups of zero sum that people can be divided into, among whom are no pairs."""
    people = len(balances)
    if people > proved_up_to:
        debtors = sum(units < 0 for units in balances.values())
        return min(debtors, people - debtors, people // 3)
    sets = _Sets(people)
    return len(_divisible(sets, sets.of_zero_sum(list(balances.values())))) - 1


def _opposites(balances: Balances) -> tuple[list[Transfer], dict[ObjectId, int]]:
    """Transfers between people with equal and opposite balances, and who is left."""
    left = dict(sorted(balances.items()))
    creditors: defaultdict[int, list[ObjectId]] = defaultdict(list)
    for person in sorted(left, reverse=True):
        creditors[left[person]].append(person)
    transfers = []
    for person, units in sorted(balances.items()):
        if units < 0 and creditors[-units]:
            payee = creditors[-units].pop()
            transfers.append(Transfer(person, payee, -units))
            del left[person], left[payee]
    return transfers, left


class _Sets:
    """Computes with sets of sets of people: bit m of an integer is the set of the people in m."""

    def __init__(self, people: int) -> None:
        self._size = 1 << people
        self._without = [_repeated(1 << person, self._size) for person in range(people)]

    def of_zero_sum(self, amounts: Sequence[int]) -> int:
        """Those whose amounts add up to zero."""
        sums = [0]
        for amount in amounts:
            sums += [amount + before for before in sums]
        return int("".join("0" if total else "1" for total in reversed(sums)), 2)

    def larger(self, sets: int) -> int:
        """Those that hold one of `sets` and somebody more."""
        found = 0
        for person, without in enumerate(self._without):
            found |= (sets & without) << (1 << person)
        for person, without in enumerate(self._without):
            found |= (found & without) << (1 << person)
        return found

    def complements(self, sets: int) -> int:
        """Everybody but those in a set, of each of `sets`."""
        return int(f"{sets:0{self._size}b}"[::-1], 2)

    def both(self, sets: int, one: int, other: int) -> int:
        """Those of `sets` that hold two people."""
        return sets & ~(self._without[one] | self._without[other])

    def together(self, sets: int, one: int, other: int) -> int:
        """Those of `sets` that hold two people or neither of them."""
        return sets & ~(self._without[one] ^ self._without[other])


def _proved(balances: Balances) -> list[Transfer]:
    people = sorted(balances)
    open_units = [balances[person] for person in people]
    sets = _Sets(len(people))
    zero_sum = sets.of_zero_sum(open_units)
    transfers: list[Transfer] = []
    while any(open_units):
        groups = _groups(sets, zero_sum)
        units, payer, payee = next(
            (units, payer, payee)
            for units, payer, payee in _candidates(open_units)
            if sets.both(groups, payer, payee)
        )
        transfers.append(Transfer(people[payer], people[payee], units))
        open_units[payer] += units
        open_units[payee] -= units
        zero_sum = sets.together(zero_sum, payer, payee)
    return transfers


def _groups(sets: _Sets, zero_sum: int) -> int:
    """The groups of all divisions of everybody into as many groups of zero sum as possible."""
    divisible = _divisible(sets, zero_sum)
    return divisible[1] & sets.complements(divisible[-2])


def _divisible(sets: _Sets, zero_sum: int) -> list[int]:
    """At n: the sets that can be divided into n groups of zero sum or more; at 0: nobody."""
    found = [1]
    while more := sets.larger(found[-1]) & zero_sum:
        found.append(more)
    return found


def _candidates(open_units: Sequence[int]) -> list[tuple[int, int, int]]:
    """The most that each debtor can pay to each creditor; largest first, ties by id."""
    owed = [(person, units) for person, units in enumerate(open_units) if units > 0]
    return sorted(
        (
            (min(-debt, units), payer, payee)
            for payer, debt in enumerate(open_units)
            if debt < 0
            for payee, units in owed
        ),
        key=lambda transfer: (-transfer[0], *transfer[1:]),
    )


def _repeated(width: int, size: int) -> int:
    """`width` ones, then `width` zeros, and so on, from the lowest bit."""
    bits = (1 << width) - 1
    while 2 * width < size:
        width *= 2
        bits |= bits << width
    return bits
