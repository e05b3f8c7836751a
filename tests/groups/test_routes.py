"""Groups as the app sees them, and as they are stored."""

from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

from tests.api import Answer, Api, Person

Db = Database[dict[str, Any]]
IMAGE = "https://via.placeholder.com/150"


@pytest.fixture
def group(api: Api, alice: Person, bob: Person) -> str:
    return api.group(alice, bob)


def friends(api: Api, who: Person) -> list[str]:
    return [one["_id"] for one in api("GET", "/v1/users/friends", who).data["friends"]]


def members(answer: Answer) -> list[tuple[str, str]]:
    return [(one["user"]["_id"], one["role"]) for one in answer.data["members"]]


def refusal(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.body["message"]


def test_a_new_group(api: Api, alice: Person, bob: Person, charlie: Person, db: Db) -> None:
    ids = [bob.id, charlie.id, alice.id, bob.id.upper(), str(ObjectId())]
    body = {"name": " Lisbon ", "description": "May", "members": ids}
    answer = api("POST", "/v1/groups", alice, body)
    assert (answer.status, answer.body["message"]) == (201, "Group created successfully")
    stored = db["groups"].find_one() or {}
    moment = stored["createdAt"].isoformat(timespec="milliseconds")[:23] + "Z"
    people = {
        one.id: {"_id": one.id, "name": one.name, "email": one.email}
        for one in (alice, bob, charlie)
    }
    roles = [(alice.id, "admin"), (bob.id, "member"), (charlie.id, "member")]
    assert answer.data == {
        "_id": str(stored["_id"]),
        "name": "Lisbon",
        "description": "May",
        "members": [
            {
                "_id": str(kept["_id"]),
                "user": {**people[user], "profileImage": IMAGE},
                "role": role,
                "joinedAt": moment,
            }
            for kept, (user, role) in zip(stored["members"], roles, strict=True)
        ],
        "createdBy": people[alice.id],
        "isActive": True,
        "createdAt": moment,
        "updatedAt": moment,
        "__v": 0,
    }
    assert stored == {
        "_id": ObjectId(answer.data["_id"]),
        "name": "Lisbon",
        "description": "May",
        "members": [
            {
                "_id": kept["_id"],
                "user": ObjectId(user),
                "role": role,
                "joinedAt": stored["createdAt"],
            }
            for kept, (user, role) in zip(stored["members"], roles, strict=True)
        ],
        "createdBy": ObjectId(alice.id),
        "isActive": True,
        "createdAt": stored["createdAt"],
        "updatedAt": stored["createdAt"],
        "__v": 0,
    }
    assert friends(api, alice) == [bob.id, charlie.id]
    assert friends(api, charlie) == [alice.id]
    assert friends(api, bob) == [alice.id]


def test_a_group_is_shown_to_its_members(
    api: Api, alice: Person, bob: Person, charlie: Person, group: str
) -> None:
    second = api.group(bob, alice, name="Second")
    listed = api("GET", "/v1/groups", alice)
    assert listed.body["message"] == "Groups retrieved successfully"
    assert [one["_id"] for one in listed.data] == [group, second]
    shown = api("GET", f"/v1/groups/{group}", bob)
    assert (shown.body["message"], shown.data) == ("Group retrieved successfully", listed.data[0])
    assert api("GET", "/v1/groups", charlie).data == []
    denied = (403, "Access denied. You are not a member of this group")
    assert refusal(api("GET", f"/v1/groups/{group}", charlie)) == denied
    assert refusal(api("GET", f"/v1/groups/{ObjectId()}", bob)) == (404, "Group not found")
    assert refusal(api("GET", "/v1/groups/x", bob)) == (400, "Invalid group ID format")


def test_changes(api: Api, alice: Person, bob: Person, charlie: Person, group: str, db: Db) -> None:
    path = f"/v1/groups/{group}"
    before = db["groups"].find_one() or {}
    answer = api("PUT", path, bob, {"name": "New"})
    assert answer.body["message"] == "Group updated successfully"
    assert (answer.data["name"], answer.data["description"]) == ("New", "")
    answer = api("PUT", path, alice, {"description": "Text"})
    assert (answer.data["name"], answer.data["description"]) == ("New", "Text")
    after = db["groups"].find_one() or {}
    assert after["updatedAt"] > before["updatedAt"]
    known = {"name": "New", "description": "Text", "updatedAt": after["updatedAt"]}
    assert after == {**before, **known}
    assert answer.data == api("GET", path, alice).data
    assert api("PUT", path, charlie, {"name": "X"}).status == 403
    assert api("PUT", f"/v1/groups/{ObjectId()}", alice, {"name": "X"}).status == 404
    assert (db["groups"].find_one() or {})["name"] == "New"


def test_only_the_version_that_was_seen_is_changed(api: Api, alice: Person, group: str) -> None:
    path = f"/v1/groups/{group}"
    seen = {"If-Match": api("GET", path, alice).headers["etag"]}
    changed = api("PUT", path, alice, {"name": "New"}, headers=seen)
    assert changed.status == 200
    # The version of what is stored, and one of the answer.
    stored = changed.headers["etag"].partition("-")[0]
    assert api("GET", path, alice).headers["etag"].partition("-")[0] == stored
    assert api("PUT", path, alice, {"name": "Newer"}, headers=seen).status == 412
    assert api("DELETE", path, alice, headers=seen).status == 412
    now = {"If-Match": changed.headers["etag"]}
    assert api("DELETE", path, alice, headers=now).status == 200


def test_recording_in_a_group_is_no_new_version(api: Api, alice: Person, group: str) -> None:
    path = f"/v1/groups/{group}"
    before = api("GET", path, alice)
    api.expense(alice, 10, {alice: 10}, groupId=group)
    after = api("GET", path, alice)
    assert (after.headers["etag"], after.data) == (before.headers["etag"], before.data)


def test_who_made_a_group_deletes_it_member_or_not(
    api: Api, alice: Person, bob: Person, group: str, db: Db
) -> None:
    path = f"/v1/groups/{group}"
    denied = (403, "Access denied. Only the group creator can delete the group")
    assert refusal(api("DELETE", path, bob)) == denied
    assert api("DELETE", f"{path}/leave", alice).status == 200
    before = db["groups"].find_one() or {}
    answer = api("DELETE", path, alice)
    assert answer.body == {"success": True, "message": "Group deleted successfully"}
    after = db["groups"].find_one() or {}
    assert after["updatedAt"] > before["updatedAt"]
    assert after == {**before, "isActive": False, "updatedAt": after["updatedAt"]}


def test_a_deleted_group_is_gone(api: Api, alice: Person, bob: Person, group: str) -> None:
    path = f"/v1/groups/{group}"
    api("DELETE", path, alice)
    for answer in (
        api("GET", path, alice),
        api("PUT", path, alice, {}),
        api("DELETE", path, alice),
        api("POST", f"{path}/members", alice, {"memberEmail": bob.email}),
        api("DELETE", f"{path}/members/{bob.id}", alice),
        api("DELETE", f"{path}/leave", bob),
    ):
        assert refusal(answer) == (404, "Group not found")
    assert api("GET", "/v1/groups", bob).data == []


def test_a_new_member(
    api: Api, alice: Person, bob: Person, charlie: Person, group: str, db: Db
) -> None:
    path = f"/v1/groups/{group}/members"
    before = db["groups"].find_one() or {}
    body = {"memberEmail": f" {charlie.email.upper()}", "role": "admin"}
    answer = api("POST", path, bob, body)
    assert (answer.status, answer.body["message"]) == (200, "Member added successfully")
    assert members(answer) == [(alice.id, "admin"), (bob.id, "member"), (charlie.id, "admin")]
    assert answer.data == api("GET", f"/v1/groups/{group}", alice).data
    after = db["groups"].find_one() or {}
    assert after["members"][:2] == before["members"]
    assert after["members"][2].keys() == {"_id", "user", "role", "joinedAt"}
    assert after["members"][2]["joinedAt"] == after["updatedAt"] > before["updatedAt"]
    assert answer.data["members"][2]["joinedAt"] == answer.data["updatedAt"]
    assert answer.data["members"][1]["joinedAt"] == answer.data["createdAt"]
    assert (before["__v"], after["__v"]) == (0, 1)
    assert friends(api, charlie) == [bob.id]
    assert friends(api, bob) == [alice.id, charlie.id]


def test_who_cannot_be_added(api: Api, alice: Person, bob: Person, charlie: Person) -> None:
    group = api.group(alice, bob)
    path = f"/v1/groups/{group}/members"
    answers = [
        (charlie, {"memberEmail": bob.email}, 403, "NOT_A_MEMBER"),
        (alice, {"memberEmail": "nobody@example.com"}, 404, "USER_NOT_FOUND"),
        (alice, {"memberEmail": bob.email}, 400, "ALREADY_A_MEMBER"),
        (alice, {"memberEmail": alice.email}, 400, "ALREADY_A_MEMBER"),
        (charlie, {}, 400, "VALIDATION_FAILED"),
    ]
    for who, body, status, code in answers:
        answer = api("POST", path, who, body)
        assert (answer.status, answer.body["code"]) == (status, code)
    text = "User not found with the provided email"
    missing = api("POST", path, alice, {"memberEmail": "nobody@example.com"})
    assert refusal(missing) == (404, text)
    assert len(api("GET", f"/v1/groups/{group}", alice).data["members"]) == 2


@pytest.mark.parametrize(
    ("group_id", "member_id", "code", "message"),
    [
        ("x", "6" * 24, "GROUP_ID_INVALID", "Invalid group ID format"),
        ("6" * 24, "x", "MEMBER_ID_INVALID", "Invalid member ID format"),
        ("x", "x", "GROUP_ID_INVALID", "Invalid group ID format"),
    ],
)
def test_ids_that_are_none(
    group_id: str, member_id: str, code: str, message: str, api: Api, alice: Person
) -> None:
    answer = api("DELETE", f"/v1/groups/{group_id}/members/{member_id}", alice)
    assert (answer.status, answer.body["code"], answer.body["message"]) == (400, code, message)


def test_a_full_group_takes_nobody(
    api: Api, alice: Person, charlie: Person, group: str, db: Db
) -> None:
    crowd = [{"_id": ObjectId(), "user": ObjectId(), "role": "member"} for _ in range(198)]
    db["groups"].update_one({}, {"$push": {"members": {"$each": crowd}}})
    answer = api("POST", f"/v1/groups/{group}/members", alice, {"memberEmail": charlie.email})
    assert refusal(answer) == (400, "A group can have 200 members at most")
    assert friends(api, charlie) == []


def test_members_are_taken_out(
    api: Api, alice: Person, bob: Person, charlie: Person, group: str, db: Db
) -> None:
    path = f"/v1/groups/{group}/members"
    assert api("DELETE", f"{path}/{bob.id}", charlie).status == 403
    denied = (403, "Access denied. You can only remove yourself from the group")
    assert refusal(api("DELETE", f"{path}/{alice.id}", bob)) == denied
    missing = (404, "Member not found in this group")
    assert refusal(api("DELETE", f"{path}/{charlie.id}", alice)) == missing
    assert refusal(api("DELETE", f"{path}/x", alice)) == (400, "Invalid member ID format")
    before = db["groups"].find_one() or {}
    answer = api("DELETE", f"{path}/{bob.id}", bob)
    assert (answer.status, answer.body["message"]) == (200, "Member removed successfully")
    assert members(answer) == [(alice.id, "admin")]
    after = db["groups"].find_one() or {}
    assert after["members"] == before["members"][:1]
    assert (before["__v"], after["__v"]) == (0, 1)
    assert after["updatedAt"] > before["updatedAt"]
    assert friends(api, bob) == [alice.id]


def test_the_last_member_may_leave(api: Api, alice: Person, bob: Person, db: Db) -> None:
    group = api.group(alice)
    path = f"/v1/groups/{group}/leave"
    not_there = (400, "You are not a member of this group")
    assert refusal(api("DELETE", path, bob)) == not_there
    answer = api("DELETE", path, alice)
    assert answer.body == {"success": True, "message": "You have left the group successfully"}
    stored = db["groups"].find_one() or {}
    assert (stored["members"], stored["isActive"], stored["__v"]) == ([], True, 1)
    assert refusal(api("DELETE", path, alice)) == not_there
    assert refusal(api("DELETE", f"/v1/groups/{ObjectId()}/leave", alice)) == (
        404,
        "Group not found",
    )


def test_people_who_are_not_there_any_more_are_null(
    api: Api, alice: Person, bob: Person, group: str, db: Db
) -> None:
    db["users"].delete_one({"_id": ObjectId(bob.id)})
    db["groups"].update_one({}, {"$set": {"createdBy": ObjectId(bob.id)}})
    shown = api("GET", f"/v1/groups/{group}", alice).data
    assert shown["createdBy"] is None
    assert [one["user"] is None for one in shown["members"]] == [False, True]
