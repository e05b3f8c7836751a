"""Who may see what: without a token, with a stranger's, with one of a closed account."""

from typing import Any

import pytest

from coinbreakr.parts import Parts
from tests.api import Api, Person
from tests.routes import operations

PUBLIC = "public"
OWN = "own"  # only the caller's own things: a stranger gets an empty answer, or acts on nobody else
DENY_403 = 403
DENY_400 = 400
DENY_404 = 404

# What a stranger gets who names things of others. A route that is missing here fails the test.
STRANGER: dict[str, str | int] = {
    "GET /v1/healthz": PUBLIC,
    "GET /v1/livez": PUBLIC,
    "GET /v1/readyz": PUBLIC,
    "POST /v1/auth/register": PUBLIC,
    "POST /v1/auth/login": PUBLIC,
    "POST /v1/contact": PUBLIC,
    "GET /v1/photos/{user_id}/{version}": PUBLIC,  # with a signature, see tests/users/test_photos
    "GET /v1/openapi.json": PUBLIC,
    "GET /v1/docs": PUBLIC,
    "GET /v1/docs/{part}": PUBLIC,
    "GET /v1/users/profile": OWN,
    "PATCH /v1/users/profile": OWN,
    "PATCH /v1/users/change-password": OWN,
    "GET /v1/users/settings": OWN,
    "PUT /v1/users/settings": OWN,
    "DELETE /v1/users/deactivate-user": OWN,
    "GET /v1/users": OWN,
    "GET /v1/users/friends": OWN,
    "POST /v1/users/friends": OWN,
    "DELETE /v1/users/friends/{friend_id}": OWN,
    "GET /v1/users/friends/{friend_id}/balance": DENY_400,
    "GET /v1/users/balances": OWN,
    "GET /v1/users/settlement-plan": OWN,
    "GET /v1/groups": OWN,
    "POST /v1/groups": OWN,
    "GET /v1/groups/{group_id}": DENY_403,
    "PUT /v1/groups/{group_id}": DENY_403,
    "DELETE /v1/groups/{group_id}": DENY_403,
    "POST /v1/groups/{group_id}/members": DENY_403,
    "DELETE /v1/groups/{group_id}/members/{member_id}": DENY_403,
    "DELETE /v1/groups/{group_id}/leave": DENY_400,
    "GET /v1/groups/{group_id}/settlement-plan": DENY_403,
    "GET /v1/groups/{group_id}/activity": DENY_403,
    "GET /v1/activity": OWN,
    "POST /v1/activity/read": DENY_404,
    "GET /v1/groups/{group_id}/rates": DENY_403,
    "PUT /v1/groups/{group_id}/rates": DENY_403,
    "POST /v1/groups/{group_id}/conversions": DENY_403,
    "GET /v1/expenses": OWN,
    "POST /v1/expenses": OWN,
    "POST /v1/expenses/preview": OWN,
    "GET /v1/expenses/{expense_id}": DENY_403,
    "PUT /v1/expenses/{expense_id}": DENY_403,
    "DELETE /v1/expenses/{expense_id}": DENY_403,
    "PATCH /v1/expenses/{expense_id}/settle": DENY_403,
    "GET /v1/expenses/{expense_id}/versions": DENY_403,
    "POST /v1/expenses/{expense_id}/restore": DENY_403,
    "GET /v1/expenses/group/{group_id}": DENY_403,
    "GET /v1/expenses/group/{group_id}/balance": DENY_403,
    "GET /v1/settlements": OWN,
    "POST /v1/settlements": OWN,
    "GET /v1/settlements/{settlement_id}": DENY_403,
    "POST /v1/settlements/{settlement_id}/confirm": DENY_403,
    "POST /v1/settlements/{settlement_id}/reject": DENY_403,
    "POST /v1/settlements/{settlement_id}/void": DENY_403,
}
BODIES: dict[str, Any] = {
    "PUT /v1/groups/{group_id}": {"name": "Mine now"},
    "POST /v1/groups/{group_id}/members": {"memberEmail": "charlie@example.com"},
    "PUT /v1/expenses/{expense_id}": {"description": "Mine now"},
    "POST /v1/activity/read": {"upTo": "EVENT"},
    "PUT /v1/groups/{group_id}/rates": {"base": "EUR", "rates": {"USD": "2"}},
    "POST /v1/groups/{group_id}/conversions": {
        "user": "6" * 24,
        "other": "7" * 24,
        "from": {"currency": "USD", "amount": 1},
        "to": {"currency": "EUR", "amount": 1},
    },
}


