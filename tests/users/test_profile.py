"""The own profile: what is shown, what may be changed, and who becomes a friend by a number."""

from datetime import UTC, datetime
from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

from coinbreakr.errors import Invalid
from coinbreakr.friends.feature import pending_friend_service
from coinbreakr.parts import Parts
from coinbreakr.users import messages, photos
from coinbreakr.users.domain import valid_name
from coinbreakr.users.model import ProfileUpdate
from coinbreakr.users.schemas import ProfileForm
from tests.api import Answer, Api, Person
from tests.interleave import after_first

Db = Database[dict[str, Any]]
PATH = "/v1/users/profile"


def stored(db: Db, person: Person) -> dict[str, Any]:
    found = db["users"].find_one({"_id": ObjectId(person.id)})
    assert found is not None
    return found


def change(api: Api, who: Person, **body: Any) -> Answer:
    return api("PATCH", PATH, who, body)


def test_all_of_the_account_is_shown_but_the_password(
    api: Api, alice: Person, bob: Person, db: Db
) -> None:
    pending = api(
        "POST", "/v1/users/friends", alice, {"friends": [{"name": "P", "phoneNumber": "1"}]}
    )
    assert pending.status == 200
    kept = stored(db, alice)
    shown = api("GET", PATH, alice)
    assert shown.body.keys() == {"success", "data"}
    assert shown.data == {
        "_id": alice.id,
        "name": "Alice",
        "email": alice.email,
        "profileImage": photos.DEFAULT,
        "phoneNumber": "",
        "role": "user",
        "isActive": True,
        "friends": [bob.id],
        "pendingFriends": [str(kept["pendingFriends"][0])],
        "createdAt": _moment(kept["createdAt"]),
        "updatedAt": _moment(kept["updatedAt"]),
        "__v": 0,
    }


def test_what_is_given_is_stored_and_nothing_else(api: Api, alice: Person, db: Db) -> None:
    before = stored(db, alice)
    answer = change(api, alice, name="  Ada ", phoneNumber=" +1 2 ", profileImage="x", role="admin")
    assert answer.status == 200
    assert answer.body == {"success": True, "message": "User profile updated successfully"}
    after = stored(db, alice)
    assert after == {**before, "name": "Ada", "phoneNumber": " +1 2 ", "profileImage": "x"}


@pytest.mark.parametrize("field", ["name", "phoneNumber", "profileImage"])
def test_one_field_leaves_the_others(field: str, api: Api, alice: Person, db: Db) -> None:
    before = stored(db, alice)
    sent = {"name": "", "phoneNumber": "", "profileImage": "", field: "new"}
    assert change(api, alice, **sent).status == 200
    assert stored(db, alice) == {**before, field: "new"}


@pytest.mark.parametrize("body", [{}, {"role": "x"}, {"name": "", "phoneNumber": None}, []])
def test_nothing_to_change(body: Any, api: Api, alice: Person) -> None:
    answer = api("PATCH", PATH, alice, body)
    assert (answer.status, answer.body["code"]) == (400, "NOTHING_TO_CHANGE")
    assert answer.body["message"] == "At least one field is required"


@pytest.mark.parametrize(
    ("body", "message", "code"),
    [
        ({"name": ["x"]}, "name must be a string", "FIELD_NOT_A_STRING"),
        ({"phoneNumber": 7}, "phoneNumber must be a string", "FIELD_NOT_A_STRING"),
        ({"profileImage": {"a": 1}}, "profileImage must be a string", "FIELD_NOT_A_STRING"),
        ({"name": "\0"}, "name must not contain a NUL character", "FIELD_HAS_NUL"),
        ({"phoneNumber": "\0"}, "phoneNumber must not contain a NUL character", "FIELD_HAS_NUL"),
        ({"profileImage": "\0"}, "profileImage must not contain a NUL character", "FIELD_HAS_NUL"),
        (
            {"phoneNumber": "1" * 65},
            "phoneNumber cannot be more than 64 characters",
            "FIELD_TOO_LONG",
        ),
        ({"name": " "}, "Please provide a name", "NAME_MISSING"),
        ({"name": "x" * 51}, "Name cannot be more than 50 characters", "NAME_TOO_LONG"),
    ],
)
def test_refusals_store_nothing(
    body: dict[str, Any], message: str, code: str, api: Api, alice: Person, db: Db
) -> None:
    before = stored(db, alice)
    answer = change(api, alice, **{"phoneNumber": "1", "profileImage": "x", **body})
    assert answer.status == 400
    assert answer.body == {"success": False, "message": message, "code": code}
    assert stored(db, alice) == before


