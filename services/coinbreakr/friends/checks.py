"""What may be wrong with pending friends."""

from collections.abc import Iterator
from functools import partial
from typing import Final

from bson import ObjectId

from coinbreakr import text
from coinbreakr.findings import Finding
from coinbreakr.friends.domain import PendingFriendService
from coinbreakr.friends.matching import KnownUsers, spellings
from coinbreakr.friends.model import PendingFriend
from coinbreakr.friends.repository import PendingFriends
from coinbreakr.users.friend_lists import FriendLists
from coinbreakr.users.model import Match
from coinbreakr.users.repository import Users

_BATCH: Final = 500


class ArrivedCheck:
    """Pending friends who have an account: the Node server leaves them waiting."""

    def __init__(
        self, pending: PendingFriends, users: Users, service: PendingFriendService
    ) -> None:
        self._pending = pending
        self._users = users
        self._service = service

    def __call__(self) -> Iterator[Finding]:
        """One finding for each pending friend who can be reached."""
        for some in self._pending.batches(_BATCH):
            emails = {one.email for one in some} - {""}
            phones = spellings(one.phone_number for one in some)
            users = KnownUsers(self._users.reachable(emails, phones))
            for one in some:
                user = users.find(one.email, one.phone_number)
                if user is not None:
                    yield self._finding(one, user)

    def _finding(self, pending: PendingFriend, user: Match) -> Finding:
        what = f"is the user {user.id}, but waits for them still"
        return Finding("pendingfriends", pending.id, what, partial(self._join, pending.id, user))

    def _join(self, pending: ObjectId, user: Match) -> bool:
        self._service.look_again(user.id, user.email, text.trim(user.phone_number))
        return not self._pending.existing([pending])


class LostCheck:
    """Ids in lists of pending friends that point to none."""

    def __init__(self, pending: PendingFriends, friend_lists: FriendLists) -> None:
        self._pending = pending
        self._friend_lists = friend_lists

    def __call__(self) -> Iterator[Finding]:
        """One finding for each user with such ids."""
        for user, listed in self._friend_lists.waiting():
            lost = set(listed) - self._pending.existing(listed)
            if lost:
                what = f"waits for pending friends that are not there: {_names(lost)}"
                yield Finding("users", user, what, partial(self._forget, user, lost))

    def _forget(self, user: ObjectId, lost: set[ObjectId]) -> bool:
        return self._friend_lists.remove_pending([user], lost) == 1


def _names(ids: set[ObjectId]) -> str:
    return ", ".join(sorted(map(str, ids)))
