"""Every string, list and body has a limit, and a refusal says which."""

from dataclasses import replace
from typing import Any

import jwt
import pytest
from bson import ObjectId

from tests.api import Api, Person

LONG = "a" * 243 + "@example.com"  # 255
LONGEST = "a" * 242 + "@example.com"
LONGEST_MAILBOX = "a" * 64 + "@" + ".".join(["b" * 63, "c" * 63, "d" * 57, "com"])  # 254
EMAIL = "Email cannot be more than 254 characters"


def test_an_address_of_254_characters_is_taken_everywhere(api: Api, alice: Person) -> None:
    account = {"name": "N", "email": f"  {LONGEST}  ", "password": "secret-1"}
    assert api("POST", "/v1/auth/register", json=account).status == 201
    assert api("POST", "/v1/auth/login", json=account).status == 200
    friends = {"friends": [{"name": "N", "email": LONGEST}]}
    assert api("POST", "/v1/users/friends", alice, friends).data[0]["success"]
    mailbox = {"name": "N", "email": LONGEST_MAILBOX, "password": "secret-1"}
    assert api("POST", "/v1/auth/register", json=mailbox).status == 201
    members = f"/v1/groups/{api.group(alice)}/members"
    assert api("POST", members, alice, {"memberEmail": LONGEST_MAILBOX}).status == 200
    assert api("POST", "/v1/contact", json=_contact(email=LONGEST_MAILBOX)).status == 201


@pytest.mark.parametrize("email", [LONG, LONGEST_MAILBOX + "m", "x" * 200_000 + "@example.com"])
def test_a_longer_address_is_taken_nowhere(email: str, api: Api, alice: Person) -> None:
    members = f"/v1/groups/{api.group(alice)}/members"
    credentials = {"email": email, "password": "secret-1"}
    for path, who, body in (
        ("/v1/auth/register", None, {"name": "N", **credentials}),
        ("/v1/auth/login", None, credentials),
        ("/v1/contact", None, _contact(email=email)),
    ):
        answer = api("POST", path, who, body)
        assert (answer.status, answer.body["message"]) == (400, EMAIL)
    answer = api("POST", "/v1/users/friends", alice, {"friends": [{"name": "N", "email": email}]})
    assert (answer.status, answer.body["message"]) == (400, f"A friend's {EMAIL}")
    answer = api("POST", members, alice, {"memberEmail": email})
    assert answer.body["errors"] == [
        {"field": "memberEmail", "message": EMAIL, "code": "EMAIL_TOO_LONG"}
    ]


def test_words_have_a_longest_form(api: Api, alice: Person) -> None:
    password = {"currentPassword": "some-secret-1", "newPassword": "p" * 4097}
    for method, path, body, most in (
        ("PATCH", "/v1/users/profile", {"phoneNumber": "5" * 65}, 64),
        ("PATCH", "/v1/users/change-password", password, 4096),
        ("POST", "/v1/auth/login", {"email": alice.email, "password": "p" * 4097}, 4096),
        ("POST", "/v1/users/friends", {"friends": [{"name": "n" * 255, "email": "x@y.z"}]}, 254),
        ("POST", "/v1/users/friends", {"friends": [{"name": "N", "phoneNumber": "5" * 65}]}, 64),
    ):
        answer = api(method, path, alice, body)
        assert answer.status == 400
        assert f"cannot be more than {most} characters" in answer.body["message"]
    at_most = {"phoneNumber": f" {'5' * 64} "}
    assert api("PATCH", "/v1/users/profile", alice, at_most).status == 200
    answer = api("GET", f"/v1/users?userId={'a' * 255}", alice)
    assert answer.body["message"] == "Search term cannot be more than 254 characters"


def test_lists_have_a_longest_form(api: Api, alice: Person) -> None:
    friends = [{"name": f"N{i}", "phoneNumber": str(i)} for i in range(1001)]
    answer = api("POST", "/v1/users/friends", alice, {"friends": friends})
    assert answer.body["message"] == "At most 1000 friends can be added at once"
    assert len(api("POST", "/v1/users/friends", alice, {"friends": friends[:1000]}).data) == 1000

    answer = api("POST", "/v1/groups", alice, {"name": "G", "members": ["6" * 24] * 201})
    message = '"members" must contain less than or equal to 200 items'
    assert answer.body["errors"] == [
        {"field": "members", "message": message, "code": "FIELD_TOO_MANY_ITEMS"}
    ]
    assert api.group(alice)

    part = {"user": alice.id, "amount": 1}
    body = {"description": "D", "amount": 201, "splitWith": [part] * 201}
    for method, path in (("POST", "/v1/expenses"), ("PUT", _expense(api, alice))):
        answer = api(method, path, alice, body)
        assert answer.body["message"] == "An expense can be split into 200 parts at most"


def test_5000_friends_and_5000_who_are_waited_for(api: Api, alice: Person, db: Any) -> None:
    known = [{"_id": ObjectId(), "name": "N", "email": f"{i}@x.y"} for i in range(4999)]
    db["users"].insert_many(known)
    db["users"].update_one(
        {"email": alice.email}, {"$set": {"friends": [one["_id"] for one in known]}}
    )
    waiting = [{**one, "_id": ObjectId(), "addedBy": ObjectId(alice.id)} for one in known]
    db["pendingfriends"].insert_many(waiting)
    for kind, friends in (
        ("friends", [{"name": "N", "email": api.register("f").email} for _ in range(2)]),
        ("pending friends", [{"name": "N", "phoneNumber": str(i)} for i in range(2)]),
    ):
        answer = api("POST", "/v1/users/friends", alice, {"friends": friends})
        assert answer.body["message"] == f"You can have 5000 {kind} at most"
        assert api("POST", "/v1/users/friends", alice, {"friends": friends[:1]}).data[0]["success"]
    db["users"].update_one({"email": alice.email}, {"$push": {"friends": ObjectId()}})
    again = api("POST", "/v1/users/friends", alice, {"friends": [friends[0]]})
    assert again.data[0]["message"] == "Friend is already in your pending list"


