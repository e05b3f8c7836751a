"""Accounts as they are stored and found."""

from datetime import UTC, datetime
from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

from coinbreakr.users.model import (
    Account,
    Caller,
    EmailTaken,
    Match,
    NewAccount,
    ProfileUpdate,
)
from coinbreakr.users.repository import Users

Db = Database[dict[str, Any]]
ID, OTHER = (ObjectId(f"65f1a0c2b7e4d9836a1f0c2{digit}") for digit in "ab")
CREATED, LATER = (datetime(2024, month, 1, tzinfo=UTC) for month in (1, 2))
ADA = NewAccount(ID, "Ada", "ada@example.com", "a hash", CREATED)
STORED = {
    "_id": ID,
    "name": "Ada",
    "email": "ada@example.com",
    "password": "a hash",
    "profileImage": "https://via.placeholder.com/150",
    "phoneNumber": "",
    "role": "user",
    "isActive": True,
    "friends": [],
    "pendingFriends": [],
    "createdAt": CREATED,
    "updatedAt": CREATED,
    "__v": 0,
}


@pytest.fixture
def users(db: Db) -> Users:
    found = Users(db)
    found.insert(ADA)
    return found


def stored(db: Db) -> dict[str, Any]:
    found = db["users"].find_one({"_id": ID})
    assert found is not None
    return found


def test_a_new_account(users: Users, db: Db) -> None:
    assert stored(db) == STORED
    with pytest.raises(EmailTaken):
        users.insert(NewAccount(OTHER, "Other", "ada@example.com", "x", LATER))
    assert db["users"].count_documents({}) == 1


def test_an_account_is_found_by_address_and_by_id(users: Users) -> None:
    account = Account(
        ID, "Ada", "ada@example.com", role="user", is_active=True, password_hash="a hash"
    )
    assert users.account("ada@example.com") == users.account_by_id(ID) == account
    assert users.account("Ada@example.com") is None
    assert users.account_by_id(OTHER) is None
    assert users.email_exists("ada@example.com")
    assert not users.email_exists("other@example.com")


def test_a_caller_comes_with_the_profile_if_it_is_asked_for(users: Users) -> None:
    assert users.caller(OTHER) is None
    assert users.caller(ID) == Caller(ID, is_active=True, friends=[])
    caller = users.caller(ID, with_profile=True)
    assert caller is not None
    assert caller.profile is not None
    assert (caller.profile.id, caller.profile.name, caller.profile.created_at) == (
        ID,
        "Ada",
        CREATED,
    )


def test_a_login_and_a_deactivation_are_noted(users: Users, db: Db) -> None:
    users.record_login(ID, LATER)
    assert stored(db) == {**STORED, "lastLogin": LATER, "updatedAt": LATER}
    users.deactivate(ID, CREATED)
    assert stored(db) == {**STORED, "lastLogin": LATER, "isActive": False}


def test_what_is_none_stays_as_it_is(users: Users, db: Db) -> None:
    users.change_profile(ID, ProfileUpdate())
    assert stored(db) == STORED
    users.change_profile(ID, ProfileUpdate("A", "+1", "x"))
    assert stored(db) == {**STORED, "name": "A", "phoneNumber": "+1", "profileImage": "x"}


def test_a_hash_is_replaced_if_it_is_still_the_old_one(users: Users, db: Db) -> None:
    assert not users.change_password(ID, "new", LATER, was="other")
    assert stored(db) == STORED
    assert users.change_password(ID, "new", LATER, was="a hash")
    assert stored(db) == {**STORED, "password": "new", "updatedAt": LATER}


def test_people_are_found_by_their_ids(users: Users) -> None:
    assert users.people([]) == {}
    assert users.people([OTHER]) == {}
    assert users.people([ID, OTHER, ID]).keys() == {ID}
    users.change_profile(ID, ProfileUpdate(phone_number="+1"))
    assert users.people([ID])[ID].phone_number == ""
    assert users.contacts([ID, OTHER])[ID].phone_number == "+1"


def test_users_are_reached_by_address_or_number(users: Users) -> None:
    users.change_profile(ID, ProfileUpdate(phone_number="+1"))
    users.insert(NewAccount(OTHER, "Other", "other@example.com", "x", LATER))
    ada, other = Match(ID, "ada@example.com", "+1"), Match(OTHER, "other@example.com", "")
    assert users.reachable(["other@example.com"], ["+1"]) == [ada, other]
    assert users.reachable([], ["+1"]) == [ada]
    assert users.reachable(["other@example.com"], []) == [other]
    assert users.reachable([], []) == []
    assert users.by_email("other@example.com") == other
    assert users.by_email("nobody@example.com") is None


def test_a_photo_that_is_not_stored(users: Users, db: Db) -> None:
    assert users.photo(OTHER, "x") is None
    assert users.photo(ID, "x") is None
    db["users"].update_one({"_id": ID}, {"$set": {"profileImage": 7}})
    assert users.photo(ID, "x") is None
    db["users"].update_one({"_id": ID}, {"$unset": {"profileImage": ""}})
    assert users.photo(ID, "x") is None


def test_fields_of_another_type_are_told(users: Users, db: Db) -> None:
    assert list(users.odd()) == []
    db["users"].update_one({"_id": ID}, {"$set": {"isActive": "yes", "__v": "x"}})
    assert [finding.id for finding in users.odd()] == [ID]
