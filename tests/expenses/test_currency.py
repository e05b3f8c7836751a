"""When the currency changes, the shares must be whole minor units of the new one."""

import pytest

from tests.api import Api, Person

TEXT = "Split amount must be 0 or at least 1 JPY"


@pytest.mark.parametrize("again", [True, False], ids=["with parts", "without"])
def test_shares_of_cents_are_refused_in_yen(
    again: bool, api: Api, alice: Person, bob: Person
) -> None:
    made = api.expense(alice, 10, {alice: 9.6, bob: 0.4})
    parts = [{"user": alice.id, "amount": 9.6}, {"user": bob.id, "amount": 0.4}]
    body = {"currency": "JPY", **({"splitWith": parts} if again else {})}
    answer = api("PUT", f"/v1/expenses/{made['_id']}", alice, body)
    assert (answer.status, answer.body["message"]) == (400, TEXT)
    balance = api("GET", f"/v1/users/friends/{bob.id}/balance", alice).data
    assert (balance["balance"], balance["byCurrency"]) == (0.4, {"USD": 0.4})


def test_shares_of_whole_yen_are_taken(api: Api, alice: Person, bob: Person) -> None:
    made = api.expense(alice, 10, {alice: 9, bob: 1})
    answer = api("PUT", f"/v1/expenses/{made['_id']}", alice, {"currency": "JPY"})
    assert answer.data["currency"] == "JPY"
