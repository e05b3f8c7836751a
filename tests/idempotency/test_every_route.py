"""Every POST and PATCH: sent twice with one key it is carried out once."""

from typing import Any

import pytest
from pymongo.database import Database

from coinbreakr.parts import Parts
from tests.api import Api, Person
from tests.commands import Commands
from tests.idempotency.requests import BODIES, Sender, everything, new_key
from tests.routes import operations

ONLY_READ = {"POST /v1/expenses/preview"}
WRITES = {"insert", "update", "delete", "findAndModify"}


@pytest.fixture
def send(api: Api, alice: Person, bob: Person, charlie: Person) -> Sender:
    return Sender(api, alice, bob, charlie)


def test_every_route_is_here(parts: Parts) -> None:
    taking = {str(o) for o in operations(parts) if o.method in {"POST", "PATCH"}}
    assert taking == BODIES.keys()


@pytest.mark.parametrize("name", BODIES)
class TestEveryRoute:
    def test_a_repeated_request_gets_the_stored_answer(
        self, name: str, send: Sender, alice: Person, db: Database[dict[str, Any]]
    ) -> None:
        key = new_key()
        first = send(name, alice, key)
        assert first.status in (200, 201)
        assert "idempotent-replayed" not in first.headers
        stored = everything(db)
        second = send(name, alice, key)
        assert second.headers["idempotent-replayed"] == "true"
        assert (second.status, second.body) == (first.status, first.body)
        assert second.headers["content-type"] == first.headers["content-type"]
        assert everything(db) == stored

    def test_another_body_with_the_key_is_refused(
        self, name: str, send: Sender, alice: Person, db: Database[dict[str, Any]]
    ) -> None:
        key = new_key()
        send(name, alice, key)
        stored = everything(db)
        answer = send(name, alice, key, other="x")
        assert (answer.status, answer.body["success"]) == (422, False)
        assert everything(db) == stored

    def test_another_key_is_another_request(self, name: str, send: Sender, alice: Person) -> None:
        send(name, alice, new_key())
        assert "idempotent-replayed" not in send(name, alice, new_key()).headers

    def test_a_key_belongs_to_the_caller(
        self, name: str, send: Sender, alice: Person, bob: Person
    ) -> None:
        key = new_key()
        send(name, alice, key)
        answer = send(name, bob, key)
        public = name.split("/")[2] in {"auth", "contact"}  # nobody to tell apart
        if not public:
            assert "idempotent-replayed" not in answer.headers
            of_keys = {"IDEMPOTENCY_IN_PROGRESS", "IDEMPOTENCY_KEY_REUSED"}
            assert answer.body.get("code") not in of_keys

    def test_everything_is_written_in_one_transaction(
        self, name: str, send: Sender, alice: Person, commands: Commands
    ) -> None:
        with commands.recording() as recorded:
            send(name, alice, new_key())
        writes = [command for command in recorded if command[0] in WRITES]
        of_the_key = 2  # and its answer
        assert len(writes) == of_the_key if name in ONLY_READ else len(writes) > of_the_key
        assert all(command.get("autocommit") is False for _, command in writes)
        committed = [c["txnNumber"] for n, c in recorded if n == "commitTransaction"]
        assert committed == [writes[-1][1]["txnNumber"]]
