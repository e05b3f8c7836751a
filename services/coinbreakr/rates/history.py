"""Writing down in the activity log who has set rates."""

from typing import Final

from bson import ObjectId

from coinbreakr.activity.log import ActivityLog
from coinbreakr.activity.model import EventDetails
from coinbreakr.currencies.model import Rates
from coinbreakr.groups.model import Group

_MOST: Final = 20


class RateHistory:
    """One event each time that rates of a group are set."""

    def __init__(self, log: ActivityLog) -> None:
        self._log = log

    def set_in(self, group: Group, rates: Rates, actor: ObjectId) -> None:
        """Rates are set; in the transaction that does it. There may be many: not all are told."""
        self._log.record(
            "group.rates",
            actor=actor,
            people=[member.user for member in group.members],
            subject=group.id,
            group=group.id,
            snapshot={
                "base": rates.base,
                "date": rates.date.isoformat(),
                "currencies": sorted(rates.rates)[:_MOST],
            },
            details=EventDetails(group_name=group.name),
        )
