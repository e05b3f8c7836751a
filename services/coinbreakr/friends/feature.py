"""Friends, as a feature of the application."""

from collections.abc import Mapping

from pymongo import ASCENDING, IndexModel

from coinbreakr.activity.feature import activity_log
from coinbreakr.feature import Feature
from coinbreakr.findings import Check
from coinbreakr.friends import resources
from coinbreakr.friends.checks import ArrivedCheck, LostCheck
from coinbreakr.friends.domain import FriendService, PendingFriendService
from coinbreakr.friends.history import FriendHistory
from coinbreakr.friends.repository import PendingFriends
from coinbreakr.parts import Parts
from coinbreakr.users.friend_lists import FriendLists
from coinbreakr.users.repository import Users


def pending_friend_service(parts: Parts) -> PendingFriendService:
    """What makes friends of those who were waiting for somebody."""
    return PendingFriendService(
        FriendLists(parts.db), PendingFriends(parts.db), _history(parts), parts.transactions
    )


def friend_service(parts: Parts) -> FriendService:
    """The rules of friendship."""
    return FriendService(
        Users(parts.db),
        FriendLists(parts.db),
        PendingFriends(parts.db),
        parts.get(pending_friend_service),
        history=_history(parts),
        transactions=parts.transactions,
        clock=parts.clock,
    )


def _history(parts: Parts) -> FriendHistory:
    return FriendHistory(parts.get(activity_log))


def _checks(parts: Parts) -> Mapping[str, Check]:
    pending = PendingFriends(parts.db)
    service = parts.get(pending_friend_service)
    return {
        "Pending friends with an account": ArrivedCheck(pending, Users(parts.db), service),
        "Pending friends who are not there": LostCheck(pending, FriendLists(parts.db)),
    }


FEATURE = Feature(
    "friends",
    routes=lambda parts: resources.routes(parts.get(friend_service)),
    indexes={
        "pendingfriends": [
            IndexModel([("addedBy", ASCENDING), ("email", ASCENDING)], sparse=True),
            IndexModel([("addedBy", ASCENDING), ("phoneNumber", ASCENDING)], sparse=True),
            IndexModel([("email", ASCENDING)]),
            IndexModel([("phoneNumber", ASCENDING)]),
        ]
    },
    field_checks=lambda parts: {"Pending friends": PendingFriends(parts.db).odd},
    checks=_checks,
)
