"""Shares that a settlement settles, and opens again, are versions of their expenses."""

from typing import Any

from pymongo.database import Database

from tests.api import Api, Person
from tests.commands import Commands

Db = Database[dict[str, Any]]


def test_by_whom_each_expense_was_settled_and_opened_again(
    api: Api, alice: Person, bob: Person, commands: Commands
) -> None:
    made = [api.expense(alice, 10, {alice: 5, bob: 5})["_id"] for _ in range(3)]
    body = {"to": alice.id, "amount": 15, "currency": "USD", "expenses": made}
    with commands.recording() as seen:
        settlement = api("POST", "/v1/settlements", bob, body).data["_id"]
    inserts = [c for name, c in seen if name == "insert" and c["insert"] == "activities"]
    assert [len(command["documents"]) for command in inserts] == [4]
    api("POST", f"/v1/settlements/{settlement}/void", alice, {"reason": "Not paid"})
    for expense in made:
        opened, settled, created = api("GET", f"/v1/expenses/{expense}/versions", bob).data
        kinds = [version["kind"] for version in (opened, settled, created)]
        assert kinds == ["reopened", "settled", "created"]
        assert (opened["by"]["_id"], settled["by"]["_id"]) == (alice.id, bob.id)
        [change] = settled["changes"]
        assert (change["user"]["_id"], change["new"]) == (bob.id, {"amount": 5, "settled": True})
        assert opened["changes"] == [{**change, "old": change["new"], "new": change["old"]}]


def test_what_was_confirmed_is_settled_by_who_confirmed(
    api: Api, alice: Person, bob: Person
) -> None:
    made = api.expense(alice, 10, {alice: 5, bob: 5})["_id"]
    api("PUT", "/v1/users/settings", alice, {"confirmPayments": True})
    body = {"to": alice.id, "amount": 5, "currency": "USD", "expenses": [made]}
    settlement = api("POST", "/v1/settlements", bob, body).data["_id"]
    assert len(api("GET", f"/v1/expenses/{made}/versions", bob).data) == 1
    api("POST", f"/v1/settlements/{settlement}/confirm", alice)
    settled = api("GET", f"/v1/expenses/{made}/versions", bob).data[0]
    assert (settled["kind"], settled["by"]["_id"]) == ("settled", alice.id)
