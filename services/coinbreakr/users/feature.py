"""Accounts and people, as a feature of the application."""

from collections.abc import Mapping, Sequence

from pymongo import ASCENDING, IndexModel

from coinbreakr.auth.feature import passwords
from coinbreakr.feature import Feature
from coinbreakr.findings import Check
from coinbreakr.friends.feature import pending_friend_service
from coinbreakr.http.ratelimit import Limit, window
from coinbreakr.parts import Parts
from coinbreakr.settings import Settings
from coinbreakr.users import messages, resources
from coinbreakr.users.checks import FriendshipCheck
from coinbreakr.users.domain import UserService
from coinbreakr.users.friend_lists import FriendLists
from coinbreakr.users.repository import Users


def user_service(parts: Parts) -> UserService:
    """The rules of accounts."""
    return UserService(
        Users(parts.db), parts.get(passwords), parts.get(pending_friend_service), parts.clock
    )


def _limits(settings: Settings) -> Sequence[Limit]:
    return [
        Limit(
            "password",
            settings.rate_limit_password,
            window(settings),
            messages.PASSWORDS_LIMITED,
            "PATCH /v1/users/change-password",
            by_person=True,
        )
    ]


def _checks(parts: Parts) -> Mapping[str, Check]:
    return {"Friendships on one side": FriendshipCheck(FriendLists(parts.db), parts.transactions)}


FEATURE = Feature(
    "users",
    routes=lambda parts: resources.routes(parts.get(user_service)),
    limits=_limits,
    indexes={
        "users": [
            IndexModel([("email", ASCENDING)], unique=True),
            IndexModel([("phoneNumber", ASCENDING)]),
            # Covers a search for a part of a name or address in the order of creation.
            IndexModel([("_id", ASCENDING), ("name", ASCENDING), ("email", ASCENDING)]),
        ]
    },
    field_checks=lambda parts: {"Users": Users(parts.db).odd},
    checks=_checks,
)
