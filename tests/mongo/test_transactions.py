"""Work inside work is one transaction; what waits for its end waits; what is slow is outside."""

from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from coinbreakr.mongo.transactions import Transactions
from tests.commands import Commands

Db = Database[dict[str, Any]]
Client = MongoClient[dict[str, Any]]


@pytest.fixture
def together(client: Client) -> Transactions:
    return Transactions(client)


@pytest.fixture
def conflicts(fail_point: Any) -> None:
    """The server answers the next two commits as it does when others were faster."""
    labels = ["TransientTransactionError"]
    fail_point({"times": 2}, failCommands=["commitTransaction"], errorCode=251, errorLabels=labels)


def test_inner_work_is_undone_with_the_outer(together: Transactions, db: Db) -> None:
    def outer() -> None:
        together.run(lambda: db["contacts"].insert_one({"_id": 1}))
        db["contacts"].insert_one({"_id": 2})
        raise LookupError

    with pytest.raises(LookupError):
        together.run(outer)
    assert db["contacts"].count_documents({}) == 0


@pytest.mark.usefixtures("conflicts")
def test_what_waits_for_the_commit_runs_once(together: Transactions, db: Db) -> None:
    seen: list[int] = []

    def outer() -> None:
        together.run(lambda: db["contacts"].insert_one({}))
        together.after_commit(lambda: seen.append(db["contacts"].count_documents({})))
        assert seen == []

    together.run(outer)
    assert seen == [1]


def test_without_a_transaction_it_runs_at_once(together: Transactions) -> None:
    seen: list[int] = []
    together.after_commit(lambda: seen.append(1))
    assert seen == [1]
    assert together.outside(max, 1, 2) == 2


@pytest.mark.usefixtures("conflicts")
def test_slow_work_is_done_once_with_no_transaction_open(
    together: Transactions, db: Db, commands: Commands
) -> None:
    done: list[str] = []

    def slow(text: str) -> str:
        done.append(recorded[-1][0])  # what was sent last
        assert db["contacts"].count_documents({}) == 0
        return text.upper()

    def work() -> str:
        db["contacts"].insert_one({})
        return together.outside(slow, "a")

    with commands.recording() as recorded:
        assert together.run(work) == "A"
    assert done == ["abortTransaction"]
    assert [name for name, _ in recorded].count("insert") == 4  # given up, refused twice, stored
    assert db["contacts"].count_documents({}) == 1
