"""Pure: the largest debtor pays the largest creditor, again and again."""

from coinbreakr.plans.model import Balances, Transfer


def greedy(balances: Balances) -> list[Transfer]:
    """A plan with fewer transfers than people; ties by id."""
    left = dict(sorted(balances.items()))
    transfers: list[Transfer] = []
    while any(left.values()):
        payer = min(left, key=left.__getitem__)
        payee = max(left, key=left.__getitem__)
        units = min(-left[payer], left[payee])
        left[payer] += units
        left[payee] -= units
        transfers.append(Transfer(payer, payee, units))
    return transfers
