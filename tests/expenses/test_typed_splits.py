"""Expenses that the server splits, over HTTP."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

from tests.api import Answer, Api, Person
from tests.commands import Commands

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = json.loads((ROOT / "splits" / "examples.json").read_text("utf-8"))
ID = "64f0c0ffee00000000000001"
WRITES = {"insert", "update", "delete", "findAndModify"}


def equal(*people: Person) -> dict[str, Any]:
    return {"method": "equal", "among": [person.id for person in people]}


def shares(method: str, figure: str, numbers: dict[Person, Any]) -> dict[str, Any]:
    given = [{"user": person.id, figure: number} for person, number in numbers.items()]
    return {"method": method, "shares": given}


def of(split: Any, amount: Any = 10, **more: Any) -> dict[str, Any]:
    return {"description": "Dinner", "amount": amount, "split": split, **more}


def owed(expense: dict[str, Any]) -> dict[str, Any]:
    return {share["user"]["_id"]: share["amount"] for share in expense["splitWith"]}


def get(api: Api, who: Person, expense: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = api("GET", f"/v1/expenses/{expense['_id']}", who).data
    return found


def put(api: Api, who: Person, expense: dict[str, Any], **changes: Any) -> Answer:
    return api("PUT", f"/v1/expenses/{expense['_id']}", who, changes)


@pytest.fixture
def cara(api: Api, alice: Person) -> Person:
    person = api.register("cara")
    api.befriend(alice, person)
    return person


@pytest.fixture
def dinner(api: Api, alice: Person, bob: Person) -> dict[str, Any]:
    """10 split equally among alice and bob."""
    made: dict[str, Any] = api("POST", "/v1/expenses", alice, of(equal(alice, bob))).data
    return made


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: f"{one['about']}, {one['id'][-2:]}")
def test_examples(
    example: dict[str, Any], api: Api, alice: Person, db: Database[dict[str, Any]]
) -> None:
    people = {share["user"] for share in example["splitWith"]}
    accounts = [
        {"_id": ObjectId(user), "name": "N", "email": f"{user}@example.com", "password": "x"}
        for user in people
    ]
    db["users"].insert_many(accounts)
    friends = {"friends": [account["_id"] for account in accounts]}
    db["users"].update_one({"_id": ObjectId(alice.id)}, {"$set": friends})
    body = {
        "id": example["id"],
        **of(example["split"], example["amount"], currency=example["currency"]),
    }
    preview = api("POST", "/v1/expenses/preview", alice, body).data
    assert preview == {"id": example["id"], "splitWith": example["splitWith"]}
    made = api("POST", "/v1/expenses", alice, body)
    assert (made.status, made.data["_id"], made.data["split"]) == (
        201,
        example["id"],
        example["split"],
    )
    shown = get(api, alice, made.data)
    assert owed(shown) == {share["user"]: share["amount"] for share in example["splitWith"]}
    assert shown["split"] == example["split"]


def test_every_method_is_shown_as_it_was_typed(api: Api, alice: Person, bob: Person) -> None:
    items = [{"name": "Wine", "amount": "9.00", "quantity": 2, "among": [alice.id, bob.id]}]
    tip = [{"name": "Tip", "amount": 1}]
    group = api.group(alice, bob)
    splits = [
        equal(alice, bob),
        shares("exact", "amount", {alice: "2.50", bob: 7.5}),
        shares("percent", "percent", {alice: "33.3333", bob: "66.6667"}),
        shares("shares", "shares", {alice: 2, bob: "0.5"}),
        shares("adjustment", "adjustment", {alice: "-1.00", bob: 0}),
        {"method": "itemized", "items": items, "extras": tip},
    ]
    for split in splits:
        body = of(split, groupId=group)
        made = api("POST", "/v1/expenses", alice, body).data
        assert made["split"] == split
        assert sum(share["amount"] for share in made["splitWith"]) == pytest.approx(10)
        assert get(api, bob, made)["split"] == split
    for path in (f"/v1/expenses/group/{group}", "/v1/expenses"):
        assert [one["split"] for one in api("GET", path, bob).data] == splits[::-1]


def test_expenses_without_a_split_have_none(api: Api, alice: Person, bob: Person) -> None:
    made = api.expense(alice, 10, {alice: 5, bob: 5})
    assert "split" not in made
    assert "split" not in get(api, alice, made)


@pytest.mark.parametrize(
    ("changed", "code", "named"),
    [
        ({"amount": 1.005}, "AMOUNT_TOO_PRECISE", '"amount"'),
        ({"amount": 10.5, "currency": "JPY"}, "AMOUNT_TOO_PRECISE", '"amount"'),
        ({"amount": "1e1"}, "FIELD_NOT_A_DECIMAL", '"amount"'),
        ({"amount": " 10"}, "FIELD_NOT_A_DECIMAL", '"amount"'),
        ({"amount": 10**15}, "FIELD_NOT_A_DECIMAL", '"amount"'),
        ({"amount": 10**14}, "AMOUNT_TOO_BIG", "Amount"),
        ({"amount": "0.001"}, "AMOUNT_TOO_SMALL", "Amount"),
        ({"amount": -1}, "AMOUNT_INVALID", "Amount"),
        ({"amount": 0}, "EXPENSE_INCOMPLETE", "amount"),
        ({"currency": "XYZ"}, "CURRENCY_UNKNOWN", '"currency"'),
        ({"currency": "USDX"}, "CURRENCY_INVALID", "Currency"),
        ({"splitWith": [{"user": "ALICE", "amount": 10}]}, "SPLIT_AND_SHARES", '"split"'),
        ({"split": "equal"}, "FIELD_NOT_AN_OBJECT", '"split"'),
        ({"split": {}}, "FIELD_REQUIRED", '"split.method"'),
        ({"split": {"method": "even"}}, "SPLIT_METHOD_INVALID", '"split.method"'),
        ({"split": {"method": "equal", "among": ["x"]}}, "FIELD_NOT_AN_ID", '"split.among[0]"'),
        ({"split": {"method": "equal", "among": []}}, "SPLIT_AMONG_NOBODY", '"split.among"'),
        (
            {"split": {"method": "percent", "shares": [{"user": "ALICE", "percent": 99}]}},
            "SPLIT_PERCENT_SUM",
            '"split.shares"',
        ),
        (
            {"split": {"method": "exact", "shares": [{"user": "ALICE", "amount": "9.99"}]}},
            "SPLIT_SUM_TOO_SMALL",
            "0.01 USD are missing",
        ),
        (
            {"split": {"method": "equal", "among": ["ALICE"], "by": 1}},
            "FIELD_NOT_ALLOWED",
            '"split.by"',
        ),
    ],
)
def test_refusals(
    changed: dict[str, Any], code: str, named: str, api: Api, alice: Person, bob: Person
) -> None:
    made = api("POST", "/v1/expenses", alice, of(equal(alice, bob))).data
    sent = json.loads(json.dumps({**of(equal(alice)), **changed}).replace("ALICE", alice.id))
    for path in ("/v1/expenses", "/v1/expenses/preview"):
        answer = api("POST", path, alice, sent)
        assert (answer.status, answer.body["code"]) == (400, code)
        assert named in answer.body["message"]
    if sent["amount"] in (0, -1):  # a change without an amount, and one with another refusal
        return
    answer = put(api, alice, made, **sent)
    assert (answer.status, answer.body["code"]) == (400, code)
    assert get(api, alice, made) == get(api, alice, made) | {"amount": 10, "split": made["split"]}


def test_an_id_that_is_none(api: Api, alice: Person) -> None:
    for path in ("/v1/expenses", "/v1/expenses/preview"):
        answer = api("POST", path, alice, of(equal(alice), id="x"))
        assert (answer.status, answer.body["code"]) == (400, "FIELD_NOT_AN_ID")
        assert '"id"' in answer.body["message"]


def test_participants_are_those_of_shares(
    api: Api, alice: Person, bob: Person, cara: Person, charlie: Person
) -> None:
    group = api.group(alice, bob)
    for path in ("/v1/expenses", "/v1/expenses/preview"):
        stranger = api("POST", path, alice, of(equal(alice, charlie)))
        assert (stranger.status, stranger.body["code"]) == (400, "PARTICIPANT_NOT_A_FRIEND")
        outside = api("POST", path, alice, of(equal(alice, cara), groupId=group))
        assert (outside.status, outside.body["code"]) == (400, "PARTICIPANT_NOT_A_MEMBER")
        for who, where, code in (
            (charlie, group, "NOT_A_MEMBER"),
            (alice, str(ObjectId()), "GROUP_NOT_FOUND"),
        ):
            answer = api("POST", path, who, of(equal(who), groupId=where))
            assert (answer.status, answer.body["code"]) == (400, code)
        answer = api("POST", path, alice, of(equal(alice), paidBy=str(ObjectId())))
        assert (answer.status, answer.body["code"]) == (404, "PAYER_NOT_FOUND")
        answer = api("POST", path, alice, of(equal(alice), paidBy=cara.id, groupId=group))
        assert (answer.status, answer.body["code"]) == (400, "PAYER_NOT_A_MEMBER")


class TestPreview:
    def test_it_takes_shares_and_chooses_an_id(self, api: Api, alice: Person, bob: Person) -> None:
        parts = [{"user": alice.id, "amount": 3.5}, {"user": bob.id, "amount": "6.50"}]
        body = {"description": "D", "amount": 10, "splitWith": parts}
        found = api("POST", "/v1/expenses/preview", alice, body).data
        assert [share["amount"] for share in found["splitWith"]] == [3.5, 6.5]
        assert api("POST", "/v1/expenses", alice, {**body, "id": found["id"]}).status == 201

    def test_its_id_gives_the_same_shares(
        self, api: Api, alice: Person, bob: Person, cara: Person
    ) -> None:
        for _ in range(5):
            body = of(equal(alice, bob, cara))
            found = api("POST", "/v1/expenses/preview", alice, body).data
            made = api("POST", "/v1/expenses", alice, {**body, "id": found["id"]}).data
            assert made["_id"] == found["id"]
            assert {s["user"]: s["amount"] for s in found["splitWith"]} == owed(made)

    def test_it_writes_nothing(
        self, api: Api, alice: Person, bob: Person, commands: Commands
    ) -> None:
        group = api.group(alice, bob)
        for more in ({}, {"id": ID}, {"groupId": group}):
            with commands.recording() as recorded:
                body = of(equal(alice, bob), **more)
                assert api("POST", "/v1/expenses/preview", alice, body).status == 200
            assert not WRITES & {command[0] for command in recorded}

    def test_it_tells_nothing_of_an_expense_that_is_there(
        self, api: Api, alice: Person, charlie: Person, dinner: dict[str, Any]
    ) -> None:
        body = of(equal(charlie), id=dinner["_id"])
        found = api("POST", "/v1/expenses/preview", charlie, body).data
        assert found == {
            "id": dinner["_id"],
            "splitWith": [{"user": charlie.id, "amount": 10}],
        }
        assert get(api, alice, dinner)["split"] == dinner["split"]


class TestRepeatedId:
    def test_the_same_content_answers_with_the_first(
        self, api: Api, alice: Person, bob: Person, db: Database[dict[str, Any]]
    ) -> None:
        group = api.group(alice, bob)
        for more in ({}, {"groupId": group, "date": "2026-01-01", "category": "food"}):
            body = of(equal(alice, bob), id=str(ObjectId()), **more)
            first = api("POST", "/v1/expenses", alice, body)
            assert first.status == 201
            same = {**body, "paidBy": alice.id, "currency": "usd", "unknown": 1}
            for again in (body, same, {**body, "amount": "10.00"}):
                answer = api("POST", "/v1/expenses", alice, again)
                assert (answer.status, answer.body) == (200, first.body)
        assert db["expenses"].count_documents({}) == 2

    def test_it_does_so_after_a_change(self, api: Api, alice: Person, bob: Person) -> None:
        body = of(equal(alice, bob), id=ID)
        made = api("POST", "/v1/expenses", alice, body).data
        assert put(api, alice, made, description="Lunch").status == 200
        api("PATCH", f"/v1/expenses/{ID}/settle", bob)
        api("DELETE", f"/v1/users/friends/{bob.id}", alice)
        answer = api("POST", "/v1/expenses", alice, body)
        assert (answer.status, answer.data["description"]) == (200, "Lunch")
        assert answer.data["isSettled"] is True

    @pytest.mark.parametrize(
        "changed",
        [
            {"amount": 11},
            {"description": "Lunch"},
            {"currency": "EUR"},
            {"category": "food"},
            {"date": "2026-01-01"},
            {"paidBy": "BOB"},
            {"groupId": "GROUP"},
            {"split": {"method": "equal", "among": ["ALICE"]}},
            {"split": {"method": "shares", "shares": [{"user": "ALICE", "shares": 1}]}},
            {"split": None, "splitWith": [{"user": "ALICE", "amount": 10}]},
        ],
    )
    def test_other_content_is_refused(
        self,
        changed: dict[str, Any],
        api: Api,
        alice: Person,
        bob: Person,
        db: Database[dict[str, Any]],
    ) -> None:
        group = api.group(alice, bob)
        body = of(equal(alice, bob), id=ID)
        api("POST", "/v1/expenses", alice, body)
        stored = db["expenses"].find_one()
        text = json.dumps({**body, **changed})
        for name, value in (("ALICE", alice.id), ("BOB", bob.id), ("GROUP", group)):
            text = text.replace(name, value)
        answer = api("POST", "/v1/expenses", alice, raw=text.encode())
        assert (answer.status, answer.body["code"]) == (409, "EXPENSE_ID_TAKEN")
        assert "data" not in answer.body
        assert db["expenses"].find_one() == stored

    def test_the_id_of_an_expense_of_others_is_refused_without_content(
        self, api: Api, alice: Person, charlie: Person, bob: Person
    ) -> None:
        body = of(equal(alice, bob), id=ID)
        api("POST", "/v1/expenses", alice, body)
        api.befriend(charlie, alice, bob)
        same = {**body, "paidBy": alice.id}
        for who in (charlie, bob):
            answer = api("POST", "/v1/expenses", who, same)
            assert answer.status == 409
            assert answer.body.keys() == {"success", "message", "code"}
            assert answer.body["code"] == "EXPENSE_ID_TAKEN"

    def test_an_id_that_the_server_chose_is_refused(
        self, api: Api, alice: Person, bob: Person, dinner: dict[str, Any]
    ) -> None:
        answer = api("POST", "/v1/expenses", alice, of(equal(alice, bob), id=dinner["_id"]))
        assert (answer.status, answer.body["code"]) == (409, "EXPENSE_ID_TAKEN")

    def test_at_the_same_moment_there_is_one(
        self, api: Api, alice: Person, bob: Person, db: Database[dict[str, Any]]
    ) -> None:
        same = of(equal(alice, bob), id=ID)
        other = of(equal(alice), id=ID)
        bodies = [same, other] * 8
        with ThreadPoolExecutor(8) as threads:
            answers = list(
                threads.map(lambda body: api("POST", "/v1/expenses", alice, body), bodies)
            )
        assert db["expenses"].count_documents({}) == 1
        statuses = sorted(answer.status for answer in answers)
        assert statuses == [200] * 7 + [201] + [409] * 8


class TestChange:
    def test_a_split_replaces_shares(
        self, api: Api, alice: Person, bob: Person, cara: Person
    ) -> None:
        made = api.expense(alice, 10, {alice: 5, bob: 5})
        split = shares("shares", "shares", {alice: 1, cara: 3})
        changed = put(api, alice, made, split=split).data
        assert owed(changed) == {alice.id: 2.5, cara.id: 7.5}
        assert changed["split"] == split
        assert get(api, cara, made) == changed

    def test_with_an_amount_and_a_currency(
        self, api: Api, alice: Person, bob: Person, dinner: dict[str, Any]
    ) -> None:
        split = equal(bob, alice)
        changed = put(api, alice, dinner, split=split, amount="31", currency="JPY").data
        assert sorted(owed(changed).values()) == [15, 16]
        assert (changed["amount"], changed["currency"], changed["split"]) == (31, "JPY", split)

    def test_a_stored_amount_that_is_not_exact_cannot_be_split(
        self, api: Api, alice: Person, bob: Person, db: Database[dict[str, Any]]
    ) -> None:
        made = api.expense(alice, 10, {alice: 5, bob: 5})
        db["expenses"].update_one({}, {"$set": {"amount": 9.999}})
        answer = put(api, alice, made, split=equal(alice, bob))
        assert (answer.status, answer.body["code"]) == (400, "AMOUNT_TOO_PRECISE")

    def test_shares_drop_it(
        self, api: Api, alice: Person, bob: Person, dinner: dict[str, Any], db: Any
    ) -> None:
        parts = [{"user": alice.id, "amount": 4}, {"user": bob.id, "amount": 6}]
        assert "split" not in put(api, alice, dinner, splitWith=parts).data
        assert "split" not in db["expenses"].find_one()

    def test_the_same_shares_keep_it(
        self, api: Api, alice: Person, bob: Person, dinner: dict[str, Any]
    ) -> None:
        """The app sends the shares with every change."""
        parts = [{"user": bob.id, "amount": 5}, {"user": alice.id, "amount": "5.00"}]
        changed = put(api, alice, dinner, splitWith=parts, description="Lunch").data
        assert changed["split"] == dinner["split"]

    def test_an_amount_alone_changes_no_shares(
        self, api: Api, alice: Person, dinner: dict[str, Any]
    ) -> None:
        answer = put(api, alice, dinner, amount=12)
        assert (answer.status, answer.body["code"]) == (400, "SHARES_UNEQUAL")
        assert put(api, alice, dinner, amount=10).data["split"] == dinner["split"]
        assert "split" not in put(api, alice, dinner, amount=10.01).data  # within a cent

    def test_a_currency_alone_keeps_it_while_it_gives_the_shares(
        self, api: Api, alice: Person, bob: Person, cara: Person
    ) -> None:
        made = api("POST", "/v1/expenses", alice, of(equal(alice, bob, cara))).data
        assert put(api, alice, made, currency="EUR").data["split"] == made["split"]
        assert "split" not in put(api, alice, made, currency="JPY").data

    def test_settled_marks_stay_with_their_people(
        self, api: Api, alice: Person, bob: Person, cara: Person
    ) -> None:
        made = api("POST", "/v1/expenses", alice, of(equal(alice, bob, cara), 9)).data
        api("PATCH", f"/v1/expenses/{made['_id']}/settle", bob)
        changed = put(api, alice, made, split=equal(bob, cara)).data
        marks = {share["user"]["_id"]: share["settled"] for share in changed["splitWith"]}
        assert marks == {bob.id: True, cara.id: False}
        assert put(api, alice, made, split=equal(bob)).data["isSettled"] is True
        answer = put(api, alice, made, split=equal(bob, cara))
        assert (answer.status, answer.body["code"]) == (400, "EXPENSE_SETTLED")

    def test_who_may(
        self, api: Api, alice: Person, bob: Person, charlie: Person, dinner: dict[str, Any]
    ) -> None:
        for who in (bob, charlie):
            answer = put(api, who, dinner, split={"method": "equal", "among": [1]})
            assert (answer.status, answer.body["code"]) == (403, "EXPENSE_NOT_YOURS_TO_CHANGE")
        answer = put(api, alice, dinner, split=equal(charlie))
        assert (answer.status, answer.body["code"]) == (400, "PARTICIPANT_UNKNOWN")
        both = [{"user": alice.id, "amount": 10}]
        answer = put(api, alice, dinner, split=equal(alice), splitWith=both)
        assert (answer.status, answer.body["code"]) == (400, "SPLIT_AND_SHARES")


@pytest.mark.parametrize(
    "change",
    [
        {"splitWith.0.amount": 4, "splitWith.1.amount": 6},
        {"amount": 11},
        {"splitWith.0.user": ObjectId(ID)},
        {"split.method": "exact"},
        {"split.among": "nobody"},
        {"split": "equal"},
    ],
)
def test_a_split_counts_while_it_gives_what_is_stored(
    change: dict[str, Any],
    api: Api,
    alice: Person,
    dinner: dict[str, Any],
    db: Database[dict[str, Any]],
) -> None:
    """The Node server knows nothing of it when it changes an amount."""
    db["expenses"].update_one({}, {"$set": change})
    assert "split" not in get(api, alice, dinner)
    (listed,) = api("GET", "/v1/expenses", alice).data
    assert "split" not in listed


def test_the_shares_that_the_node_server_keeps_keep_it(
    api: Api, alice: Person, dinner: dict[str, Any], db: Database[dict[str, Any]]
) -> None:
    db["expenses"].update_one({}, {"$set": {"description": "X", "splitWith.1.settled": True}})
    assert get(api, alice, dinner)["split"] == dinner["split"]


def test_balances_add_up_to_the_cent(api: Api, alice: Person, bob: Person, cara: Person) -> None:
    for _ in range(3):
        assert api("POST", "/v1/expenses", alice, of(equal(alice, bob, cara))).status == 201
    found = api("GET", "/v1/expenses", alice).data
    for who in (bob, cara):
        cents = sum(round(100 * owed(one)[who.id]) for one in found)
        balance = api("GET", f"/v1/users/friends/{who.id}/balance", alice).data
        assert round(100 * balance["balance"]) == cents
