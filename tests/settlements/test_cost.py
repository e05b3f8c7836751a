"""What settlements cost the database: commands, however many expenses are settled."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.api import Answer, Api, Person
from tests.commands import Commands
from tests.settlements.ledger import Pay

Cost = Callable[[Callable[[], Answer]], list[str]]
CALLER = "find users"


@pytest.fixture
def cost(commands: Commands) -> Cost:
    def commands_of(send: Callable[[], Answer]) -> list[str]:
        with commands.recording() as found:
            assert send().status < 300
        names = [(name, command.get(name)) for name, command in found]
        return [f"{name} {on}" if isinstance(on, str) else name for name, on in names]

    return commands_of


def test_a_payment(api: Api, alice: Person, bob: Person, pay: Pay, cost: Cost) -> None:
    written = ["insert expenses", "insert settlements"]
    ending = ["insert activities", "commitTransaction"]
    assert cost(lambda: pay(alice, bob, 5)) == [CALLER, "find users", *written, *ending]
    group = api.group(alice, bob)
    inside = cost(lambda: pay(alice, bob, 5, group=group))
    assert sorted(inside) == sorted(
        [CALLER, "find users", "findAndModify groups", "find groups", *written, *ending]
    )


def test_what_is_settled_at_the_expense(api: Api, alice: Person, bob: Person, cost: Cost) -> None:
    debt = api.expense(bob, 5, {alice: 5})["_id"]
    sent = cost(lambda: api("PATCH", f"/v1/expenses/{debt}/settle", alice))
    assert [one for one in sent if not one.startswith("find ")] == [
        "findAndModify expenses",
        "insert settlements",
        "insert activities",
        "commitTransaction",
    ]
    assert len(sent) <= 6


@pytest.mark.parametrize("many", [1, 20])
def test_shares_and_opening_them_again(
    many: int, api: Api, alice: Person, bob: Person, pay: Pay, cost: Cost
) -> None:
    debts = [api.expense(bob, 5, {alice: 5})["_id"] for _ in range(many)]
    made: list[Any] = []

    def settle() -> Answer:
        answer = pay(alice, bob, 5 * many, expenses=debts)
        made.append(answer.data["_id"])
        return answer

    assert len(cost(settle)) <= 9
    assert len(cost(lambda: pay.act("void", made[0], bob))) <= 10


@pytest.mark.parametrize("query", ["", "?status=counted", "?status=void"])
def test_a_list(query: str, api: Api, alice: Person, bob: Person, pay: Pay, cost: Cost) -> None:
    for amount in range(1, 6):
        pay.act("void", pay(alice, bob, amount).data["_id"], bob)
        pay(alice, bob, amount)
    sent = cost(lambda: api("GET", f"/v1/settlements{query}", alice))
    assert sent == [CALLER, "find settlements", "find expenses", "find users"]
