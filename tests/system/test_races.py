"""Rules that hold when phones press at the same moment. Real server, real threads."""

import uuid
from functools import partial
from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

from tests.api import Answer, Person
from tests.system.http import Http, at_once

Db = Database[dict[str, Any]]
ROUNDS = range(5)


def statuses(answers: list[Answer]) -> list[int]:
    return sorted(answer.status for answer in answers)


def new_address() -> str:
    return f"{uuid.uuid4().hex[:12]}@example.com"


def friends_of(http: Http, who: Person) -> list[str]:
    data = http("GET", "/v1/users/friends", who).data
    return [friend["_id"] for friend in data["friends"]]


@pytest.mark.parametrize("_", ROUNDS)
def test_one_address_makes_one_account(_: int, http: Http, races: Db) -> None:
    email = new_address()
    body = {"name": "Twin", "email": email, "password": "secret-1"}
    answers = at_once([partial(http, "POST", "/v1/auth/register", None, body)] * 6)
    assert statuses(answers) == [201, 400, 400, 400, 400, 400]
    refused = {answer.body["message"] for answer in answers if answer.status == 400}
    assert refused == {"User already exists with this email"}
    assert races["users"].count_documents({"email": email}) == 1


@pytest.mark.parametrize("_", ROUNDS)
def test_one_part_is_settled_once(_: int, http: Http) -> None:
    ann, ben = http.register("ann"), http.register("ben")
    http.befriend(ann, ben)
    expense = http.expense(ann, {ann: 5, ben: 5})
    answers = at_once([partial(http, "PATCH", f"/v1/expenses/{expense}/settle", ben)] * 6)
    assert statuses(answers) == [200, 400, 400, 400, 400, 400]


@pytest.mark.parametrize("_", ROUNDS)
def test_all_who_settle_close_the_expense(_: int, http: Http) -> None:
    ann, *others = [http.register(name) for name in ("ann", "ben", "cat", "dan", "eve")]
    http.befriend(ann, *others)
    expense = http.expense(ann, {ann: 1, **dict.fromkeys(others, 1)})
    path = f"/v1/expenses/{expense}/settle"
    answers = at_once([partial(http, "PATCH", path, person) for person in others])
    assert statuses(answers) == [200] * 4
    shown = http("GET", f"/v1/expenses/{expense}", ann).data
    assert shown["isSettled"] is True
    assert [part["settled"] for part in shown["splitWith"]] == [False, True, True, True, True]


@pytest.mark.parametrize("_", ROUNDS)
def test_one_person_is_added_once(_: int, http: Http) -> None:
    ann, ben, cat = (http.register(name) for name in ("ann", "ben", "cat"))
    body = {"name": "G", "members": [ben.id]}
    group = http("POST", "/v1/groups", ann, body).data["_id"]
    path, new = f"/v1/groups/{group}/members", {"memberEmail": cat.email}
    answers = at_once([partial(http, "POST", path, who, new) for who in (ann, ben) * 3])
    assert statuses(answers) == [200, 400, 400, 400, 400, 400]
    members = http("GET", f"/v1/groups/{group}", ann).data["members"]
    assert [member["user"]["_id"] for member in members] == [ann.id, ben.id, cat.id]


@pytest.mark.parametrize("_", ROUNDS)
def test_all_who_are_added_or_removed_at_once_are(_: int, http: Http) -> None:
    ann, *others = [http.register(name) for name in ("ann", "ben", "cat", "dan", "eve")]
    body = {"name": "G", "members": [one.id for one in others[:2]]}
    group = http("POST", "/v1/groups", ann, body).data["_id"]
    path = f"/v1/groups/{group}/members"
    add = [partial(http, "POST", path, ann, {"memberEmail": one.email}) for one in others[2:]]
    remove = [partial(http, "DELETE", f"{path}/{one.id}", one) for one in others[:2]]
    assert statuses(at_once([*add, *remove])) == [200] * 4
    members = http("GET", f"/v1/groups/{group}", ann).data["members"]
    assert {m["user"]["_id"] for m in members} == {ann.id, *(one.id for one in others[2:])}


@pytest.mark.parametrize("_", ROUNDS)
def test_friendship_is_mutual_or_absent(_: int, http: Http) -> None:
    ann, ben = http.register("ann"), http.register("ben")
    to_ben = {"friends": [{"name": "Ben", "email": ben.email}]}
    to_ann = {"friends": [{"name": "Ann", "email": ann.email}]}
    answers = at_once(
        [
            partial(http, "POST", "/v1/users/friends", ann, to_ben),
            partial(http, "POST", "/v1/users/friends", ben, to_ann),
            partial(http, "DELETE", f"/v1/users/friends/{ann.id}", ben),
            partial(http, "DELETE", f"/v1/users/friends/{ben.id}", ann),
            partial(http, "POST", "/v1/users/friends", ann, to_ben),
        ]
    )
    assert statuses(answers) == [200] * 5
    here, there = friends_of(http, ann), friends_of(http, ben)
    assert (here, there) in (([ben.id], [ann.id]), ([], []))