def test_a_token_has_4096_characters_at_most(api: Api, alice: Person, parts: Any) -> None:
    for filler, status in ((2000, 200), (4096, 401)):
        claims = {"id": alice.id, "filler": "f" * filler, "exp": 2**32}
        token = jwt.encode(claims, parts.settings.jwt_secret, "HS256")
        assert api("GET", "/v1/users/profile", replace(alice, token=token)).status == status


def test_a_group_has_200_members_at_most(api: Api, alice: Person, db: Any) -> None:
    group = api.group(alice)
    others = [api.register("member") for _ in range(2)]
    stored = db["groups"].find_one()["members"][0]
    db["groups"].update_one({}, {"$set": {"members": [stored] * 199}})
    full = "A group can have 200 members at most"
    for person, status in zip(others, (200, 400), strict=True):
        answer = api("POST", f"/v1/groups/{group}/members", alice, {"memberEmail": person.email})
        assert answer.status == status
    assert answer.body["message"] == full


def test_who_makes_a_group_is_one_of_the_200(api: Api, alice: Person, db: Any) -> None:
    known = [{"_id": ObjectId(), "name": "N", "email": f"{i}@x.y"} for i in range(200)]
    db["users"].insert_many(known)
    for many, status in ((200, 400), (199, 201)):
        members = [str(one["_id"]) for one in known[:many]]
        answer = api("POST", "/v1/groups", alice, {"name": "Club", "members": members})
        assert answer.status == status


def test_the_first_20_violations_are_listed(api: Api, alice: Person) -> None:
    unknown = {f"k{i}": i for i in range(100)}
    answer = api("POST", "/v1/groups", alice, {**unknown, "members": [1, ""], "k" * 1000: 1})
    errors = answer.body["errors"]
    assert [error["field"] for error in errors[:4]] == ["name", "members.0", "members.1", "k0"]
    assert len(errors) == 20
    answer = api("POST", "/v1/contact", json={**_contact(), "k" * 1000: 1})
    assert answer.body["message"] == f'"{"k" * 64}..." is not allowed'


@pytest.mark.parametrize(
    "name",
    [
        "POST /v1/auth/register",
        "POST /v1/auth/login",
        "POST /v1/contact",
        "POST /v1/groups",
        "POST /v1/expenses",
        "POST /v1/users/friends",
        "PATCH /v1/users/change-password",
    ],
)
def test_bodies_are_small_where_no_photo_may_come(name: str, api: Api, alice: Person) -> None:
    method, _, path = name.partition(" ")
    for size, status in ((262_144, 400), (262_145, 413)):
        answer = api(method, path, alice, raw=b"{" + b" " * (size - 2) + b"}")
        assert answer.status == status
    assert answer.body["message"] == "The body cannot be more than 262144 bytes"


def test_a_large_body_holds_few_values(api: Api, alice: Person) -> None:
    photo = '"profileImage":"data:image/jpeg;base64,' + "A" * 300_000 + '"'
    many = "[" + "[]," * 700 + "[]]"
    answer = api("PATCH", "/v1/users/profile", alice, raw=f'{{{photo},"k":{many}}}'.encode())
    assert answer.body["message"] == "A body of more than 262144 bytes can hold 1000 values"
    assert api("PATCH", "/v1/users/profile", alice, raw=f"{{{photo}}}".encode()).status == 200


class TestOneParticipantOnePart:
    MESSAGE = "Each participant can have 1 part only"

    def test_in_a_new_expense(self, api: Api, alice: Person) -> None:
        part = {"user": alice.id, "amount": 5}
        body = {"description": "D", "amount": 10, "splitWith": [part, part]}
        answer = api("POST", "/v1/expenses", alice, body)
        assert (answer.status, answer.body["message"]) == (400, self.MESSAGE)

    def test_what_is_stored_may_stay(self, api: Api, alice: Person, bob: Person, db: Any) -> None:
        path = _expense(api, alice)
        part = db["expenses"].find_one()["splitWith"][0]
        db["expenses"].update_one({}, {"$set": {"splitWith": [part, part], "amount": 20}})
        mine, other = {"user": alice.id, "amount": 10}, {"user": bob.id, "amount": 10}
        kept = {"description": "D", "amount": 20, "splitWith": [mine, mine]}
        assert api("PUT", path, alice, kept).status == 200
        for parts in ([mine] * 3, [other] * 2):
            body = {"amount": 10 * len(parts), "splitWith": parts}
            assert api("PUT", path, alice, body).body["message"] == self.MESSAGE

    def test_more_stored_parts_than_200_may_stay(self, api: Api, alice: Person, db: Any) -> None:
        path = _expense(api, alice)
        part = db["expenses"].find_one()["splitWith"][0]
        db["expenses"].update_one({}, {"$set": {"splitWith": [part] * 300, "amount": 3000}})
        body = {"splitWith": [{"user": alice.id, "amount": 10}] * 300}
        assert api("PUT", path, alice, body).status == 200


def _contact(**changed: str) -> dict[str, str]:
    form = {"firstName": "F", "lastName": "L", "email": "c@example.com", "subject": "bug"}
    return {**form, "message": "M", **changed}


def _expense(api: Api, alice: Person) -> str:
    return f"/v1/expenses/{api.expense(alice, 10, {alice: 10})['_id']}"