def test_the_longest_phone_number_is_counted_without_blanks(api: Api, alice: Person) -> None:
    assert change(api, alice, phoneNumber=" " + "1" * 64 + " ").status == 200


@pytest.mark.parametrize(
    ("name", "kept"),
    [("A", "A"), (" A\t", "A"), ("x" * 50, "x" * 50), ("😀" * 25, "😀" * 25), ("\u00a0Å ", "Å")],
)
def test_a_name_is_trimmed(name: str, kept: str) -> None:
    assert valid_name(name) == kept


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", messages.NAME_MISSING),
        (" \n\ufeff", messages.NAME_MISSING),
        ("x" * 51, messages.NAME_TOO_LONG),
        ("😀" * 25 + "x", messages.NAME_TOO_LONG),
    ],
)
def test_a_name_has_1_to_50_characters(name: str, message: str) -> None:
    with pytest.raises(Invalid) as refused:
        valid_name(name)
    assert refused.value.message is message


def test_a_form_loads_to_an_update() -> None:
    load = ProfileForm().load
    assert load({"name": "A"}) == ProfileUpdate(name="A")
    assert load({"phoneNumber": "1"}) == ProfileUpdate(phone_number="1")
    assert load({"profileImage": "x", "other": 1}) == ProfileUpdate(image="x")


class TestANumber:
    @pytest.mark.parametrize("number", ["+49 151", "  +49 151 "])
    def test_makes_friends_of_those_who_wait_for_it(
        self, number: str, api: Api, alice: Person, charlie: Person
    ) -> None:
        self._wait(api, alice, "+49 151")
        assert change(api, charlie, phoneNumber=number).status == 200
        assert self._friends(api, alice) == ([charlie.id], [])
        assert self._friends(api, charlie) == ([alice.id], [])

    def test_is_not_looked_at_when_other_things_are_changed(
        self, api: Api, alice: Person, charlie: Person, db: Db
    ) -> None:
        db["users"].update_one({"_id": ObjectId(charlie.id)}, {"$set": {"phoneNumber": "7"}})
        self._wait(api, alice, "8")
        assert change(api, charlie, name="C").status == 200
        friends, pending = self._friends(api, alice)
        assert (friends, len(pending)) == ([], 1)

    def test_makes_friends_of_those_who_begin_to_wait_meanwhile(
        self, api: Api, alice: Person, charlie: Person, parts: Parts
    ) -> None:
        service = parts.get(pending_friend_service)
        with after_first(service._pending, "reachable", lambda: self._wait(api, alice, "+1")):
            assert change(api, charlie, phoneNumber="+1").status == 200
        assert self._friends(api, alice) == ([charlie.id], [])

    def _wait(self, api: Api, who: Person, number: str) -> None:
        body = {"friends": [{"name": "N", "phoneNumber": number}]}
        (outcome,) = api("POST", "/v1/users/friends", who, body).data
        assert outcome["type"] == "pending_friend"

    def _friends(self, api: Api, who: Person) -> tuple[list[str], list[str]]:
        data = api("GET", "/v1/users/friends", who).data
        return ([f["_id"] for f in data["friends"]], [f["_id"] for f in data["pendingFriends"]])


class TestDeactivation:
    def test_closes_the_account_and_keeps_everything(
        self, api: Api, alice: Person, bob: Person, db: Db
    ) -> None:
        before = stored(db, alice)
        began = datetime.now(UTC)
        answer = api("DELETE", "/v1/users/deactivate-user", alice)
        assert answer.status == 200
        assert answer.body == {"success": True, "message": "User account has been deactivated"}
        after = stored(db, alice)
        assert after == {**before, "isActive": False, "updatedAt": after["updatedAt"]}
        assert (after["updatedAt"] - began).total_seconds() > -0.001
        (friend,) = api("GET", "/v1/users/friends", bob).data["friends"]
        assert friend["_id"] == alice.id


def _moment(value: datetime) -> str:
    return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