@pytest.mark.parametrize("_", ROUNDS)
def test_an_update_and_a_settlement_both_count(_: int, http: Http) -> None:
    ann, ben, cat = (http.register(name) for name in ("ann", "ben", "cat"))
    http.befriend(ann, ben, cat)
    expense = http.expense(ann, {ann: 5, ben: 5, cat: 5})
    path = f"/v1/expenses/{expense}"
    answers = at_once(
        [
            partial(http, "PATCH", f"{path}/settle", ben),
            partial(http, "PUT", path, ann, {"description": "Changed", "category": "food"}),
            partial(http, "PATCH", f"{path}/settle", cat),
            partial(http, "PUT", path, ann, {"currency": "eur"}),
        ]
    )
    shown = http("GET", path, ann).data
    # Whoever updates after both have settled is told so; nothing that was accepted is lost.
    assert [part["settled"] for part in shown["splitWith"]] == [False, True, True]
    assert answers[0].status == answers[2].status == 200
    assert (answers[1].status == 200) == (shown["description"] == "Changed")
    assert (answers[3].status == 200) == (shown["currency"] == "EUR")
    for answer in (answers[1], answers[3]):
        assert answer.status == 200 or answer.body["message"] == "Cannot update a settled expense"


@pytest.mark.parametrize("_", ROUNDS)
def test_parts_are_never_mixed(_: int, http: Http) -> None:
    ann, ben = http.register("ann"), http.register("ben")
    http.befriend(ann, ben)
    path = f"/v1/expenses/{http.expense(ann, {ann: 5, ben: 5})}"
    bodies = [
        {
            "amount": total,
            "splitWith": [{"user": one.id, "amount": total / 2} for one in (ann, ben)],
        }
        for total in (20, 30, 40, 50)
    ]
    answers = at_once([partial(http, "PUT", path, ann, body) for body in bodies])
    assert statuses(answers) == [200] * 4
    shown = http("GET", path, ann).data
    assert sum(part["amount"] for part in shown["splitWith"]) == shown["amount"]
    assert shown["__v"] == 4


@pytest.mark.parametrize("_", ROUNDS)
def test_who_was_waited_for_becomes_a_friend_once(_: int, http: Http, races: Db) -> None:
    waiting = [http.register(name) for name in ("ann", "ben", "cat", "dan")]
    email = new_address()
    entry = {"friends": [{"name": "New", "email": email}]}
    body = {"name": "New", "email": email, "password": Person.password}
    answers = at_once(
        [
            partial(http, "POST", "/v1/auth/register", None, body),
            *[partial(http, "POST", "/v1/users/friends", one, entry) for one in waiting],
        ]
    )
    assert statuses(answers) == [200, 200, 200, 200, 201]
    data = answers[0].data
    new = Person(data["user"]["id"], "New", email, data["token"])
    assert sorted(friends_of(http, new)) == sorted(one.id for one in waiting)
    for one in waiting:
        shown = http("GET", "/v1/users/friends", one).data
        assert [friend["_id"] for friend in shown["friends"]] == [new.id]
        assert shown["pendingFriends"] == []
    assert races["pendingfriends"].count_documents({"email": email}) == 0


@pytest.mark.parametrize("_", ROUNDS)
def test_a_phone_number_brings_friends_once(_: int, http: Http, races: Db) -> None:
    waiting = [http.register(name) for name in ("ann", "ben", "cat")]
    new, number = http.register("new"), f"+1{uuid.uuid4().int % 10**10}"
    entry = {"friends": [{"name": "New", "phoneNumber": number}]}
    profile = {"phoneNumber": f" {number} "} if _ % 2 else {"phoneNumber": number}
    answers = at_once(
        [
            partial(http, "PATCH", "/v1/users/profile", new, profile),
            partial(http, "PATCH", "/v1/users/profile", new, profile),
            *[partial(http, "POST", "/v1/users/friends", one, entry) for one in waiting],
        ]
    )
    assert statuses(answers) == [200] * 5
    if profile["phoneNumber"] != number:  # kept as it was written, which adding does not look up
        http("PATCH", "/v1/users/profile", new, profile)
    assert sorted(friends_of(http, new)) == sorted(one.id for one in waiting)
    assert races["pendingfriends"].count_documents({"phoneNumber": number}) == 0


@pytest.mark.parametrize("_", ROUNDS)
def test_one_request_sent_twice_waits_once(_: int, http: Http, races: Db) -> None:
    ann, email = http.register("ann"), new_address()
    entry = {"friends": [{"name": "Later", "email": email}]}
    answers = at_once([partial(http, "POST", "/v1/users/friends", ann, entry)] * 4)
    assert statuses(answers) == [200] * 4
    assert races["pendingfriends"].count_documents({"addedBy": ObjectId(ann.id)}) == 1
    assert len(http("GET", "/v1/users/profile", ann).data["pendingFriends"]) == 1


def test_a_crowd_records_in_one_group(http: Http) -> None:
    ann = http.register("ann")
    group = http("POST", "/v1/groups", ann, {"name": "G"}).data["_id"]
    body = {"description": "D", "amount": 1, "splitWith": [{"user": ann.id, "amount": 1}]}
    record = partial(http, "POST", "/v1/expenses", ann, {**body, "groupId": group})
    assert statuses(at_once([record] * 16)) == [201] * 16
    shown = http("GET", f"/v1/expenses/group/{group}", ann).body
    assert shown["pagination"]["total"] == 16
