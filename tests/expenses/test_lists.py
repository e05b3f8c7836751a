"""Pages of lists: their order, their totals, and what is on them."""

from typing import Any

import pytest

from tests.api import Api, Person


@pytest.fixture
def made(api: Api, alice: Person, bob: Person) -> list[str]:
    """Seven of alice, newest last; the last two are settled, and the fifth is her own."""
    found = []
    for day in range(1, 8):
        shares = {alice: 5.0} if day == 5 else {alice: 2.5, bob: 2.5}
        found.append(api.expense(alice, 5, shares, date=f"2024-01-0{day}")["_id"])
    for one in found[5:]:
        api("PATCH", f"/v1/expenses/{one}/settle", bob)
    return found


def listed(api: Api, who: Person, query: str = "") -> tuple[list[str], dict[str, Any]]:
    answer = api("GET", f"/v1/expenses{query}", who)
    return [one["_id"] for one in answer.data], answer.body["pagination"]


def pagination(current: int, pages: int, total: int, limit: int) -> dict[str, int]:
    return {"current": current, "pages": pages, "total": total, "limit": limit}


@pytest.mark.parametrize(
    ("page", "limit", "days", "pages"),
    [
        (1, 3, [7, 6, 5], 3),
        (2, 3, [4, 3, 2], 3),
        (3, 3, [1], 3),
        (4, 3, [], 3),
        (1, 7, [7, 6, 5, 4, 3, 2, 1], 1),
        (2, 7, [], 1),
        (1, 8, [7, 6, 5, 4, 3, 2, 1], 1),
    ],
)
def test_newest_first(
    page: int, limit: int, days: list[int], pages: int, api: Api, alice: Person, made: list[str]
) -> None:
    found, shown = listed(api, alice, f"?page={page}&limit={limit}")
    assert found == [made[day - 1] for day in days]
    assert shown == pagination(page, pages, 7, limit)


@pytest.mark.parametrize(
    ("query", "days", "total"),
    [
        ("settled=true", [7, 6], 2),
        ("settled=false", [5, 4], 5),
        ("settled=", [5, 4], 5),
        ("friendId=", [7, 6], 7),
        ("friendId=BOB", [7, 6], 6),
        ("friendId=BOB&settled=false", [4, 3], 4),
        ("friendId=BOB&settled=true", [7, 6], 2),
    ],
)
def test_filters_and_their_totals(
    query: str, days: list[int], total: int, api: Api, alice: Person, bob: Person, made: list[str]
) -> None:
    found, shown = listed(api, alice, f"?limit=2&{query.replace('BOB', bob.id)}")
    assert found == [made[day - 1] for day in days]
    assert shown == pagination(1, -(-total // 2), total, 2)


def test_what_one_only_pays_or_shares_is_listed_once(
    api: Api, alice: Person, bob: Person, charlie: Person
) -> None:
    api.befriend(alice, charlie)
    paid = api.expense(alice, 5, {charlie: 5}, paidBy=bob.id, date="2024-01-01")["_id"]
    both = api.expense(bob, 5, {bob: 5}, date="2024-01-02")["_id"]
    shared = api.expense(alice, 5, {bob: 5}, date="2024-01-03")["_id"]
    for limit in (1, 3, 4):
        found, shown = listed(api, bob, f"?limit={limit}")
        assert found == [shared, both, paid][:limit]
        assert shown["total"] == 3
    assert listed(api, charlie) == ([paid], pagination(1, 1, 1, 10))
    assert listed(api, charlie, f"?friendId={bob.id}")[0] == [paid]
    assert listed(api, charlie, f"?friendId={alice.id}")[0] == [paid]


def test_an_empty_list_has_no_page(api: Api, alice: Person) -> None:
    assert listed(api, alice) == ([], pagination(1, 0, 0, 10))
    assert listed(api, alice, "?page=5") == ([], pagination(5, 0, 0, 10))
