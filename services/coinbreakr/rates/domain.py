"""The rules of rates: members of a group set their own, and published ones stand in for them."""

from collections.abc import Callable
from datetime import date
from typing import Final

from bson import ObjectId

from coinbreakr.clock import Clock
from coinbreakr.currencies.model import Exchange, Rates
from coinbreakr.groups.domain import require_member
from coinbreakr.groups.repository import Groups
from coinbreakr.mongo.transactions import Transactions
from coinbreakr.rates.history import RateHistory
from coinbreakr.rates.model import RatesInput
from coinbreakr.rates.providers import RateProvider
from coinbreakr.rates.repository import RateStore
from coinbreakr.users.model import Caller

BY_MEMBERS: Final = "members"  # the source of rates that were set by hand
# What amounts are shown in: the exchange for a currency, perhaps in a group, perhaps of a day.
Exchanges = Callable[[str | None, ObjectId | None, date | None], Exchange | None]


class RateService:
    """Rates of exchange. They are only ever used to show amounts; no debt depends on them."""

    def __init__(
        self,
        rates: RateStore,
        groups: Groups,
        history: RateHistory,
        transactions: Transactions,
        clock: Clock,
    ) -> None:
        self._rates = rates
        self._groups = groups
        self._history = history
        self._transactions = transactions
        self._clock = clock

    def of_group(self, caller: Caller, group: ObjectId, day: date | None) -> Rates | None:
        """The rates by which a group of the caller shows amounts today, or on a day."""
        require_member(self._groups.get(group), caller.id)
        return self._in_force(group, day)

    def put(self, caller: Caller, group: ObjectId, wanted: RatesInput) -> Rates:
        """Set the rates of a group from a day on; every member may.

        Without any rate in them, the published ones are used again from that day on.
        """
        now = self._clock()
        rates = Rates(wanted.base, wanted.rates, wanted.date or now.date(), BY_MEMBERS)

        def work() -> None:
            found = require_member(self._groups.get(group), caller.id)
            self._groups.hold(group)
            self._rates.put(rates, group=group, by=caller.id, now=now)
            self._history.set_in(found, rates, caller.id)

        self._transactions.run(work)
        return rates

    def refresh(self, provider: RateProvider) -> int:
        """Keep what a provider publishes; of how many days."""
        return self._rates.publish(provider.rates(), self._clock())

    def exchange(
        self, currency: str | None, group: ObjectId | None = None, day: date | None = None
    ) -> Exchange | None:
        """What amounts are shown in, if a currency is asked for."""
        return None if currency is None else Exchange(currency, self._in_force(group, day))

    def _in_force(self, group: ObjectId | None, day: date | None) -> Rates | None:
        """A group's own rates, if it has any; else those that are published."""
        when = day or self._clock().date()
        own = None if group is None else self._rates.of_day(when, group=group)
        return own if own is not None and own.rates else self._rates.of_day(when, group=None)
