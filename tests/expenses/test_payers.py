"""Several people who have paid one expense, with documents as both servers write them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

from coinbreakr.expenses.feature import FEATURE, expense_service
from coinbreakr.expenses.repository import Expenses
from coinbreakr.parts import Parts
from tests.api import Answer, Api, Person
from tests.expenses.together import (
    balances,
    dinner,
    equal,
    get,
    listed,
    nets,
    payers,
    put,
    shown,
)
from tests.interleave import after_first

Db = Database[dict[str, Any]]


def advance(db: Db) -> dict[str, Any]:
    found = db["expenses"].find_one({"advanceFor": {"$exists": True}})
    assert found is not None
    return found


def findings(parts: Parts) -> list[str]:
    return [found.what for check in FEATURE.checks(parts).values() for found in check()]


def mended(parts: Parts) -> None:
    for check in FEATURE.checks(parts).values():
        for found in check():
            assert found.mend is not None
            assert found.mend()
    assert findings(parts) == []


@pytest.fixture
def made(api: Api, alice: Person, bob: Person, cara: Person, group: str) -> dict[str, Any]:
    """100 among the three; alice has paid 60 and bob 40."""
    body = dinner((bob, 40), (alice, "60.00"), split=equal(alice, bob, cara), groupId=group)
    found: dict[str, Any] = api("POST", "/v1/expenses", alice, body).data
    return found


def test_one_expense_is_shown_with_all_who_paid(
    api: Api, alice: Person, bob: Person, cara: Person, group: str, made: dict[str, Any]
) -> None:
    assert shown(made) == [(bob.id, 40), (alice.id, 60)]
    for who in (alice, bob, cara):
        one = get(api, who, made)
        assert shown(one) == [(bob.id, 40), (alice.id, 60)]
        assert (one["amount"], one["paidBy"]["_id"]) == (100, alice.id)
        assert len(one["splitWith"]) == 3
        assert listed(api, who) == ([made["_id"]], 1)
    in_group = api("GET", f"/v1/expenses/group/{group}", cara)
    assert [shown(one) for one in in_group.data] == [[(bob.id, 40), (alice.id, 60)]]
    assert in_group.body["pagination"]["total"] == 1
    balance = api("GET", f"/v1/expenses/group/{group}/balance", cara).data
    assert balance["totalExpenses"] == 1


def test_the_documents_alone_tell_the_balances(
    api: Api, alice: Person, bob: Person, cara: Person, group: str, made: dict[str, Any], db: Db
) -> None:
    parts = {share["user"]["_id"]: Decimal(str(share["amount"])) for share in made["splitWith"]}
    expected = {
        alice.id: 60 - parts[alice.id],
        bob.id: 40 - parts[bob.id],
        cara.id: -parts[cara.id],
    }
    assert nets(db) == expected
    assert balances(api, alice, group) == {user: float(net) for user, net in expected.items()}
    assert [document["description"] for document in db["expenses"].find()] == [
        "Dinner",
        "Dinner (paid together)",
    ]


def test_a_payer_without_a_share_sees_it(
    api: Api, alice: Person, bob: Person, cara: Person, db: Db
) -> None:
    body = dinner((alice, 60), (bob, 40), split=equal(alice, cara))
    made = api("POST", "/v1/expenses", alice, body).data
    assert listed(api, bob) == ([made["_id"]], 1)
    assert [share["user"]["_id"] for share in get(api, bob, made)["splitWith"]] == [
        alice.id,
        cara.id,
    ]
    assert get(api, bob, made)["split"] == equal(alice, cara)
    assert nets(db) == {alice.id: 10, bob.id: 40, cara.id: -50}
    settle = api("PATCH", f"/v1/expenses/{made['_id']}/settle", bob)
    assert (settle.status, settle.body["code"]) == (403, "EXPENSE_NOT_YOURS_TO_SETTLE")


def test_a_preview_tells_what_a_create_stores(
    api: Api, alice: Person, bob: Person, cara: Person, db: Db
) -> None:
    body = dinner((alice, 60), (bob, 40), split=equal(alice, bob, cara))
    preview = api("POST", "/v1/expenses/preview", alice, body).data
    assert preview["payers"] == payers((alice, 60), (bob, 40))
    assert db["expenses"].count_documents({}) == 0
    made = api("POST", "/v1/expenses", alice, {**body, "id": preview["id"]})
    assert made.status == 201
    assert [{"user": s["user"]["_id"], "amount": s["amount"]} for s in made.data["splitWith"]] == (
        preview["splitWith"]
    )
    again = api("POST", "/v1/expenses", alice, {**body, "id": preview["id"]})
    assert (again.status, shown(again.data)) == (200, shown(made.data))
    other = dinner((alice, 50), (bob, 50), split=body["split"], id=preview["id"])
    assert api("POST", "/v1/expenses", alice, other).status == 409
    assert db["expenses"].count_documents({}) == 2


def test_one_payer_is_nothing_special(api: Api, alice: Person, bob: Person, db: Db) -> None:
    made = api("POST", "/v1/expenses", alice, dinner((bob, 100), split=equal(alice, bob))).data
    assert made["paidBy"]["_id"] == bob.id
    assert "payers" not in made
    assert "payers" not in (db["expenses"].find_one() or {})


@pytest.mark.parametrize(
    ("amounts", "more", "code", "text"),
    [
        ((60, 39.5), {}, "PAID_TOO_LITTLE", "0.50 USD are missing"),
        ((60, "41.25"), {}, "PAID_TOO_MUCH", "1.25 USD are too much"),
        ((60, 40), {"splitWith": "99.99"}, "OWED_TOO_LITTLE", "0.01 USD are missing"),
        ((60, 40), {"splitWith": "100.01"}, "OWED_TOO_MUCH", "0.01 USD are too much"),
        ((60.005, 39.995), {}, "AMOUNT_TOO_PRECISE", '"payers[0].amount" can have 2 decimal'),
        ((100, 0), {}, "PAID_NOTHING", '"payers[1].amount" must be greater than 0'),
        ((101, -1), {}, "PAID_NOTHING", '"payers[1].amount" must be greater than 0'),
        (("x", 1), {}, "FIELD_NOT_A_DECIMAL", '"payers[0].amount"'),
        ((60, 40), {"currency": "XYZ"}, "CURRENCY_UNKNOWN", "ISO 4217"),
        ((60, 40), {"paidBy": True}, "PAYERS_AND_PAYER", "not both"),
        ((), {}, "PAYERS_MISSING", '"payers" must name somebody'),
        ((50, 50), {"twice": True}, "PAYER_TWICE", '"payers[1]" names somebody'),
    ],
)
def test_refusals_say_what_is_wrong(
    amounts: tuple[Any, ...],
    more: dict[str, Any],
    code: str,
    text: str,
    api: Api,
    alice: Person,
    bob: Person,
    db: Db,
) -> None:
    people = (alice, alice if more.get("twice") else bob)
    body = dinner(*zip(people, amounts, strict=False), split=equal(alice, bob))
    if "splitWith" in more:
        del body["split"]
        body["splitWith"] = payers((alice, more["splitWith"]))
    if "paidBy" in more:
        body["paidBy"] = bob.id
    body["currency"] = more.get("currency", "USD")
    for path in ("/v1/expenses", "/v1/expenses/preview"):
        answer = api("POST", path, alice, body)
        assert (answer.status, answer.body["code"]) == (400, code)
        assert text in answer.body["message"]
    assert db["expenses"].count_documents({}) == 0
    good = api.expense(alice, 100, {alice: 50, bob: 50})
    answer = api("PUT", f"/v1/expenses/{good['_id']}", alice, body)
    assert (answer.status, answer.body["code"]) == (400, code)


def test_all_who_paid_are_friends_or_members(
    api: Api, alice: Person, bob: Person, charlie: Person, group: str
) -> None:
    body = dinner((alice, 60), (charlie, 40), split=equal(alice, bob))
    stranger = api("POST", "/v1/expenses", alice, body)
    assert (stranger.status, stranger.body["code"]) == (400, "PAYER_NOT_A_FRIEND")
    outsider = api("POST", "/v1/expenses", alice, {**body, "groupId": group})
    assert (outsider.status, outsider.body["code"]) == (400, "PAYER_NOT_A_MEMBER")
    body["payers"][1]["user"] = str(ObjectId())
    nobody = api("POST", "/v1/expenses", alice, body)
    assert (nobody.status, nobody.body["code"]) == (404, "PAYER_NOT_FOUND")
    plain = api.expense(alice, 100, {alice: 50, bob: 50})
    change = put(api, alice, plain, payers=payers((alice, 60), (charlie, 40)))
    assert (change.status, change.body["code"]) == (400, "PAYER_UNKNOWN")


def test_changes_are_of_the_whole_expense(
    api: Api, alice: Person, bob: Person, cara: Person, group: str, made: dict[str, Any], db: Db
) -> None:
    assert put(api, alice, made, description="Supper").status == 200
    assert [one["description"] for one in db["expenses"].find()] == [
        "Supper",
        "Supper (paid together)",
    ]
    more = put(api, alice, made, amount=120)
    assert (more.status, more.body["code"]) == (400, "SHARES_UNEQUAL")
    more = put(api, alice, made, amount=120, split=equal(alice, bob, cara))
    assert (more.status, more.body["code"]) == (400, "PAID_TOO_LITTLE")
    assert get(api, alice, made)["amount"] == 100
    paid_anew = payers((alice, 70), (bob, 20), (cara, 30))
    changed = put(api, alice, made, amount=120, split=equal(alice, bob, cara), payers=paid_anew)
    assert shown(changed.data) == [(alice.id, 70), (bob.id, 20), (cara.id, 30)]
    assert nets(db) == {alice.id: 30, bob.id: -20, cara.id: -10}
    assert listed(api, bob) == ([made["_id"]], 1)
    alone = put(api, alice, made, payers=payers((bob, 120)))
    assert (alone.data["paidBy"]["_id"], shown(alone.data)) == (bob.id, [])
    assert nets(db) == {alice.id: -40, bob.id: 80, cara.id: -40}
    assert db["expenses"].count_documents({}) == 1
    assert balances(api, alice, group) == {alice.id: -40, bob.id: 80, cara.id: -40}


def test_by_the_id_of_an_advance_the_whole_is_meant(
    api: Api, alice: Person, bob: Person, made: dict[str, Any], db: Db
) -> None:
    part = {"_id": str(advance(db)["_id"])}
    assert get(api, bob, part)["_id"] == made["_id"]
    changed = put(api, alice, part, category="food")
    assert (changed.data["_id"], changed.data["category"]) == (made["_id"], "food")
    settled = api("PATCH", f"/v1/expenses/{part['_id']}/settle", bob).data
    assert (settled["_id"], settled["splitWith"][1]["settled"]) == (made["_id"], True)
    assert api("DELETE", f"/v1/expenses/{part['_id']}", alice).status == 200
    assert db["expenses"].count_documents({}) == 0


def test_it_is_settled_when_all_of_it_is(
    api: Api, alice: Person, bob: Person, cara: Person, made: dict[str, Any], db: Db, parts: Parts
) -> None:
    path = f"/v1/expenses/{made['_id']}/settle"
    for who, whole in ((bob, False), (cara, False), (alice, True)):
        settled = api("PATCH", path, who)
        assert settled.data["isSettled"] is whole
        assert get(api, bob, made)["isSettled"] is whole
        assert listed(api, bob, f"?settled={'true' if whole else 'false'}") == ([made["_id"]], 1)
        assert listed(api, bob, f"?settled={'false' if whole else 'true'}") == ([], 0)
        again = api("PATCH", path, who)
        assert (again.status, again.body["code"]) == (400, "SHARE_ALREADY_SETTLED")
        assert findings(parts) == []
    assert nets(db) == {}
    assert {one["isSettled"] for one in db["expenses"].find()} == {True}
    late = put(api, alice, made, description="Late")
    assert (late.status, late.body["code"]) == (400, "EXPENSE_SETTLED")


def test_who_may_not_change_it_may_not_by_its_advance(
    api: Api, bob: Person, charlie: Person, made: dict[str, Any], db: Db
) -> None:
    for path in (f"/v1/expenses/{made['_id']}", f"/v1/expenses/{advance(db)['_id']}"):
        assert api("GET", path, charlie).status == 403
        assert api("PATCH", f"{path}/settle", charlie).status == 403
        for who in (bob, charlie):
            assert api("PUT", path, who, {"description": "Mine"}).status == 403
            assert api("DELETE", path, who).status == 403


@pytest.mark.parametrize("which", ["main", "advance"])
def test_with_if_match_no_document_of_it_has_changed(
    which: str, api: Api, alice: Person, made: dict[str, Any], db: Db
) -> None:
    path = f"/v1/expenses/{made['_id']}"
    held = {"If-Match": api("GET", path, alice).headers["etag"]}
    changed = {"advanceFor": {"$exists": which == "advance"}}
    db["expenses"].update_one(changed, {"$set": {"updatedAt": datetime(2026, 1, 1, tzinfo=UTC)}})
    assert api("PUT", path, alice, {"description": "D"}, headers=held).status == 412
    assert api("DELETE", path, alice, headers=held).status == 412
    assert api("PATCH", f"{path}/settle", alice, headers=held).status == 412
    held = {"If-Match": api("GET", path, alice).headers["etag"]}
    assert api("PUT", path, alice, {"description": "D"}, headers=held).status == 200


def test_what_the_node_server_changes_is_what_is_shown(
    api: Api, alice: Person, bob: Person, made: dict[str, Any], db: Db
) -> None:
    """It gave the advance another amount: so bob has paid 30, and alice the rest."""
    part = advance(db)
    parts = [{"_id": ObjectId(), "user": ObjectId(alice.id), "amount": 30, "settled": False}]
    db["expenses"].update_one({"_id": part["_id"]}, {"$set": {"amount": 30, "splitWith": parts}})
    assert shown(get(api, alice, made)) == [(bob.id, 30), (alice.id, 70)]
    db["expenses"].update_one({"_id": ObjectId(made["_id"])}, {"$set": {"amount": 20}})
    assert shown(get(api, alice, made)) == []  # nobody has paid less than nothing
    assert listed(api, alice)[1] == 2


ODD: dict[str, dict[str, Any]] = {
    "another amount than its share": {"amount": 41},
    "two shares": {"splitWith": []},
    "another currency": {"currency": "EUR"},
    "without a group": {"group": None},
}


@pytest.mark.parametrize("change", ODD.values(), ids=ODD)
def test_an_advance_that_is_none_any_more_is_an_expense(
    change: dict[str, Any],
    api: Api,
    alice: Person,
    bob: Person,
    made: dict[str, Any],
    db: Db,
    parts: Parts,
) -> None:
    part = advance(db)
    db["expenses"].update_one({"_id": part["_id"]}, {"$set": change})
    assert "payers" not in get(api, alice, made)
    assert get(api, bob, part)["_id"] == str(part["_id"])
    assert len(findings(parts)) == 1
    assert set(listed(api, bob)[0]) == {made["_id"], str(part["_id"])}
    assert listed(api, bob)[1] == 2
    assert findings(parts) == []


def test_when_the_node_server_deletes_the_expense_the_advance_is_shown(
    api: Api, alice: Person, bob: Person, made: dict[str, Any], db: Db
) -> None:
    """The debt is still there, so a list says why."""
    later = api.expense(alice, 10, {bob: 10}, date="2020-01-01")["_id"]
    db["expenses"].delete_one({"_id": ObjectId(made["_id"])})
    part = str(advance(db)["_id"])
    assert listed(api, bob, "?limit=1") == ([part], 2)
    assert listed(api, bob, "?limit=1&page=2") == ([later], 2)
    assert listed(api, alice, "?limit=5") == ([part, later], 2)
    assert nets(db) == {alice.id: -30, bob.id: 30}
    assert api("PATCH", f"/v1/expenses/{part}/settle", alice).status == 200


def test_when_the_node_server_deletes_the_advance_one_has_paid(
    api: Api, alice: Person, made: dict[str, Any], db: Db, parts: Parts
) -> None:
    db["expenses"].delete_one({"_id": advance(db)["_id"]})
    assert "payers" not in get(api, alice, made)
    assert findings(parts) == []
    assert put(api, alice, made, description="Supper").status == 200
    assert api("DELETE", f"/v1/expenses/{made['_id']}", alice).status == 200


def test_what_the_node_server_settles_is_mended(
    api: Api, alice: Person, bob: Person, made: dict[str, Any], db: Db, parts: Parts
) -> None:
    """It marks a document when its own shares are settled, and knows of no other."""
    marks = {"splitWith.$[].settled": True, "isSettled": True, "settledAt": datetime.now(UTC)}
    db["expenses"].update_one({"_id": ObjectId(made["_id"])}, {"$set": marks})
    assert get(api, alice, made)["isSettled"] is False
    mended(parts)
    assert listed(api, bob, "?settled=false") == ([made["_id"]], 1)
    db["expenses"].update_one({"_id": advance(db)["_id"]}, {"$set": marks})
    assert get(api, alice, made)["isSettled"] is True
    mended(parts)
    assert listed(api, bob, "?settled=true") == ([made["_id"]], 1)


def test_pages_and_totals_leave_advances_out(
    api: Api, alice: Person, bob: Person, cara: Person, group: str
) -> None:
    made = []
    for day in range(1, 8):
        both = {"payers": payers((alice, 60), (bob, 40))} if day % 2 else {}
        body = {"description": "D", "amount": 100, **both, "split": equal(alice, bob, cara)}
        more = {"date": f"2024-01-0{day}", "groupId": group}
        made.append(api("POST", "/v1/expenses", alice, {**body, **more}).data["_id"])
    newest = made[::-1]
    for who in (alice, bob, cara):
        for limit in (1, 2, 3, 7, 8):
            pages = -(-7 // limit)
            found = [
                listed(api, who, f"?limit={limit}&page={page}") for page in range(1, pages + 1)
            ]
            assert [one for ids, _ in found for one in ids] == newest
            assert {total for _, total in found} == {7}
        assert listed(api, who, f"?limit=3&page={9}") == ([], 7)
    assert listed(api, alice, f"?friendId={bob.id}&limit=2") == (newest[:2], 7)
    assert listed(api, alice, "?settled=false&limit=2") == (newest[:2], 7)
    assert listed(api, alice, "?settled=true&limit=2") == ([], 0)
    in_group = api("GET", f"/v1/expenses/group/{group}?limit=2&page=2", cara)
    assert [one["_id"] for one in in_group.data] == newest[2:4]
    assert in_group.body["pagination"]["total"] == 7


@pytest.fixture
def expenses(parts: Parts) -> Expenses:
    return parts.get(expense_service)._expenses


def test_who_settles_meanwhile_is_not_lost(
    api: Api, alice: Person, bob: Person, made: dict[str, Any], expenses: Expenses
) -> None:
    path = f"/v1/expenses/{made['_id']}"
    with after_first(expenses, "get", lambda: api("PATCH", f"{path}/settle", bob)):
        answer = api("PUT", path, alice, {"payers": payers((alice, 50), (bob, 50))})
    assert shown(answer.data) == [(alice.id, 50), (bob.id, 50)]
    assert [share["settled"] for share in answer.data["splitWith"]] == [False, True, False]


def test_an_advance_that_the_node_server_settles_meanwhile_is_not_lost(
    api: Api, alice: Person, bob: Person, made: dict[str, Any], expenses: Expenses, db: Db
) -> None:
    part = advance(db)["_id"]

    def settle() -> None:
        db["expenses"].update_one({"_id": part}, {"$set": {"splitWith.0.settled": True}})

    with after_first(expenses, "get", settle):
        answer = put(api, alice, made, payers=payers((alice, 50), (bob, 50)))
    assert answer.status == 200
    assert advance(db)["splitWith"][0]["settled"] is True
    assert advance(db)["amount"] == 50


@pytest.mark.parametrize("method", ["DELETE", "PATCH"])
def test_further_payers_meanwhile_belong_to_it(
    method: str, api: Api, alice: Person, bob: Person, expenses: Expenses, db: Db
) -> None:
    """An expense with one payer is deleted, or settled, while another payer is added."""
    plain = api.expense(alice, 100, {alice: 50, bob: 50})
    path = f"/v1/expenses/{plain['_id']}"
    both = {"payers": payers((alice, 60), (bob, 40))}
    what = "get" if method == "DELETE" else "settle"
    with after_first(expenses, what, lambda: api("PUT", path, alice, both)):
        answer = api(method, path if method == "DELETE" else f"{path}/settle", alice)
    if method == "DELETE":
        assert answer.status == 200
        assert db["expenses"].count_documents({}) == 0
    else:
        assert answer.status in {200, 400}
        assert db["expenses"].count_documents({}) in {1, 2}


def test_many_change_it_at_once(
    api: Api, alice: Person, bob: Person, cara: Person, made: dict[str, Any], db: Db, parts: Parts
) -> None:
    def change(number: int) -> int:
        first = number + 1
        both = payers((alice, first), (bob, 100 - first)) if number % 2 else payers((cara, 100))
        return put(api, alice, made, payers=both).status

    with ThreadPoolExecutor(8) as pool:
        statuses = set(pool.map(change, range(24)))
    assert statuses <= {200, 403, 409}  # alice is still the creator
    one = get(api, alice, made)
    documents = db["expenses"].count_documents({})
    assert documents == max(1, len(shown(one)))
    total = sum(Decimal(str(net)) for net in nets(db).values())
    assert total == 0
    assert findings(parts) == []


def test_leaving_and_deleting_the_group_leave_it_as_it_is(
    api: Api, alice: Person, bob: Person, cara: Person, group: str, made: dict[str, Any], db: Db
) -> None:
    before = nets(db)
    assert api("DELETE", f"/v1/groups/{group}/members/{bob.id}", bob).status == 200
    assert shown(get(api, bob, made)) == [(bob.id, 40), (alice.id, 60)]
    assert api("DELETE", f"/v1/groups/{group}", alice).status == 200
    assert listed(api, cara) == ([made["_id"]], 1)
    assert nets(db) == before


def record_settlement(api: Api, who: Person, **body: Any) -> Answer:
    return api("POST", "/v1/settlements", who, {"currency": "USD", **body})


def test_what_the_main_payer_owes_is_settled_by_the_expense(
    api: Api, alice: Person, bob: Person, made: dict[str, Any], db: Db, parts: Parts
) -> None:
    body = {"from": alice.id, "to": bob.id, "expenses": [made["_id"]]}
    wrong = record_settlement(api, bob, amount=39, **body)
    assert wrong.status == 400
    assert "40" in wrong.body["message"]
    done = record_settlement(api, bob, amount=40, **body)
    assert (done.status, done.data["expenses"]) == (201, [made["_id"]])
    assert advance(db)["isSettled"] is True
    assert get(api, bob, made)["isSettled"] is False
    undone = api("POST", f"/v1/settlements/{done.data['_id']}/void", alice, {"reason": "no"})
    assert undone.data["status"] == "void"
    assert advance(db)["splitWith"][0]["settled"] is False
    assert findings(parts) == []


def test_settlements_by_the_expense_mark_it_when_all_of_it_is_settled(
    api: Api, alice: Person, bob: Person, cara: Person, made: dict[str, Any], db: Db, parts: Parts
) -> None:
    owed = {one["user"]["_id"]: one["amount"] for one in made["splitWith"]}
    for payer, to, amount, whole in (
        (bob, alice, owed[bob.id], False),
        (cara, alice, owed[cara.id], False),
        (alice, bob, 40, True),
    ):
        body = {"to": to.id, "amount": amount, "expenses": [made["_id"]]}
        done = record_settlement(api, payer, **body)
        assert done.status == 201
        assert listed(api, alice, f"?settled={'true' if whole else 'false'}")[1] == 1
        assert get(api, bob, made)["isSettled"] is whole
        assert findings(parts) == []
    undone = api("POST", f"/v1/settlements/{done.data['_id']}/void", bob, {"reason": "no"})
    assert undone.status == 200
    assert listed(api, alice, "?settled=false") == ([made["_id"]], 1)
    assert nets(db) == {alice.id: -40, bob.id: 40}
    assert findings(parts) == []


def test_settling_it_is_a_settlement_for_each_whom_one_owes(
    api: Api, alice: Person, bob: Person, cara: Person, group: str
) -> None:
    both = payers((alice, 50), (bob, 30), (cara, 20))
    body = {"description": "D", "amount": 100, "payers": both, "split": equal(bob, cara)}
    made = api("POST", "/v1/expenses", alice, {**body, "groupId": group}).data
    path = f"/v1/expenses/{made['_id']}/settle"
    assert api("PATCH", path, alice).status == 200
    found = api("GET", f"/v1/settlements?group={group}", alice).data
    assert {(one["to"]["_id"], one["amount"]) for one in found} == {(bob.id, 30), (cara.id, 20)}
    assert api("PATCH", path, bob).status == 200
    assert api("PATCH", path, cara).data["isSettled"] is True
    assert balances(api, alice, group) == {}


def test_who_has_paid_a_payment_stays(api: Api, alice: Person, bob: Person, cara: Person) -> None:
    payment = record_settlement(api, alice, to=bob.id, amount=10).data
    for sent in (payers((alice, 5), (cara, 5)), payers((cara, 10))):
        answer = put(api, alice, payment, payers=sent)
        assert (answer.status, answer.body["code"]) == (400, "PAYMENT_OF_ONE")


def test_all_of_it_is_deleted_and_restored(
    api: Api, alice: Person, bob: Person, cara: Person, made: dict[str, Any], db: Db
) -> None:
    path = f"/v1/expenses/{made['_id']}"
    before = [*db["expenses"].find()]
    assert api("DELETE", path, alice).status == 200
    assert db["expenses"].count_documents({}) == 0
    restored = api("POST", f"{path}/restore", alice)
    assert shown(restored.data) == [(bob.id, 40), (alice.id, 60)]
    after = [*db["expenses"].find()]
    changed = {
        name
        for old, new in zip(before, after, strict=True)
        for name in old
        if old[name] != new[name]
    }
    assert changed == {"updatedAt"}
    assert listed(api, cara) == ([made["_id"]], 1)


def test_versions_tell_who_has_paid(
    api: Api, alice: Person, bob: Person, made: dict[str, Any], db: Db
) -> None:
    assert put(api, alice, made, payers=payers((alice, 50), (bob, 50))).status == 200
    assert api("PATCH", f"/v1/expenses/{made['_id']}/settle", alice).status == 200
    versions = api("GET", f"/v1/expenses/{made['_id']}/versions", bob).data
    of_payers = [
        [
            (one["user"]["_id"], one["old"], one["new"])
            for one in version["changes"]
            if one["field"] == "payers"
        ]
        for version in versions
    ]
    assert of_payers == [
        [(bob.id, {"amount": 50, "settled": False}, {"amount": 50, "settled": True})],
        [
            (bob.id, {"amount": 40, "settled": False}, {"amount": 50, "settled": False}),
            (alice.id, {"amount": 60}, {"amount": 50}),
        ],
        [
            (bob.id, None, {"amount": 40, "settled": False}),
            (alice.id, None, {"amount": 60}),
        ],
    ]
    part = advance(db)["_id"]
    assert api("GET", f"/v1/expenses/{part}/versions", bob).data == versions
