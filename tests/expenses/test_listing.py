"""The queries of lists; tests/mongo shows that they use indexes."""

from typing import Any

import pytest

from coinbreakr.expenses.listing import OPEN, disjoint, matching
from coinbreakr.expenses.model import ExpenseFilter
from tests.expenses.made import ANN, BOB, CLUB

SETTLED = {"isSettled": {"$nin": OPEN["isSettled"]["$in"]}}
WAYS: list[dict[str, Any]] = [{"createdBy": ANN}, {"paidBy": ANN}, {"splitWith.user": ANN}]


@pytest.mark.parametrize(("settled", "state"), [(None, {}), (True, SETTLED), (False, OPEN)])
def test_of_a_user(settled: bool | None, state: dict[str, Any]) -> None:
    wanted = ExpenseFilter(user=ANN, settled=settled)
    assert matching(wanted) == {"$or": [{**way, **state} for way in WAYS]}
    other = {"$ne": ANN}
    assert disjoint(wanted) == [
        {**WAYS[0], **state},
        {**WAYS[1], "createdBy": other, **state},
        {**WAYS[2], "createdBy": other, "paidBy": other, **state},
    ]


@pytest.mark.parametrize(("settled", "state"), [(None, {}), (True, SETTLED), (False, OPEN)])
def test_with_a_friend(settled: bool | None, state: dict[str, Any]) -> None:
    wanted = ExpenseFilter(user=ANN, friend=BOB, settled=settled)
    ways = [
        {"paidBy": ANN, "splitWith.user": BOB},
        {"paidBy": BOB, "splitWith.user": ANN},
        {"createdBy": ANN, "splitWith.user": BOB},
        {"createdBy": BOB, "splitWith.user": ANN},
    ]
    assert matching(wanted) == {"$or": [{**way, **state} for way in ways]}
    assert disjoint(wanted) == [matching(wanted)]


@pytest.mark.parametrize(("settled", "state"), [(None, {}), (True, SETTLED), (False, OPEN)])
def test_of_a_group(settled: bool | None, state: dict[str, Any]) -> None:
    wanted = ExpenseFilter(group=CLUB, settled=settled)
    assert matching(wanted) == {"group": CLUB, **state}
    assert disjoint(wanted) == [matching(wanted)]
