"""A plan takes bounded time, whatever people owe each other."""

import random
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

from coinbreakr.balances.model import Debt
from coinbreakr.plans.domain import plans, proved_up_to
from coinbreakr.plans.minimal import PROVED_UP_TO
from coinbreakr.plans.model import Strategy
from tests.api import Api, Person
from tests.plans.worlds import of_balances

Db = Database[dict[str, Any]]
NOW = datetime(2026, 3, 1, tzinfo=UTC)
MEMBERS = 200
PROVED = [-11, 45, 31, 47, -55, -1, 29, 32, -54, -57, -58, 8, 30, -40, 6, 48]  # 12, not 15


@pytest.fixture
def group(api: Api, alice: Person, db: Db) -> str:
    """Everybody owes everybody something."""
    rng = random.Random(7)  # noqa: S311
    people = [ObjectId(alice.id), *(ObjectId() for _ in range(MEMBERS - 1))]
    made = ObjectId(api.group(alice))
    members = [
        {"_id": ObjectId(), "user": user, "role": "member", "joinedAt": NOW} for user in people
    ]
    db["groups"].update_one({"_id": made}, {"$set": {"members": members}})
    db["users"].insert_many(
        {
            "_id": user,
            "name": "N",
            "profileImage": "x",
            "email": f"{user}@example.com",
            "password": "x",
        }
        for user in people[1:]
    )
    db["expenses"].insert_many(
        {
            "description": "D", "amount": 1000, "currency": "USD", "createdBy": payer,
            "paidBy": payer, "group": made, "category": "other", "date": NOW, "isSettled": False,
            "splitWith": [
                {"_id": ObjectId(), "user": user, "amount": rng.randint(1, 999) / 100}
                for user in people
            ],
            "createdAt": NOW, "updatedAt": NOW, "__v": 0,
        }
        for payer in people
    )  # fmt: skip
    return str(made)


@pytest.mark.parametrize(
    ("strategy", "most"),
    [
        (Strategy.MINIMAL, MEMBERS - 1),
        (Strategy.GREEDY, MEMBERS - 1),
        (Strategy.EXISTING_EDGES, MEMBERS - 1),
        (Strategy.PAIRWISE, MEMBERS * (MEMBERS - 1) // 2),
    ],
)
def test_of_200_members_who_all_owe_each_other(
    strategy: Strategy, most: int, api: Api, alice: Person, group: str
) -> None:
    path = f"/v1/groups/{group}/settlement-plan?strategy={strategy}"
    began = time.thread_time()
    [plan] = api("GET", path, alice).data["currencies"]
    assert time.thread_time() - began < 4
    assert len(plan["people"]) == MEMBERS
    assert MEMBERS // 2 <= len(plan["transfers"]) <= most


@pytest.mark.parametrize(
    ("currencies", "people"),
    [(1, 16), (8, 16), (9, 15), (16, 15), (17, 14), (32, 14), (8 << 16, 0), (8 << 20, 0)],
)
def test_in_many_currencies_plans_of_fewer_people_are_proved(currencies: int, people: int) -> None:
    assert proved_up_to(currencies) == people


def test_a_thousand_currencies_take_no_thousand_times_as_long() -> None:
    debts = {f"{number:03x}": of_balances(PROVED) for number in range(1000)}
    began = time.thread_time()
    found = plans(debts, Strategy.MINIMAL)
    assert time.thread_time() - began < 3
    assert not any(plan.optimal for plan in found)


def test_the_limit_of_proofs_counts_who_has_no_opposite() -> None:
    assert len(PROVED) == PROVED_UP_TO
    opposite = [100, -100]
    eight = {f"{number}": of_balances(PROVED + opposite) for number in range(8)}
    assert all(plan.optimal for plan in plans(eight, Strategy.MINIMAL))
    assert {len(plan.transfers) for plan in plans(eight, Strategy.MINIMAL)} == {13}
    nine: dict[str, list[Debt]] = {**eight, "8": of_balances([-6, -5, 2, 4, 5])}
    found = plans(nine, Strategy.MINIMAL)
    assert [plan.optimal for plan in found] == [False] * 8 + [True]
    assert len(found[-1].transfers) == 3
