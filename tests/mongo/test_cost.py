"""What a read costs the database follows what is open and the page, not the length of a history."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

from coinbreakr.features import SCHEMA
from tests.api import Api, Person
from tests.commands import Commands

Db = Database[dict[str, Any]]
OPEN, SETTLED, LIMIT = 6, 400, 5
START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def group(api: Api, alice: Person, bob: Person, db: Db) -> str:
    """A long history of two people, in a group: half paid by each, most of it settled."""
    made = api.group(alice, bob)
    ids = [ObjectId(alice.id), ObjectId(bob.id)]
    db["expenses"].insert_many(
        expense(number, ids, ObjectId(made), settled=number >= OPEN)
        for number in range(OPEN + SETTLED)
    )
    return made


def expense(
    number: int, people: list[ObjectId], group: ObjectId, *, settled: bool
) -> dict[str, Any]:
    """The open ones are the oldest, so that whoever reads newest first reads all."""
    payer, debtor = people if number % 2 else people[::-1]
    marks = {payer: False, debtor: settled}
    date = START + timedelta(hours=number)
    return {
        "description": "D", "amount": 10, "currency": "USD", "createdBy": people[number % 3 == 0],
        "paidBy": payer, "category": "other", "date": date, "group": group, "isSettled": settled,
        "splitWith": [
            {"_id": ObjectId(), "user": user, "amount": 5, "settled": mark}
            for user, mark in marks.items()
        ],
        "createdAt": date, "updatedAt": date, "__v": 0,
    }  # fmt: skip


def test_balances_and_plans_read_only_what_is_open(
    api: Api, alice: Person, bob: Person, group: str, commands: Commands, db: Db
) -> None:
    for path in (
        "/v1/users/balances",
        f"/v1/users/friends/{bob.id}/balance",
        f"/v1/expenses/group/{group}/balance",
        f"/v1/groups/{group}/settlement-plan",
        "/v1/users/settlement-plan",
    ):
        (sums, *counts) = [*cost(api, alice, path, commands, db)]
        assert OPEN <= sums["docs"] <= 2 * OPEN, path  # as payer, and as participant
        assert sums["keys"] <= 3 * OPEN, path
        assert all(count["docs"] == 0 for count in counts), path  # how many a group has


def test_the_balance_of_two_names_its_index(
    api: Api, alice: Person, bob: Person, group: str, commands: Commands, db: Db
) -> None:
    del group  # it is there
    path = f"/v1/users/friends/{bob.id}/balance"
    with commands.recording() as seen:
        balance = api("GET", path, alice).data
    [hint] = [command["hint"] for name, command in seen if name == "aggregate"]
    [model] = [one for one in SCHEMA.indexes["expenses"] if one.document["name"] == hint]
    db["expenses"].drop_index(hint)
    try:
        assert api("GET", path, alice).data == balance  # an index that is not built yet
    finally:
        db["expenses"].create_indexes([model])


@pytest.mark.parametrize("settled", ["", "&settled=false", "&settled=true"])
@pytest.mark.parametrize("of", ["mine", "group"])
def test_a_page_costs_a_page_and_a_count_one_key_each(
    of: str,
    settled: str,
    api: Api,
    alice: Person,
    group: str,
    commands: Commands,
    db: Db,
) -> None:
    path = "/v1/expenses" if of == "mine" else f"/v1/expenses/group/{group}"
    shown = f"{path}?limit={LIMIT}{settled}"
    total = api("GET", shown, alice).body["pagination"]["total"]
    assert total == {"": OPEN + SETTLED, "&settled=false": OPEN, "&settled=true": SETTLED}[settled]
    (page, *counts) = [*cost(api, alice, shown, commands, db)]
    assert page["docs"] <= 4 * LIMIT
    assert page["keys"] <= 4 * LIMIT
    assert sum(count["docs"] for count in counts) <= 3 * OPEN
    assert sum(count["keys"] for count in counts) <= OPEN + SETTLED + 4 * OPEN


def test_the_last_page_is_its_own_count(
    api: Api, alice: Person, group: str, commands: Commands, db: Db
) -> None:
    last = (OPEN + SETTLED) // LIMIT + 1
    path = f"/v1/expenses/group/{group}?limit={LIMIT}&page={last}"
    assert api("GET", path, alice).body["pagination"]["total"] == OPEN + SETTLED
    (_, advances) = [*cost(api, alice, path, commands, db)]
    assert advances == {"keys": 0, "docs": 0}


def test_the_count_with_a_friend_reads_no_history(
    api: Api, alice: Person, bob: Person, group: str, commands: Commands, db: Db
) -> None:
    path = f"/v1/expenses?limit={LIMIT}&friendId={bob.id}"
    assert api("GET", path, alice).body["pagination"]["total"] == OPEN + SETTLED
    (page, count) = [*cost(api, alice, path, commands, db)]
    assert page["docs"] <= 4 * LIMIT
    assert count["docs"] == 0
    assert count["keys"] <= 3 * (OPEN + SETTLED)
    assert group


@pytest.mark.parametrize("settled", ["", "&settled=false", "&settled=true"])
@pytest.mark.parametrize("of", ["mine", "friend", "group"])
def test_expenses_that_several_have_paid_cost_no_history(
    of: str,
    settled: str,
    api: Api,
    alice: Person,
    bob: Person,
    group: str,
    commands: Commands,
    db: Db,
) -> None:
    """Their advances are counted, and looked at up to the end of the page, by partial indexes."""
    several = 2
    both = [{"user": alice.id, "amount": 6}, {"user": bob.id, "amount": 4}]
    for _ in range(several):
        api.expense(alice, 10, {alice: 5, bob: 5}, payers=both, groupId=group)
    path = f"/v1/expenses/group/{group}" if of == "group" else "/v1/expenses"
    friend = f"&friendId={bob.id}" if of == "friend" else ""
    shown = f"{path}?limit={LIMIT}{settled}{friend}"
    open_ones, whole = OPEN + several, OPEN + SETTLED + several
    totals = {"": whole, "&settled=false": open_ones, "&settled=true": SETTLED}
    assert api("GET", shown, alice).body["pagination"]["total"] == totals[settled]
    costs = [*cost(api, alice, shown, commands, db)]
    pages, counts = costs[:-2] if settled == "&settled=true" else costs[:-1], costs[-1:]
    assert sum(page["docs"] for page in pages) <= 12 * LIMIT, costs
    if of != "friend":
        assert sum(count["docs"] for count in counts) <= 3 * open_ones


def cost(api: Api, who: Person, path: str, commands: Commands, db: Db) -> Iterator[dict[str, int]]:
    """Keys and documents examined by each command on the expenses that a request sends."""
    with commands.recording() as recorded:
        assert api("GET", path, who).status == 200
    for name, command in recorded:
        if command.get(name) == "expenses":
            bare = {
                key: value
                for key, value in command.items()
                if key not in {"lsid", "maxTimeMS", "readConcern"} and not key.startswith("$")
            }
            explained = db.command("explain", bare, verbosity="executionStats")
            yield {
                "keys": examined(explained, "totalKeysExamined"),
                "docs": examined(explained, "totalDocsExamined"),
            }


def examined(explained: Any, what: str) -> int:
    if isinstance(explained, list):
        return sum(examined(one, what) for one in explained)
    if not isinstance(explained, dict):
        return 0
    here = explained.get(what, 0)
    return int(here) + sum(examined(one, what) for one in explained.values())
