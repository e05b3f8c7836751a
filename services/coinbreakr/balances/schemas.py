"""Balances out."""

from decimal import Decimal
from typing import Any

from coinbreakr import money
from coinbreakr.balances.model import Balance, GroupBalances
from coinbreakr.groups import schemas as groups
from coinbreakr.users import schemas as users
from coinbreakr.users.model import Person


def friend(person: Person, balance: Balance) -> dict[str, Any]:
    """A friend and what is between the two; the text is always in dollars."""
    return {
        "friend": {
            "_id": str(person.id),
            "name": person.name,
            "profileImage": users.image(person),
        },
        "balance": money.number(balance.total),
        "message": _sentence(balance.total),
        "byCurrency": _figures(balance),
    }


def group(value: GroupBalances) -> dict[str, Any]:
    """A group, what each member is owed, and the number of its expenses."""
    found = value.group
    return {
        "group": {
            "_id": str(found.id),
            "name": found.name,
            "members": groups.members(found, value.people),
        },
        "balances": {str(user): money.number(b.total) for user, b in value.balances.items()},
        "byCurrency": {str(user): _figures(b) for user, b in value.balances.items()},
        "totalExpenses": value.expenses,
    }


def _figures(balance: Balance) -> dict[str, int | float]:
    return {currency: money.number(amount) for currency, amount in balance.by_currency.items()}


def _sentence(total: Decimal) -> str:
    if not total:
        return "You are settled up"
    return f"You are owed ${total}" if total > 0 else f"You owe ${-total}"
