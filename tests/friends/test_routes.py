"""Friends as the app sees them."""

from typing import Any

from bson import ObjectId
from pymongo.database import Database

from tests.api import Api, Person

Db = Database[dict[str, Any]]
PATH = "/v1/users/friends"


def add(api: Api, who: Person, *people: dict[str, Any]) -> Any:
    return api("POST", PATH, who, {"friends": list(people)})


def test_results_and_their_count(api: Api, alice: Person, bob: Person, charlie: Person) -> None:
    sent = [
        {"name": "C", "email": charlie.email.upper()},
        {"name": "D", "phoneNumber": " 55 "},
        {"name": "Me", "email": alice.email},
        {"name": "B", "email": bob.email},
        {"name": "D", "email": "d@example.com", "phoneNumber": "55"},
        {"name": "C again", "email": charlie.email},
    ]
    answer = add(api, alice, *sent)
    assert answer.body["message"] == "2 friend(s) added, 1 pending friend(s) created"
    assert answer.body["success"] is True
    results = [
        (True, "Friend added successfully", "existing_user"),
        (True, "Friend added to pending list", "pending_friend"),
        (False, "Cannot add yourself as a friend", None),
        (False, "User is already your friend", None),
        (False, "Friend is already in your pending list", None),
        (True, "Friend added successfully", "existing_user"),
    ]
    for shown, entry, (success, message, kind) in zip(answer.data, sent, results, strict=True):
        given = {"email": "", "phoneNumber": "", **entry}
        assert shown == {
            **given,
            "success": success,
            "message": message,
            **({"type": kind} if kind else {}),
        }


def test_the_list(api: Api, alice: Person, bob: Person, charlie: Person, db: Db) -> None:
    api("PATCH", "/v1/users/profile", charlie, {"phoneNumber": "77"})
    add(api, alice, {"name": "C", "email": charlie.email}, {"name": " D ", "email": "D@x.example"})
    add(api, alice, {"name": "E", "phoneNumber": " 5 "})
    dora, emil = db["pendingfriends"].find().sort("_id", 1)
    image = "https://via.placeholder.com/150"
    answer = api("GET", PATH, alice)
    assert answer.body == {
        "success": True,
        "data": {
            "friends": [
                {
                    "_id": one.id,
                    "name": one.name,
                    "email": one.email,
                    "phoneNumber": number,
                    "profileImage": image,
                }
                for one, number in ((bob, ""), (charlie, "77"))
            ],
            "pendingFriends": [
                {"_id": str(dora["_id"]), "name": "D", "email": "d@x.example"},
                {"_id": str(emil["_id"]), "name": "E", "phoneNumber": "5"},
            ],
        },
    }


def test_how_a_pending_friend_is_stored(api: Api, alice: Person, db: Db) -> None:
    add(api, alice, {"name": "D", "email": "d@x.example"})
    stored = db["pendingfriends"].find_one() or {}
    assert stored.keys() == {
        "_id", "name", "email", "addedBy", "createdAt", "updatedAt", "__v",
    }  # fmt: skip
    assert (stored["addedBy"], stored["__v"]) == (ObjectId(alice.id), 0)
    assert stored["createdAt"] == stored["updatedAt"]
    user = db["users"].find_one({"_id": ObjectId(alice.id)}) or {}
    assert user["pendingFriends"] == [stored["_id"]]


def test_one_bad_entry_stores_nothing(api: Api, alice: Person, charlie: Person, db: Db) -> None:
    refused = add(
        api, alice, {"name": "C", "email": charlie.email}, {"name": "X", "email": "nonsense"}
    )
    assert (refused.status, refused.body["code"]) == (400, "EMAIL_INVALID")
    assert api("GET", PATH, alice).data == {"friends": [], "pendingFriends": []}
    assert db["pendingfriends"].count_documents({}) == 0


def test_a_friendship_ends_on_both_sides(api: Api, alice: Person, bob: Person) -> None:
    answer = api("DELETE", f"{PATH}/{bob.id}", alice)
    assert answer.body == {"success": True, "message": "Friend removed successfully"}
    for who in (alice, bob):
        assert api("GET", PATH, who).data["friends"] == []
    assert api("DELETE", f"{PATH}/{bob.id}", alice).status == 200
    assert api("DELETE", f"{PATH}/{ObjectId()}", alice).status == 200


def test_who_cannot_be_removed(api: Api, alice: Person) -> None:
    answers = {
        f"{PATH}/{alice.id}": (400, "Cannot remove yourself as a friend"),
        f"{PATH}/twelve-chars": (400, "Invalid friendId format"),
        f"{PATH}/{alice.id}?type=pending": (404, "Pending friend not found"),
    }
    for path, expected in answers.items():
        answer = api("DELETE", path, alice)
        assert (answer.status, answer.body["message"]) == expected


def test_pending_friends_are_removed_by_who_added_them(
    api: Api, alice: Person, bob: Person, db: Db
) -> None:
    add(api, alice, {"name": "D", "phoneNumber": "5"}, {"name": "E", "phoneNumber": "6"})
    first, second = db["pendingfriends"].find().sort("_id", 1)
    path = f"{PATH}/{first['_id']}?type=pending"
    assert api("DELETE", path, bob).status == 404
    answer = api("DELETE", path, alice)
    assert answer.body == {"success": True, "message": "Pending friend removed successfully"}
    assert [one["_id"] for one in db["pendingfriends"].find()] == [second["_id"]]
    user = db["users"].find_one({"_id": ObjectId(alice.id)}) or {}
    assert user["pendingFriends"] == [second["_id"]]


class TestWhoArrives:
    def test_becomes_a_friend_of_all_who_wait(self, api: Api, alice: Person, bob: Person) -> None:
        body = {"name": "Dora", "email": "dora@example.com", "password": Person.password}
        add(api, alice, {"name": "D", "email": body["email"]})
        add(api, bob, {"name": "D", "email": "Dora@Example.com", "phoneNumber": "5"})
        api("POST", "/v1/auth/register", json=body)
        for who in (alice, bob):
            shown = api("GET", PATH, who).data
            assert body["email"] in [one["email"] for one in shown["friends"]]
            assert shown["pendingFriends"] == []
            assert api("GET", "/v1/users/profile", who).data["pendingFriends"] == []

    def test_is_known_by_a_phone_number_set_later(
        self, api: Api, alice: Person, charlie: Person
    ) -> None:
        add(api, alice, {"name": "C", "phoneNumber": "+1 5"})
        api("PATCH", "/v1/users/profile", charlie, {"phoneNumber": "+15"})
        assert api("GET", PATH, alice).data["friends"] == []
        api("PATCH", "/v1/users/profile", charlie, {"phoneNumber": " +1 5 "})
        (friend,) = api("GET", PATH, alice).data["friends"]
        assert friend["_id"] == charlie.id
        assert [one["_id"] for one in api("GET", PATH, charlie).data["friends"]] == [alice.id]

    def test_is_no_friend_of_himself(self, api: Api, alice: Person) -> None:
        add(api, alice, {"name": "My other phone", "phoneNumber": "5"})
        api("PATCH", "/v1/users/profile", alice, {"phoneNumber": "5"})
        assert api("GET", PATH, alice).data == {"friends": [], "pendingFriends": []}
