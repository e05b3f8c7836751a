"""Balances: what the caller is owed by friends, and what everybody in a group is owed."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from bson import ObjectId

from coinbreakr import money
from coinbreakr.balances import messages
from coinbreakr.balances.model import Balance, BalanceQuery, GroupBalances, Sums
from coinbreakr.balances.repository import BalanceQueries
from coinbreakr.currencies.domain import display
from coinbreakr.currencies.model import Exchange
from coinbreakr.errors import Invalid
from coinbreakr.groups.domain import require_member
from coinbreakr.groups.repository import Groups
from coinbreakr.rates.domain import Exchanges
from coinbreakr.users.model import Caller, Person
from coinbreakr.users.repository import Users

NOTHING = Sums({}, {})
_TOLD: Final = 7  # digits after the point that are meant, whatever doubles and sums of them have


class BalanceService:
    """Who owes whom."""

    def __init__(
        self, queries: BalanceQueries, groups: Groups, users: Users, exchanges: Exchanges
    ) -> None:
        self._queries = queries
        self._groups = groups
        self._users = users
        self._exchange = exchanges

    def with_friend(
        self, caller: Caller, friend: ObjectId, query: BalanceQuery
    ) -> tuple[Person, Balance]:
        """A friend, and what is between the two."""
        people = self._users.people([friend]) if friend in caller.friends else {}
        if friend not in people:
            raise Invalid(messages.NOT_A_FRIEND)
        exchange = self._exchange(query.currency, None, query.day)
        return people[friend], balance(self._queries.between(caller.id, friend, query.at), exchange)

    def with_all(self, caller: Caller, query: BalanceQuery) -> list[tuple[Person, Balance]]:
        """The friends with whom not all is settled, in the order of the list."""
        debts = self._queries.with_all(caller.id, query.at)
        exchange = self._exchange(query.currency, None, query.day)
        open_ones = {
            friend: found
            for friend in caller.friends
            if not (found := balance(debts.get(friend, NOTHING), exchange)).settled
        }
        people = self._users.people(open_ones)
        return [(people[one], found) for one, found in open_ones.items() if one in people]

    def in_group(self, caller: Caller, group: ObjectId, query: BalanceQuery) -> GroupBalances:
        """What the members of a group of the caller are owed."""
        found = require_member(self._groups.get(group), caller.id)
        debts = self._queries.in_group(group, query.at)
        exchange = self._exchange(query.currency, group, query.day)
        members = [member.user for member in found.members]
        balances = {user: balance(debts.get(user, NOTHING), exchange) for user in members}
        gone = sorted(debts.keys() - balances.keys())
        others = {user: balance(debts[user], exchange) for user in gone}
        former = {user: one for user, one in others.items() if not one.even}
        people = self._users.people([*members, *former])
        count = self._queries.count(group, query.at)
        return GroupBalances(found, people, balances, former, count)

    def open_in_group(self, group: ObjectId, user: ObjectId) -> Mapping[str, Decimal]:
        """What somebody is owed in a group (below zero: owes), by currency."""
        return balance(self._queries.in_group(group).get(user, NOTHING)).by_currency


def balance(sums: Sums, exchange: Exchange | None = None) -> Balance:
    """Sums as people read them, perhaps in another currency as well."""
    by_currency = {
        currency: money.from_minor(units, currency)
        for currency, units in sorted(sums.minor.items())
        if units
    }
    total = _rounded(money.total(sums.exact.values()))
    owed = (_rounded(amount, money.places(code)) for code, amount in sums.exact.items())
    displayed = None if exchange is None else display(by_currency, exchange)
    return Balance(total, by_currency, settled=not total and not any(owed), displayed=displayed)


def _rounded(amount: Decimal, digits: int = money.DEFAULT_PLACES) -> Decimal:
    """Rounded from `_TOLD` digits: a third and a sixth of a cent are stored as almost a half."""
    return money.rounded(money.rounded(amount, _TOLD), digits)
