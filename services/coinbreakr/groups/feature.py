"""Groups, as a feature of the application."""

from pymongo import ASCENDING, IndexModel

from coinbreakr.activity.feature import activity_log, activity_service
from coinbreakr.balances.feature import open_balances
from coinbreakr.feature import Feature
from coinbreakr.friends.history import FriendHistory
from coinbreakr.groups import resources
from coinbreakr.groups.domain import GroupService
from coinbreakr.groups.history import GroupHistory
from coinbreakr.groups.repository import Groups
from coinbreakr.parts import Parts
from coinbreakr.users.friend_lists import FriendLists
from coinbreakr.users.repository import Users


def group_service(parts: Parts) -> GroupService:
    """The rules of groups."""
    return GroupService(
        Groups(parts.db),
        Users(parts.db),
        FriendLists(parts.db),
        parts.get(open_balances),
        parts.get(activity_service),
        history=GroupHistory(parts.get(activity_log)),
        friend_history=FriendHistory(parts.get(activity_log)),
        transactions=parts.transactions,
        clock=parts.clock,
    )


FEATURE = Feature(
    "groups",
    routes=lambda parts: resources.routes(parts.get(group_service)),
    indexes={"groups": [IndexModel([("members.user", ASCENDING), ("_id", ASCENDING)])]},
    field_checks=lambda parts: {"Groups": Groups(parts.db).odd},
)
