"""A good request for every route that takes an idempotency key."""

from typing import Any
from uuid import uuid4

from pymongo.database import Database

from tests.api import Answer, Api, Person

BODIES: dict[str, Any] = {
    "POST /v1/auth/register": {"name": "N", "email": "n@example.com", "password": "secret-1"},
    "POST /v1/auth/login": {"email": "ALICE", "password": Person.password},
    "PATCH /v1/users/profile": {"name": "Someone", "phoneNumber": "+4915112345"},
    "PATCH /v1/users/change-password": {
        "currentPassword": Person.password,
        "newPassword": Person.password,
    },
    "POST /v1/users/friends": {"friends": [{"name": "N", "email": "friend@example.com"}]},
    "POST /v1/groups": {"name": "G", "members": []},
    "POST /v1/groups/{group_id}/members": {"memberEmail": "CHARLIE"},
    "POST /v1/groups/{group_id}/conversions": {
        "user": "ALICE_ID",
        "other": "BOB",
        "from": {"currency": "USD", "amount": 1},
        "to": {"currency": "EUR", "amount": 1},
    },
    "POST /v1/expenses": {"description": "D", "amount": 1, "splitWith": "MINE"},
    "POST /v1/expenses/preview": {"description": "D", "amount": 1, "splitWith": "MINE"},
    "PATCH /v1/expenses/{expense_id}/settle": None,
    "POST /v1/expenses/{expense_id}/restore": None,
    "POST /v1/activity/read": {"upTo": "EVENT"},
    "POST /v1/settlements": {"to": "BOB", "amount": "1.00", "currency": "EUR"},
    "POST /v1/settlements/{settlement_id}/confirm": None,
    "POST /v1/settlements/{settlement_id}/reject": {"reason": "R"},
    "POST /v1/settlements/{settlement_id}/void": {"reason": "R"},
    "POST /v1/contact": {
        "firstName": "F",
        "lastName": "L",
        "email": "c@example.com",
        "subject": "bug",
        "message": "M",
    },
}


def new_key() -> dict[str, str]:
    """The header with a key that nobody has used."""
    return {"Idempotency-Key": f'"{uuid4()}"'}


class Sender:
    """Sends those requests for people."""

    def __init__(self, api: Api, alice: Person, bob: Person, charlie: Person) -> None:
        self._api = api
        self._people = {"ALICE": alice.email, "CHARLIE": charlie.email, "BOB": bob.id}
        self._people["ALICE_ID"] = alice.id
        group = api.group(alice, bob)
        expense = api.expense(alice, 10, {alice: 5, bob: 5})["_id"]
        api.expense(alice, 10, {alice: 5, bob: 5}, groupId=group)
        # Of both: a friendship. The newest, so that nothing happens after it.
        self._people["EVENT"] = api("GET", "/v1/activity", bob).data[0]["_id"]
        self._deleted = api.expense(alice, 10, {alice: 5, bob: 5})["_id"]
        api("DELETE", f"/v1/expenses/{self._deleted}", alice)
        self._places = {"group_id": group, "expense_id": expense}
        paid = {"to": alice.id, "amount": 1, "currency": "USD"}
        self._counted = api("POST", "/v1/settlements", bob, paid).data["_id"]
        api("PUT", "/v1/users/settings", alice, {"confirmPayments": True})
        self._pending = api("POST", "/v1/settlements", bob, paid).data["_id"]

    def __call__(self, name: str, who: Person, key: dict[str, str], **more: Any) -> Answer:
        """Send the request of a route, with `more` in its body."""
        method, _, path = name.partition(" ")
        body = BODIES[name]
        if body is not None:
            mine = [{"user": who.id, "amount": 1}]
            known: dict[str, Any] = {**self._people, "MINE": mine}
            body = {k: known.get(v, v) if isinstance(v, str) else v for k, v in body.items()}
        if more:
            body = {**(body or {}), **more}
        settlement = self._counted if path.endswith("/void") else self._pending
        places = {**self._places, "settlement_id": settlement}
        if path.endswith("/restore"):
            places["expense_id"] = self._deleted
        return self._api(method, path.format(**places), who, body, headers=key)


def everything(db: Database[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """All documents of all collections."""
    return {name: list(db[name].find().sort("_id", 1)) for name in db.list_collection_names()}
