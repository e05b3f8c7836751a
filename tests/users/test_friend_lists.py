"""Lists of friends and pending friends in the documents of users."""

from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

from coinbreakr.parts import Parts
from coinbreakr.users.checks import FriendshipCheck
from coinbreakr.users.friend_lists import FriendLists

Db = Database[dict[str, Any]]
ME, ONE, TWO, NOBODY = (ObjectId(f"65f1a0c2b7e4d9836a1f0c2{digit}") for digit in "0123")


@pytest.fixture
def lists(db: Db) -> FriendLists:
    db["users"].insert_many(
        {"_id": user, "email": str(user), "friends": [], "pendingFriends": []}
        for user in (ME, ONE, TWO)
    )
    return FriendLists(db)


def friends(db: Db, field: str = "friends") -> dict[ObjectId, list[Any]]:
    return {user["_id"]: user[field] for user in db["users"].find().sort("_id", 1)}


def test_a_friendship_is_on_both_sides_once(lists: FriendLists, db: Db) -> None:
    for _ in range(2):
        lists.befriend(ME, [TWO, ONE])
    assert friends(db) == {ME: [TWO, ONE], ONE: [ME], TWO: [ME]}


def test_nobody_is_a_friend_of_oneself(lists: FriendLists, db: Db) -> None:
    lists.befriend(ME, [ME])
    lists.befriend(ME, [])
    assert friends(db) == {ME: [], ONE: [], TWO: []}
    lists.befriend(ME, [ONE, ME])
    assert friends(db) == {ME: [ONE], ONE: [ME], TWO: []}


def test_a_friendship_ends_on_both_sides(lists: FriendLists, db: Db) -> None:
    lists.befriend(ME, [ONE, TWO])
    lists.unfriend(ME, ONE)
    assert friends(db) == {ME: [TWO], ONE: [], TWO: [ME]}
    lists.unfriend(ONE, TWO)
    assert friends(db) == {ME: [TWO], ONE: [], TWO: [ME]}


def test_ids_that_are_stored_as_text_are_taken_off_too(lists: FriendLists, db: Db) -> None:
    db["users"].update_one({"_id": ME}, {"$set": {"friends": [str(ONE), TWO]}})
    lists.unfriend(ME, ONE)
    assert friends(db)[ME] == [TWO]


def test_pending_friends_are_listed_with_who_added_them(lists: FriendLists, db: Db) -> None:
    first, second = ObjectId(), ObjectId()
    lists.add_pending(ME, [])
    lists.add_pending(ME, [first, second])
    lists.add_pending(ONE, [second])
    assert friends(db, "pendingFriends") == {ME: [first, second], ONE: [second], TWO: []}
    assert list(lists.waiting()) == [(ME, [first, second]), (ONE, [second])]
    assert lists.remove_pending([ME, TWO], [second]) == 1
    assert friends(db, "pendingFriends") == {ME: [first], ONE: [second], TWO: []}
    assert lists.remove_pending([ME], [second]) == 0
    assert lists.remove_pending([ME, ONE], [first, second]) == 2
    assert list(lists.waiting()) == []


def test_halves_of_friendships_are_found(lists: FriendLists, db: Db) -> None:
    lists.befriend(ME, [TWO])
    db["users"].update_one({"_id": ME}, {"$push": {"friends": {"$each": [ONE, NOBODY, "text"]}}})
    assert list(lists.half_friends()) == [(ME, ONE, True), (ME, NOBODY, False)]


def test_a_half_is_completed_while_it_is_there(lists: FriendLists, db: Db) -> None:
    assert not lists.befriend_back(ME, ONE)
    assert friends(db)[ONE] == []
    db["users"].update_one({"_id": ME}, {"$set": {"friends": [ONE]}})
    before = db["users"].find_one({"_id": ME})
    assert lists.befriend_back(ME, ONE)
    assert friends(db) == {ME: [ONE], ONE: [ME], TWO: []}
    assert db["users"].find_one({"_id": ME}) == before


def test_a_friend_is_dropped_on_one_side(lists: FriendLists, db: Db) -> None:
    lists.befriend(ME, [ONE])
    assert lists.drop_friend(ME, ONE)
    assert friends(db) == {ME: [], ONE: [ME], TWO: []}
    assert not lists.drop_friend(ME, ONE)


class TestCheck:
    @pytest.fixture
    def check(self, lists: FriendLists, parts: Parts) -> FriendshipCheck:
        return FriendshipCheck(lists, parts.transactions)

    def test_finds_nothing_in_order(self, check: FriendshipCheck, lists: FriendLists) -> None:
        lists.befriend(ME, [ONE, TWO])
        assert list(check()) == []

    def test_completes_friendships_and_drops_ids_of_nobody(
        self, check: FriendshipCheck, db: Db
    ) -> None:
        db["users"].update_one({"_id": ME}, {"$set": {"friends": [ONE, NOBODY]}})
        found = list(check())
        assert [(each.collection, each.id, each.what) for each in found] == [
            ("users", ME, f"has the friend {ONE}, who does not have them"),
            ("users", ME, f"has the friend {NOBODY}, who does not exist"),
        ]
        assert [each.mend() for each in found if each.mend] == [True, True]
        assert friends(db) == {ME: [ONE], ONE: [ME], TWO: []}
        assert [each.mend() for each in found if each.mend] == [True, False]
