"""Friendships and pending friends, as they stand in lists in the documents of users."""

from collections.abc import Collection, Iterator
from typing import Any, Final

from bson import ObjectId
from pymongo.database import Database

from coinbreakr.mongo import expressions
from coinbreakr.mongo.reading import Fields

_PENDING: Final = {"pendingFriends": 1}
_HELD: Final = "held"  # never there outside a transaction


class FriendLists:
    """The lists of all users. A friendship stands in the lists of both."""

    def __init__(self, db: Database[dict[str, Any]]) -> None:
        self._users = db["users"]

    def befriend(self, user: ObjectId, others: Collection[ObjectId]) -> None:
        """Enter friendships on both sides; run it inside a transaction."""
        new = [other for other in others if other != user]
        if new:
            self._add([user], "friends", new)
            self._add(new, "friends", [user])

    def unfriend(self, user: ObjectId, other: ObjectId) -> bool:
        """Remove a friendship on both sides; run it inside a transaction. Whether there was one."""
        gone = self._remove([user], "friends", [other])
        return gone + self._remove([other], "friends", [user]) > 0

    def add_pending(self, user: ObjectId, pending: Collection[ObjectId]) -> None:
        """List pending friends with who added them."""
        if pending:
            self._add([user], "pendingFriends", pending)

    def remove_pending(self, users: Collection[ObjectId], pending: Collection[ObjectId]) -> int:
        """Take pending friends off the lists of those who added them; how many had some."""
        return self._remove(users, "pendingFriends", pending)

    def half_friends(self) -> Iterator[tuple[ObjectId, ObjectId, bool]]:
        """Who has a friend that does not have them, the friend, and whether that user exists."""
        has_me = {"$in": ["$$me", expressions.items("$friends")]}
        friend = {
            "from": self._users.name,
            "localField": "friends",
            "foreignField": "_id",
            "let": {"me": "$_id"},
            "pipeline": [{"$project": {"mutual": has_me}}],
            "as": "friend",
        }
        stages: list[dict[str, Any]] = [
            {"$project": {"friends": 1}},
            {"$unwind": "$friends"},
            {"$match": {"friends": {"$type": "objectId"}}},
            {"$lookup": friend},
            {"$match": {"friend.mutual": {"$ne": True}}},
        ]
        for row in self._users.aggregate(stages):
            yield row["_id"], row["friends"], bool(row["friend"])

    def befriend_back(self, user: ObjectId, friend: ObjectId) -> bool:
        """Enter a friendship on the friend's side too, while it is on the user's.

        Run it inside a transaction: the user is written to, so that one in which the
        friendship ends conflicts with it.
        """
        query = {"_id": user, "friends": friend}
        if not self._users.update_one(query, {"$set": {_HELD: True}}).matched_count:
            return False
        self._users.update_one({"_id": user}, {"$unset": {_HELD: ""}})
        self._add([friend], "friends", [user])
        return True

    def drop_friend(self, user: ObjectId, friend: ObjectId) -> bool:
        """Take somebody off one side only: an id that no user has."""
        return self._remove([user], "friends", [friend]) == 1

    def waiting(self) -> Iterator[tuple[ObjectId, list[ObjectId]]]:
        """Who has pending friends in their list, and the list."""
        for document in self._users.find({"pendingFriends.0": {"$exists": True}}, _PENDING):
            yield document["_id"], Fields(document).ids("pendingFriends")

    def _add(self, users: Collection[ObjectId], field: str, new: Collection[ObjectId]) -> None:
        longer = expressions.with_all(f"${field}", list(new))
        self._users.update_many({"_id": {"$in": list(users)}}, [{"$set": {field: longer}}])

    def _remove(self, users: Collection[ObjectId], field: str, gone: Collection[ObjectId]) -> int:
        either = [*gone, *(str(one) for one in gone)]
        shorter = expressions.without(f"${field}", {"$in": ["$$this", either]})
        query = {"_id": {"$in": list(users)}, field: {"$in": either}}
        return self._users.update_many(query, [{"$set": {field: shorter}}]).modified_count
