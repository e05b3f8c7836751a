"""Events are written with the change, once, or not at all."""

from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

from coinbreakr.activity.feature import activity_log
from coinbreakr.parts import Parts
from tests.activity.events import kinds
from tests.api import Api, Person
from tests.commands import Commands
from tests.conftest import FailPoint

Db = Database[dict[str, Any]]
OVER = {"errorCode": 251, "errorLabels": ["TransientTransactionError"]}


def test_outside_of_a_transaction_nothing_is_recorded(parts: Parts) -> None:
    with pytest.raises(AssertionError):
        parts.get(activity_log).record(
            "test.done", actor=ObjectId(), people=[], subject=ObjectId(), snapshot={}
        )


def test_what_fails_leaves_no_event(parts: Parts, db: Db) -> None:
    def work() -> None:
        parts.get(activity_log).record(
            "test.done", actor=ObjectId(), people=[], subject=ObjectId(), snapshot={}
        )
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        parts.transactions.run(work)
    assert db["activities"].count_documents({}) == 0


@pytest.mark.parametrize("command", ["insert", "commitTransaction"])
def test_a_transaction_that_starts_again_leaves_one(
    command: str, api: Api, alice: Person, bob: Person, fail_point: FailPoint
) -> None:
    fail_point({"times": 1}, failCommands=[command], **OVER)
    api.group(alice, bob)
    assert kinds(api, bob) == ["group.created", "friend.added"]


def test_many_events_are_one_command(api: Api, alice: Person, commands: Commands) -> None:
    others = [api.register(f"p{number}") for number in range(5)]
    with commands.recording() as seen:
        api.group(alice, *others)
    inserts = [c for name, c in seen if name == "insert" and c["insert"] == "activities"]
    assert [len(command["documents"]) for command in inserts] == [6]
    names = [c for name, c in seen if name == "find" and c["find"] == "users"]
    assert len(names) == 4, "caller, people, friends of the caller, names of the new friends"
