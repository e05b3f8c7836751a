"""Lists of settlements: filters, pages, and who sees what."""

from collections.abc import Sequence
from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

from coinbreakr.settlements import domain
from tests.api import Api, Person
from tests.commands import Commands
from tests.settlements.ledger import Pay

Db = Database[dict[str, Any]]


def listed(api: Api, who: Person, query: str = "") -> list[Any]:
    return [one["amount"] for one in api("GET", f"/v1/settlements?{query}", who).data]


@pytest.fixture
def group(api: Api, alice: Person, bob: Person, cat: Person) -> str:
    return api.group(alice, bob, cat)


@pytest.fixture
def made(
    alice: Person, bob: Person, cat: Person, group: str, confirming: Person, pay: Pay
) -> dict[int, str]:
    """Settlements by their amounts."""
    made = [
        pay(bob, alice, 1),
        pay(cat, alice, 2),
        pay(bob, cat, 3),
        pay(bob, alice, 4, group=group),
        pay(bob, cat, 5, group=group),
        pay(alice, confirming, 6),
        pay(alice, confirming, 7),
        pay(bob, alice, 8),
    ]
    found = {one.data["amount"]: one.data["_id"] for one in made}
    pay.act("reject", found[7], confirming)
    pay.act("void", found[8], alice)
    return found


@pytest.mark.usefixtures("made")
def test_one_s_own_the_newest_first(api: Api, alice: Person, cat: Person) -> None:
    assert listed(api, alice) == [8, 7, 6, 4, 2, 1]
    assert listed(api, cat) == [5, 3, 2]


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize(
    ("query", "amounts"),
    [
        ("friend=BOB", [8, 7, 6, 4, 1]),
        ("group=GROUP", [5, 4]),
        ("group=GROUP&friend=BOB", [4]),
        ("status=counted", [4, 2, 1]),
        ("status=pending", [6]),
        ("status=rejected", [7]),
        ("status=void", [8]),
        ("status=counted&friend=BOB", [4, 1]),
        ("friend=NOBODY", []),
    ],
)
def test_filters(
    query: str, amounts: list[int], api: Api, alice: Person, bob: Person, group: str
) -> None:
    known = {"BOB": bob.id, "GROUP": group, "NOBODY": str(ObjectId())}
    for word, value in known.items():
        query = query.replace(word, value)
    assert listed(api, alice, query) == amounts


@pytest.mark.usefixtures("made")
def test_a_group_is_for_its_members(api: Api, cat: Person, charlie: Person, group: str) -> None:
    answer = api("GET", f"/v1/settlements?group={group}", charlie)
    assert (answer.status, answer.body["code"]) == (403, "NOT_A_MEMBER")
    assert api("GET", f"/v1/settlements?group={ObjectId()}", cat).status == 404
    api("DELETE", f"/v1/groups/{group}/leave", cat)
    assert api("GET", f"/v1/settlements?group={group}", cat).status == 403
    assert listed(api, cat) == [5, 3, 2]  # one's own stay


@pytest.mark.parametrize(
    "query",
    ["status=open", "friend=x", "group=", "cursor=x", "limit=0", "limit=101", "status[]=void"],
)
def test_what_is_no_filter(query: str, api: Api, alice: Person) -> None:
    assert api("GET", f"/v1/settlements?{query}", alice).status == 400


def test_pages_go_on_where_they_ended_while_others_write(
    api: Api, alice: Person, bob: Person, pay: Pay
) -> None:
    for amount in range(1, 6):
        pay(alice, bob, amount)
    first = api("GET", "/v1/settlements?limit=2", alice).body
    assert [one["amount"] for one in first["data"]] == [5, 4]
    pay(alice, bob, 6)
    pay.act("void", first["data"][1]["_id"], bob)
    cursor = first["page"]["next"]
    second = api("GET", f"/v1/settlements?limit=2&cursor={cursor}", alice).body
    assert [one["amount"] for one in second["data"]] == [3, 2]
    last = api("GET", f"/v1/settlements?limit=2&cursor={second['page']['next']}", alice).body
    assert ([one["amount"] for one in last["data"]], last["page"]) == ([1], {"next": None})


def test_a_page_of_what_reads_as_void_goes_through_what_counts(
    api: Api, db: Db, alice: Person, bob: Person, pay: Pay
) -> None:
    """Of payments whose expense was deleted at the Node server the record knows nothing."""
    made = [pay(alice, bob, amount).data["_id"] for amount in range(1, 8)]
    db["expenses"].delete_many({"_id": {"$in": [ObjectId(made[0]), ObjectId(made[3])]}})
    pay.act("void", made[5], alice)
    void = api("GET", "/v1/settlements?status=void&limit=2", alice).body
    assert [one["amount"] for one in void["data"]] == [6, 4]
    rest = f"status=void&limit=2&cursor={void['page']['next']}"
    assert listed(api, alice, rest) == [1]
    counted = api("GET", "/v1/settlements?status=counted&limit=3", alice).body
    assert [one["amount"] for one in counted["data"]] == [7, 5, 3]
    rest = f"status=counted&limit=3&cursor={counted['page']['next']}"
    assert listed(api, alice, rest) == [2]


@pytest.mark.parametrize(("status", "gone"), [("void", [0]), ("counted", range(1, 12))])
def test_a_page_looks_through_a_few_and_then_goes_on(
    api: Api, db: Db, alice: Person, bob: Person, pay: Pay, monkeypatch: pytest.MonkeyPatch,
    commands: Commands, status: str, gone: Sequence[int],
) -> None:  # fmt: skip
    monkeypatch.setattr(domain, "_LOOKED_THROUGH", 4)
    made = [pay(alice, bob, amount).data["_id"] for amount in range(1, 13)]
    db["expenses"].delete_many({"_id": {"$in": [ObjectId(made[place]) for place in gone]}})
    found: list[Any] = []
    cursor = ""
    for _ in made:
        with commands.recording() as seen:
            page = api("GET", f"/v1/settlements?limit=1&status={status}{cursor}", alice).body
        looks = [command for name, command in seen if command.get(name) == "settlements"]
        assert sum(look["limit"] for look in looks) <= 4
        found += [one["amount"] for one in page["data"]]
        if page["page"]["next"] is None:
            break
        cursor = f"&cursor={page['page']['next']}"
    assert found == [1]


def test_events_tell_of_settlements(api: Api, alice: Person, confirming: Person, pay: Pay) -> None:
    made = pay(alice, confirming, 5, note="Cash").data["_id"]
    pay.act("confirm", made, confirming)
    pay.act("void", made, alice, reason="Returned")
    events = api("GET", "/v1/activity?limit=3", confirming).data
    assert [event["kind"] for event in events] == [
        "settlement.voided",
        "settlement.confirmed",
        "settlement.recorded",
    ]
    assert {event["subject"] for event in events} == {made}
    newest, _, oldest = (event["snapshot"] for event in events)
    assert (oldest["amount"], oldest["status"], oldest["note"]) == (5, "pending", "Cash")
    assert (newest["status"], newest["reason"]) == ("void", "Returned")
    assert (newest["from"]["name"], newest["to"]["name"]) == ("Alice", "Bob")
