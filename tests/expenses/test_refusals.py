"""Who may do what, which refusal comes first, and that a refused request changes nothing."""

from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

from tests.api import Answer, Api, Person

Db = Database[dict[str, Any]]
NOBODY = "65c0f0f0f0f0f0f0f0f0f0f0"


def told(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.body["message"]


def body(*people: Person, **more: Any) -> dict[str, Any]:
    shares = [{"user": person.id, "amount": 5} for person in people]
    return {"description": "D", "amount": 5 * len(people), "splitWith": shares, **more}


class TestNewExpense:
    """Each request is sent again with what was told put right."""

    def send(self, api: Api, who: Person, sent: dict[str, Any], db: Db) -> tuple[int, str]:
        answer = api("POST", "/v1/expenses", who, sent)
        assert db["expenses"].count_documents({}) == 0
        return told(answer)

    def test_the_order_without_a_group(
        self, api: Api, alice: Person, charlie: Person, db: Db
    ) -> None:
        sent = body(alice, charlie, amount=11, paidBy="x", date="x")
        texts = []
        for right in (
            {"amount": 10},
            {"paidBy": NOBODY},
            {"paidBy": charlie.id},
            {"paidBy": alice.id},
            body(alice),
            {},
        ):
            texts.append(self.send(api, alice, sent, db))
            sent |= right
        assert texts == [
            (400, "Split amounts must equal the total expense amount"),
            (400, "Invalid payer ID format"),
            (404, "Payer not found"),
            (400, "The person who paid must be your friend"),
            (400, "All split partners must be your friends, yourself, or the person who paid"),
            (400, "Invalid date format"),
        ]

    def test_the_order_in_a_group(
        self, api: Api, alice: Person, bob: Person, charlie: Person, db: Db
    ) -> None:
        gone, others, club = api.group(alice), api.group(bob), api.group(alice)
        api("DELETE", f"/v1/groups/{gone}", alice)
        sent = body(alice, bob, paidBy=charlie.id, groupId="x", category="x")
        texts = []
        for right in (
            {"groupId": NOBODY},
            {"groupId": gone},
            {"groupId": others},
            {"groupId": club},
            {"paidBy": alice.id},
            body(alice),
            {},
        ):
            texts.append(self.send(api, alice, sent, db))
            sent |= right
        assert texts[:-1] == [
            (400, "Invalid group ID format"),
            (400, "Group not found"),
            (400, "Group not found"),
            (400, "You are not a member of this group"),
            (400, "The person who paid must be a member of the group"),
            (400, "All split partners must be members of the group"),
        ]
        assert texts[-1][1].startswith("Category must be one of food")

    def test_a_friend_who_is_no_member_does_not_pay_for_a_group(
        self, api: Api, alice: Person, bob: Person, db: Db
    ) -> None:
        sent = body(alice, paidBy=bob.id, groupId=api.group(alice))
        text = "The person who paid must be a member of the group"
        assert self.send(api, alice, sent, db) == (400, text)

    def test_what_is_made(self, api: Api, alice: Person, bob: Person, db: Db) -> None:
        club = api.group(alice, bob)
        answer = api("POST", "/v1/expenses", alice, body(bob, paidBy=bob.id, groupId=club))
        assert told(answer) == (201, "Expense created successfully")
        assert answer.data["group"] == {"_id": club, "name": "Club"}
        assert answer.data["paidBy"]["_id"] == answer.data["splitWith"][0]["user"]["_id"] == bob.id
        stored = db["expenses"].find_one()
        assert stored is not None
        assert (stored["createdBy"], stored["group"]) == (ObjectId(alice.id), ObjectId(club))


@pytest.fixture
def path(api: Api, alice: Person, bob: Person) -> str:
    """Alice has paid for herself and bob."""
    return f"/v1/expenses/{api.expense(alice, 10, {alice: 5, bob: 5})['_id']}"


CHANGE = "Only the creator or the person who paid can update this expense"
DELETE = "Only the creator or the person who paid can delete this expense"
SETTLE = "Not authorized to settle this expense"


@pytest.mark.parametrize(
    ("method", "suffix", "text"),
    [
        ("GET", "", "Not authorized to view this expense"),
        ("PUT", "", CHANGE),
        ("DELETE", "", DELETE),
        ("PATCH", "/settle", SETTLE),
    ],
)
def test_others_may_not(
    method: str, suffix: str, text: str, api: Api, charlie: Person, path: str, db: Db
) -> None:
    before = db["expenses"].find_one()
    wrong = {"amount": "x", "splitWith": "x", "date": "x"}
    assert told(api(method, f"{path}{suffix}", charlie, wrong)) == (403, text)
    missing = (404, "Expense not found")
    assert told(api(method, f"/v1/expenses/{NOBODY}{suffix}", charlie, wrong)) == missing
    malformed = (400, "Invalid expense ID format")
    assert told(api(method, f"/v1/expenses/x{suffix}", charlie, wrong)) == malformed
    assert db["expenses"].find_one() == before


@pytest.mark.parametrize(("method", "text"), [("PUT", CHANGE), ("DELETE", DELETE)])
def test_a_share_alone_does_not_let_one_change_it(
    method: str, text: str, api: Api, bob: Person, path: str
) -> None:
    assert api("GET", path, bob).status == 200
    assert told(api(method, path, bob, {})) == (403, text)


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_who_paid_may_change_what_another_made(
    method: str, api: Api, alice: Person, bob: Person
) -> None:
    made = api.expense(alice, 5, {alice: 5}, paidBy=bob.id)
    assert api(method, f"/v1/expenses/{made['_id']}", bob, {}).status == 200


def test_who_paid_without_a_share_has_none_to_settle(api: Api, alice: Person, bob: Person) -> None:
    path = f"/v1/expenses/{api.expense(alice, 5, {bob: 5})['_id']}"
    assert told(api("PATCH", f"{path}/settle", alice)) == (403, SETTLE)
    assert told(api("PATCH", f"{path}/settle", bob)) == (200, "Split settled successfully")
    again = (400, "This split is already settled")
    assert told(api("PATCH", f"{path}/settle", bob)) == again


def test_the_order_of_refusals_of_a_change(api: Api, alice: Person, bob: Person, path: str) -> None:
    stale = {"If-Match": api("GET", path, alice).headers["etag"]}
    api("PUT", path, alice, {"description": "Newer"})
    wrong = {"amount": "x", "date": "x"}
    assert api("PUT", path, alice, wrong, headers=stale).status == 412
    number = (400, "Amount must be a valid number greater than 0")
    assert told(api("PUT", path, alice, wrong)) == number
    api("PATCH", f"{path}/settle", bob)
    settled = (400, "Cannot update a settled expense")
    assert told(api("PUT", path, alice, wrong, headers=stale)) == settled
    assert api("DELETE", path, alice, headers=stale).status == 412
    assert told(api("DELETE", path, alice)) == (200, "Expense deleted successfully")


def test_who_is_added_is_a_friend_of_who_changes_it(
    api: Api, alice: Person, bob: Person, charlie: Person, path: str
) -> None:
    added = body(alice, charlie)["splitWith"]
    text = "All split partners must be your friends or already in the expense"
    assert told(api("PUT", path, alice, {"splitWith": added})) == (400, text)
    api.befriend(alice, charlie)
    changed = api("PUT", path, alice, {"splitWith": added})
    assert told(changed) == (200, "Expense updated successfully")
    assert [one["user"]["_id"] for one in changed.data["splitWith"]] == [alice.id, charlie.id]
    assert api("GET", path, bob).status == 403


def test_who_is_added_in_a_group_is_a_member(
    api: Api, alice: Person, bob: Person, charlie: Person, db: Db
) -> None:
    club = api.group(alice, charlie)
    made = api.expense(alice, 5, {alice: 5}, groupId=club)
    path = f"/v1/expenses/{made['_id']}"
    text = "All split partners must be members of the group or already in the expense"
    wrong = {"splitWith": body(bob)["splitWith"]}
    assert told(api("PUT", path, alice, wrong)) == (400, text)
    right = {"splitWith": body(charlie)["splitWith"]}
    assert api("PUT", path, alice, right).status == 200
    db["groups"].delete_many({})
    assert told(api("PUT", path, alice, wrong)) == (400, text)


def test_lists_of_a_group_are_for_its_members(api: Api, alice: Person, charlie: Person) -> None:
    club = api.group(alice)
    mine = api.expense(alice, 5, {alice: 5}, groupId=club)
    api.expense(alice, 5, {alice: 5})
    answer = api("GET", f"/v1/expenses/group/{club}?limit=1", alice)
    assert [one["_id"] for one in answer.data] == [mine["_id"]]
    assert answer.body["pagination"] == {"current": 1, "pages": 1, "total": 1}
    denied = (403, "Access denied. You are not a member of this group")
    assert told(api("GET", f"/v1/expenses/group/{club}", charlie)) == denied
    missing = (404, "Group not found")
    assert told(api("GET", f"/v1/expenses/group/{NOBODY}", alice)) == missing
    assert told(api("GET", "/v1/expenses/group/x", alice)) == (400, "Invalid group ID format")
