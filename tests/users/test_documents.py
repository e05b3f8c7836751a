"""Documents of users as they are stored, and what the rules see of them."""

from datetime import UTC, datetime
from typing import Any

from bson import ObjectId

from coinbreakr.mongo.reading import Fields
from coinbreakr.users import documents, photos
from coinbreakr.users.model import Account, Caller, Match, Person, Profile, Settings

ID, ONE, TWO = (ObjectId(f"65f1a0c2b7e4d9836a1f0c2{digit}") for digit in "abc")
CREATED, UPDATED, LOGIN = (datetime(2024, month, 1, tzinfo=UTC) for month in (1, 2, 3))
WHOLE: dict[str, Any] = {
    "_id": ID,
    "name": "Ada",
    "email": "ada@example.com",
    "password": "a hash",
    "profileImage": "an image",
    "phoneNumber": "+1",
    "role": "admin",
    "isActive": False,
    "friends": [ONE],
    "pendingFriends": [TWO],
    "lastLogin": LOGIN,
    "createdAt": CREATED,
    "updatedAt": UPDATED,
    "__v": 3,
}
BARE: dict[str, Any] = {"_id": ID, "name": "Ada", "email": "ada@example.com", "password": "a hash"}
PROFILE = Profile(
    id=ID,
    name="Ada",
    email="ada@example.com",
    profile_image="an image",
    phone_number="+1",
    role="admin",
    is_active=False,
    last_login=LOGIN,
    friends=[ONE],
    pending_friends=[TWO],
    created_at=CREATED,
    updated_at=UPDATED,
    version=3,
)


def test_a_whole_document() -> None:
    fields = Fields(WHOLE)
    assert documents.account(fields) == Account(
        ID, "Ada", "ada@example.com", role="admin", is_active=False, password_hash="a hash"
    )
    assert documents.caller(fields) == Caller(ID, is_active=False, friends=[ONE])
    assert documents.caller_with_profile(fields) == Caller(
        ID, is_active=False, friends=[ONE], profile=PROFILE
    )
    assert documents.profile(fields) == PROFILE
    assert documents.everything(fields) == (documents.account(fields), PROFILE, Settings())
    assert documents.match(fields) == Match(ID, "ada@example.com", "+1")
    assert documents.person(fields) == Person(ID, "Ada", "ada@example.com", "an image")
    assert documents.contact(fields) == Person(
        ID, "Ada", "ada@example.com", "an image", phone_number="+1"
    )
    assert fields.odd == {}


def test_what_stands_in_for_fields_that_are_missing() -> None:
    fields = Fields(BARE)
    assert documents.account(fields) == Account(
        ID, "Ada", "ada@example.com", role="user", is_active=True, password_hash="a hash"
    )
    assert documents.caller(fields) == Caller(ID, is_active=True, friends=[])
    made = ID.generation_time
    assert documents.profile(fields) == Profile(
        id=ID,
        name="Ada",
        email="ada@example.com",
        profile_image="https://via.placeholder.com/150",
        phone_number="",
        role="user",
        is_active=True,
        last_login=None,
        friends=[],
        pending_friends=[],
        created_at=made,
        updated_at=made,
        version=0,
    )
    assert documents.match(fields) == Match(ID, "ada@example.com", "")
    assert documents.contact(fields) == Person(ID, "Ada", "ada@example.com", photos.DEFAULT)


def test_a_photo_has_a_version_by_its_fingerprint() -> None:
    shown = documents.person(Fields({**WHOLE, "fingerprint": "600:abc"}))
    assert shown.photo == photos.version(ID, "600:abc")