@pytest.fixture
def places(api: Api, alice: Person, bob: Person) -> dict[str, str]:
    """Things of alice and bob."""
    group = api.group(alice, bob)
    expense = api.expense(alice, 10, {alice: 5, bob: 5}, groupId=group)
    paid = {"to": alice.id, "amount": 1, "currency": "USD"}
    return {
        "friend_id": bob.id,
        "group_id": group,
        "member_id": bob.id,
        "expense_id": expense["_id"],
        "event_id": api("GET", "/v1/activity", alice).data[0]["_id"],
        "settlement_id": api("POST", "/v1/settlements", bob, paid).data["_id"],
    }


def test_the_table_has_every_route(parts: Parts) -> None:
    assert {str(operation) for operation in operations(parts)} == STRANGER.keys()


def test_public_is_what_the_table_calls_public(parts: Parts) -> None:
    public = {str(operation) for operation in operations(parts) if operation.contract.public}
    assert public == {name for name, rule in STRANGER.items() if rule == PUBLIC}


@pytest.mark.parametrize("name", [name for name, rule in STRANGER.items() if rule != PUBLIC])
class TestProtected:
    def test_nobody(self, name: str, api: Api, places: dict[str, str]) -> None:
        answer = _call(api, name, places, None)
        assert (answer.status, answer.body["message"]) == (401, "No token provided")

    def test_forged(self, name: str, api: Api, places: dict[str, str], alice: Person) -> None:
        forged = Person(alice.id, alice.name, alice.email, alice.token[:-4] + "AAAA")
        assert _call(api, name, places, forged).status == 401

    def test_deactivated(
        self, name: str, api: Api, places: dict[str, str], charlie: Person
    ) -> None:
        api("DELETE", "/v1/users/deactivate-user", charlie)
        answer = _call(api, name, places, charlie)
        assert (answer.status, answer.body["message"]) == (401, "User account is deactivated")

    def test_stranger(
        self,
        name: str,
        api: Api,
        places: dict[str, str],
        alice: Person,
        bob: Person,
        charlie: Person,
    ) -> None:
        before = _snapshot(api, alice, bob, places)
        answer = _call(api, name, places, charlie)
        rule = STRANGER[name]
        if rule != OWN:
            assert answer.status == rule
            assert "data" not in answer.body
        text = str(answer.body)
        assert alice.id not in text
        assert places["expense_id"] not in text
        assert _snapshot(api, alice, bob, places) == before


def _call(api: Api, name: str, places: dict[str, str], who: Person | None) -> Any:
    method, _, path = name.partition(" ")
    body = {
        field: places["event_id"] if value == "EVENT" else value
        for field, value in BODIES.get(name, {}).items()
    }
    return api(method, path.format(**places), who, body or None)


def _snapshot(api: Api, alice: Person, bob: Person, places: dict[str, str]) -> list[Any]:
    paths = (
        "/v1/users/profile",
        "/v1/users/friends",
        "/v1/users/balances",
        f"/v1/groups/{places['group_id']}",
        f"/v1/expenses/{places['expense_id']}",
        f"/v1/settlements/{places['settlement_id']}",
    )
    return [api("GET", path, who).data for who in (alice, bob) for path in paths]
