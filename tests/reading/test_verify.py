"""`coinbreakr verify`: what is found, what is mended, and that good data is left alone."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from bson import Decimal128, ObjectId
from pymongo import MongoClient
from pymongo.database import Database

from coinbreakr import bootstrap
from coinbreakr.mongo.transactions import Transactions
from coinbreakr.parts import Parts
from coinbreakr.users.checks import FriendshipCheck
from coinbreakr.users.friend_lists import FriendLists
from coinbreakr.verification import Tally, verify
from devserver.embedded import EmbeddedMongod
from tests.api import Api, Person
from tests.commandline import coinbreakr
from tests.interleave import after_first
from tests.reading.shapes import GONE, MADE, NOW, expense, group, member, part, pending

Db = Database[dict[str, Any]]
Run = Callable[..., tuple[list[str], Tally]]


@pytest.fixture
def run(parts: Parts) -> Run:
    def start(*, mend: bool = False) -> tuple[list[str], Tally]:
        lines: list[str] = []
        tally = verify(bootstrap.checks(parts), lines.append, mend=mend)
        return [line for line in lines if line.startswith("  ")], tally

    return start


def dump(db: Db) -> dict[str, list[dict[str, Any]]]:
    names = ("users", "pendingfriends", "groups", "expenses")
    return {name: list(db[name].find().sort("_id", 1)) for name in names}


def stored(db: Db, collection: str, document: dict[str, Any]) -> dict[str, Any]:
    return db[collection].find_one({"_id": document["_id"]}) or {}


def test_what_the_server_writes_is_in_order(
    api: Api, db: Db, alice: Person, bob: Person, run: Run
) -> None:
    api("POST", "/v1/users/friends", alice, {"friends": [{"name": "D", "phoneNumber": "1"}]})
    api("POST", "/v1/auth/login", json={"email": bob.email, "password": bob.password})
    club = api.group(alice, bob)
    api.expense(alice, 10, {alice: 5, bob: 5}, groupId=club)
    api.expense(alice, 10, {alice: 10})
    settled = api.expense(alice, 10, {alice: 5, bob: 5})["_id"]
    assert api("PATCH", f"/v1/expenses/{settled}/settle", bob).data["isSettled"] is True
    before = dump(db)
    assert run(mend=True) == ([], Tally(0, 0))
    assert dump(db) == before


def test_odd_fields_are_stored_as_they_were_read(
    db: Db, alice: Person, bob: Person, run: Run
) -> None:
    parts = [part(bob, amount="7.25", _id=GONE), part(alice, amount=Decimal128("2.75"), settled=1)]
    gone = dict.fromkeys(("currency", "createdAt", "category", "__v"), GONE)
    odd = expense(alice, bob, splitWith=parts, date="2024-01-02", isSettled="false", **gone)
    club = group(alice, members=[member(alice, _id=GONE), member(bob, role=None)], isActive=GONE)
    db["expenses"].insert_one(odd)
    db["groups"].insert_one(club)
    db["users"].update_one({"_id": ObjectId(bob.id)}, {"$set": {"isActive": None}})
    lines, tally = run(mend=True)
    assert (len(lines), tally.left) == (3, 0)
    assert all(line.endswith("(mended)") for line in lines)
    mended = stored(db, "expenses", odd)
    assert [(p["user"], p["amount"], p["settled"]) for p in mended["splitWith"]] == [
        (ObjectId(bob.id), 7.25, False),
        (ObjectId(alice.id), 2.75, True),
    ]
    assert isinstance(mended["splitWith"][0]["_id"], ObjectId)
    assert mended["splitWith"][1]["_id"] == parts[1]["_id"]
    assert (mended["currency"], mended["category"], mended["__v"]) == ("USD", "other", 0)
    assert (mended["createdAt"], mended["isSettled"]) == (MADE, False)
    assert mended["date"] == datetime(2024, 1, 2, tzinfo=UTC)
    assert stored(db, "groups", club)["isActive"] is True
    assert [m["role"] for m in stored(db, "groups", club)["members"]] == ["member", "member"]
    assert run() == ([], Tally(0, 0))


def test_what_nobody_can_know_is_left_to_a_person(
    db: Db, alice: Person, bob: Person, run: Run
) -> None:
    odd = expense(alice, bob, createdBy=GONE, amount="a lot", splitWith=["secret text"])
    db["expenses"].insert_one(odd)
    lines, tally = run(mend=True)
    [line] = lines
    assert line == (
        f"  expenses {odd['_id']}: not as the schema has it: "
        "amount, createdBy, splitWith.0 (needs a person)"
    )
    assert (tally.found, tally.left) == (1, 1)
    assert stored(db, "expenses", odd) == odd


def test_without_fix_nothing_is_written(db: Db, alice: Person, bob: Person, run: Run) -> None:
    db["expenses"].insert_one(expense(alice, bob, splitWith=None))
    db["users"].update_one({"_id": ObjectId(bob.id)}, {"$set": {"friends": []}})
    before = dump(db)
    lines, tally = run()
    assert (len(lines), tally.left) == (2, 2)
    assert all(line.endswith("(can be mended)") for line in lines)
    assert dump(db) == before


def test_a_friendship_on_one_side_is_completed(
    db: Db, alice: Person, bob: Person, charlie: Person, run: Run
) -> None:
    me, friend = ObjectId(alice.id), ObjectId(charlie.id)
    db["users"].update_one({"_id": me}, {"$push": {"friends": friend}})
    assert run(mend=True)[1] == Tally(1, 1)
    users = {user["_id"]: user for user in db["users"].find()}
    assert users[friend]["friends"] == [me]
    assert users[me]["friends"] == [ObjectId(bob.id), friend]
    assert "held" not in users[me]


def test_a_friendship_that_ends_meanwhile_is_not_completed(
    db: Db, alice: Person, charlie: Person, parts: Parts
) -> None:
    me, friend = ObjectId(alice.id), ObjectId(charlie.id)
    db["users"].update_one({"_id": me}, {"$push": {"friends": friend}})
    [finding] = bootstrap.checks(parts)["Friendships on one side"]()
    db["users"].update_one({"_id": me}, {"$set": {"friends": []}})
    assert finding.mend is not None
    assert finding.mend() is False
    assert all(user["friends"] == [] for user in db["users"].find())


def test_a_friendship_that_ends_while_it_is_completed_stays_ended(
    api: Api,
    db: Db,
    alice: Person,
    charlie: Person,
    client: MongoClient[dict[str, Any]],
) -> None:
    friend_lists = FriendLists(db)
    me, friend = ObjectId(alice.id), ObjectId(charlie.id)
    db["users"].update_one({"_id": me}, {"$push": {"friends": friend}})
    [finding] = FriendshipCheck(friend_lists, Transactions(client))()
    assert finding.mend is not None

    def end() -> None:
        api("DELETE", f"/v1/users/friends/{friend}", alice)

    with after_first(friend_lists._users, "update_one", end):
        finding.mend()
    assert all(user["friends"] == [] for user in db["users"].find())


def test_an_address_that_another_has_is_left_to_a_person(
    db: Db, alice: Person, bob: Person, run: Run
) -> None:
    for person, address in ((alice, "5"), (bob, 5)):
        db["users"].update_one({"_id": ObjectId(person.id)}, {"$set": {"email": address}})
    [line], tally = run(mend=True)
    assert "email (not mended" in line
    assert tally == Tally(1, 0)


def test_friends_whom_nobody_is_are_dropped(db: Db, alice: Person, bob: Person, run: Run) -> None:
    db["users"].update_one({"_id": ObjectId(alice.id)}, {"$push": {"friends": ObjectId()}})
    assert run(mend=True)[1] == Tally(1, 1)
    user = db["users"].find_one({"_id": ObjectId(alice.id)}) or {}
    assert user["friends"] == [ObjectId(bob.id)]


@pytest.mark.parametrize("by", ["email", "phoneNumber"])
def test_pending_friends_who_have_an_account_join(
    api: Api, db: Db, alice: Person, charlie: Person, run: Run, by: str
) -> None:
    contact = {"email": charlie.email, "phoneNumber": "+41 1"}[by]
    db["users"].update_one({"_id": ObjectId(charlie.id)}, {"$set": {"phoneNumber": "+41 1"}})
    waiting = pending(alice, **{"email": GONE, by: contact})
    db["pendingfriends"].insert_one(waiting)
    db["users"].update_one(
        {"_id": ObjectId(alice.id)}, {"$set": {"pendingFriends": [waiting["_id"]]}}
    )
    assert run(mend=True)[1] == Tally(1, 1)
    shown = api("GET", "/v1/users/friends", alice).data
    assert ([one["_id"] for one in shown["friends"]], shown["pendingFriends"]) == ([charlie.id], [])
    assert run()[1] == Tally(0, 0)


def test_lists_of_pending_friends_that_point_to_none(
    api: Api, db: Db, alice: Person, run: Run
) -> None:
    api("POST", "/v1/users/friends", alice, {"friends": [{"name": "D", "phoneNumber": "1"}]})
    [there] = (db["users"].find_one({"_id": ObjectId(alice.id)}) or {})["pendingFriends"]
    db["users"].update_one({"_id": ObjectId(alice.id)}, {"$push": {"pendingFriends": ObjectId()}})
    assert run(mend=True)[1] == Tally(1, 1)
    user = db["users"].find_one({"_id": ObjectId(alice.id)}) or {}
    assert user["pendingFriends"] == [there]


def test_a_settled_expense_without_the_mark(
    db: Db, alice: Person, bob: Person, api: Api, run: Run
) -> None:
    parts = [part(alice), part(bob, settled=True, settledAt=NOW)]
    raced = expense(alice, bob, amount=20, splitWith=parts)
    nobody_settled = expense(alice, bob, splitWith=[part(alice)])
    db["expenses"].insert_many([raced, nobody_settled])
    assert run(mend=True)[1] == Tally(1, 1)
    shown = api("GET", f"/v1/expenses/{raced['_id']}", bob).data
    assert (shown["isSettled"], shown["settledAt"]) == (True, "2025-03-04T05:06:07.890Z")
    assert stored(db, "expenses", nobody_settled) == nobody_settled


def test_an_open_expense_with_the_mark(
    db: Db, alice: Person, bob: Person, api: Api, run: Run
) -> None:
    wrong = expense(alice, bob, isSettled=True, settledAt=NOW)
    db["expenses"].insert_one(wrong)
    assert run(mend=True)[1] == Tally(1, 1)
    shown = api("GET", f"/v1/expenses/{wrong['_id']}", bob).data
    assert shown["isSettled"] is False
    assert "settledAt" not in shown
    assert api("PATCH", f"/v1/expenses/{wrong['_id']}/settle", bob).data["isSettled"] is True


@pytest.mark.parametrize("change", [{"amount": 12.5}, {"isSettled": True}, {"splitWith": []}])
def test_nothing_is_mended_that_somebody_changed_meanwhile(
    db: Db, alice: Person, bob: Person, parts: Parts, change: Any
) -> None:
    odd = expense(alice, bob, amount="9", isSettled="true", splitWith=[part(bob, amount="9")])
    db["expenses"].insert_one(odd)
    [finding] = bootstrap.checks(parts)["Expenses"]()
    db["expenses"].update_one({"_id": odd["_id"]}, {"$set": change})
    assert finding.mend is not None
    assert finding.mend() is False
    assert stored(db, "expenses", odd) == {**odd, **change}


@pytest.mark.parametrize("marked", [True, False])
def test_a_mark_that_somebody_put_right_meanwhile_is_left(
    marked: bool, db: Db, alice: Person, bob: Person, parts: Parts
) -> None:
    odd = expense(alice, bob, isSettled=marked, splitWith=[part(bob, settled=not marked)])
    db["expenses"].insert_one(odd)
    [finding] = bootstrap.checks(parts)["Marks of settled expenses"]()
    right = {"isSettled": marked, "splitWith": [part(bob, settled=marked)]}
    db["expenses"].update_one({"_id": odd["_id"]}, {"$set": right})
    assert finding.mend is not None
    assert finding.mend() is False
    assert stored(db, "expenses", odd) == {**odd, **right}


def test_the_command(
    db: Db,
    alice: Person,
    bob: Person,
    mongod: EmbeddedMongod,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MONGO_URL", mongod.url)
    assert coinbreakr("verify").exit_code == 0
    odd = expense(alice, bob, description="private words", splitWith=[part(bob, amount="10")])
    db["expenses"].insert_one(odd)
    found = coinbreakr("verify")
    assert found.exit_code == 1
    mended = coinbreakr("verify", "--fix")
    assert mended.exit_code == 0
    assert coinbreakr("verify").exit_code == 0
    written = found.output + mended.output
    assert str(odd["_id"]) in written
    assert "Expenses: 1 found, 1 mended" in written
    assert "private" not in written
