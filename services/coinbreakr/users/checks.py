"""What may be wrong with friendships: they are kept on both sides."""

from collections.abc import Iterator
from functools import partial

from bson import ObjectId

from coinbreakr.findings import Finding
from coinbreakr.mongo.transactions import Transactions
from coinbreakr.users.friend_lists import FriendLists


class FriendshipCheck:
    """Friendships that only one side has.

    A friendship needs no consent, so it is completed; what hangs on it is lost on neither side.
    An id that no user has is taken away: users are never deleted, so it will not come back.
    """

    def __init__(self, friend_lists: FriendLists, transactions: Transactions) -> None:
        self._friend_lists = friend_lists
        self._transactions = transactions

    def __call__(self) -> Iterator[Finding]:
        """One finding for each half."""
        for user, friend, exists in self._friend_lists.half_friends():
            if exists:
                what = f"has the friend {friend}, who does not have them"
                yield Finding("users", user, what, partial(self._complete, user, friend))
            else:
                what = f"has the friend {friend}, who does not exist"
                yield Finding(
                    "users", user, what, partial(self._friend_lists.drop_friend, user, friend)
                )

    def _complete(self, user: ObjectId, friend: ObjectId) -> bool:
        return self._transactions.run(lambda: self._friend_lists.befriend_back(user, friend))
