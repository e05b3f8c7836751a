"""Refunds, loans, notes and amounts of another currency, over HTTP and in the documents."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from bson import ObjectId
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymongo.database import Database

from coinbreakr.expenses import kinds
from coinbreakr.expenses.feature import expense_service
from coinbreakr.expenses.model import ExpenseInput, Payer
from coinbreakr.expenses.payers import paid, whole, with_payers
from coinbreakr.parts import Parts
from tests.api import Answer, Api, Person
from tests.expenses.made import ANN, BOB, CAT, DAN, NOW, details, expense, new, shares
from tests.expenses.together import balances, equal, get, listed, nets, payers, put, shown
from tests.interleave import after_first

Db = Database[dict[str, Any]]
EVERYBODY = (ANN, BOB, CAT, DAN)


def record(api: Api, who: Person, **body: Any) -> Answer:
    return api("POST", "/v1/expenses", who, {"description": "Dinner", **body})


def refund(api: Api, who: Person, of: dict[str, Any], **more: Any) -> Answer:
    body = {"kind": "refund", "refundOf": of["_id"], **more}
    return api("POST", "/v1/expenses", who, body)


@pytest.fixture
def dinner(api: Api, alice: Person, bob: Person, cara: Person, group: str) -> dict[str, Any]:
    """100 among three, uneven; alice has paid 60 and bob 40."""
    both = payers((alice, 60), (bob, 40))
    body = {"amount": 100, "payers": both, "groupId": group, "split": equal(alice, bob, cara)}
    made: dict[str, Any] = record(api, alice, **body).data
    return made


def test_a_refund_undoes_an_expense_to_the_cent(
    api: Api, alice: Person, bob: Person, cara: Person, group: str, dinner: dict[str, Any], db: Db
) -> None:
    answer = refund(api, cara, dinner)
    assert answer.status == 201
    made = answer.data
    assert (made["kind"], made["refundOf"], made["amount"]) == ("refund", dinner["_id"], 100)
    assert (made["description"], made["currency"]) == ("Refund: Dinner", "USD")
    assert made["group"]["_id"] == group
    parts = {share["user"]["_id"]: share["amount"] for share in dinner["splitWith"]}
    assert dict(shown(made)) == parts
    assert {s["user"]["_id"]: s["amount"] for s in made["splitWith"]} == {alice.id: 60, bob.id: 40}
    assert nets(db) == {}
    assert balances(api, alice, group) == {}
    assert listed(api, cara)[1] == 2
    nothing = refund(api, alice, dinner)
    assert (nothing.status, nothing.body["code"]) == (400, "REFUND_TOO_BIG")


def test_refunds_of_parts_undo_it_together(
    api: Api, alice: Person, bob: Person, dinner: dict[str, Any], db: Db
) -> None:
    for amount in ("0.01", "33.33", 17.5):
        assert refund(api, bob, dinner, amount=amount, description="Voucher").status == 201
    more = refund(api, alice, dinner, amount=50)
    assert (more.status, more.body["code"]) == (400, "REFUND_TOO_BIG")
    assert "49.16" in more.body["message"]
    preview = {"kind": "refund", "refundOf": dinner["_id"]}
    left = api("POST", "/v1/expenses/preview", alice, preview).data
    assert sum(Decimal(str(one["amount"])) for one in left["payers"]) == Decimal("49.16")
    last = refund(api, alice, dinner).data
    assert last["amount"] == 49.16
    assert nets(db) == {}
    assert api("DELETE", f"/v1/expenses/{last['_id']}", alice).status == 200
    assert refund(api, alice, dinner).data["amount"] == 49.16


def test_a_refund_of_an_expense_of_one(
    api: Api, alice: Person, bob: Person, charlie: Person, db: Db
) -> None:
    made = api.expense(alice, 10, {alice: 5, bob: 5})
    back = refund(api, bob, made).data
    assert {one["user"]["_id"] for one in back["payers"]} == {alice.id, bob.id}
    assert nets(db) == {}
    stranger = refund(api, charlie, made)
    assert (stranger.status, stranger.body["code"]) == (403, "EXPENSE_NOT_YOURS")
    gone = refund(api, alice, {"_id": str(ObjectId())})
    assert (gone.status, gone.body["code"]) == (404, "EXPENSE_NOT_FOUND")
    twice = refund(api, alice, back)
    assert (twice.status, twice.body["code"]) == (400, "REFUND_OF_KIND_INVALID")


def test_a_refund_is_by_an_id_only_once(
    api: Api, alice: Person, dinner: dict[str, Any], db: Db
) -> None:
    chosen = str(ObjectId())
    first = refund(api, alice, dinner, id=chosen)
    again = refund(api, alice, dinner, id=chosen)
    assert (first.status, again.status) == (201, 200)
    assert again.data["_id"] == first.data["_id"] == chosen
    assert refund(api, alice, dinner, id=chosen, amount=1).status == 409
    assert nets(db) == {}


def test_two_refunds_at_once_do_not_give_back_twice(
    api: Api, alice: Person, bob: Person, dinner: dict[str, Any], db: Db, parts: Parts
) -> None:
    expenses = parts.get(expense_service)._expenses
    other: list[Answer] = []
    with after_first(expenses, "refunds", lambda: other.append(refund(api, bob, dinner))):
        mine = refund(api, alice, dinner)
    assert sorted([mine.status, other[0].status]) == [201, 400]
    assert nets(db) == {}
    with ThreadPoolExecutor(4) as pool:
        assert {one.status for one in pool.map(lambda _: refund(api, bob, dinner), range(8))} == {
            400
        }


def test_income_is_shared_like_an_expense_the_other_way_round(
    api: Api, alice: Person, bob: Person, cara: Person, group: str, db: Db
) -> None:
    split = equal(alice, bob, cara)
    body = {"kind": "refund", "amount": 100, "split": split, "groupId": group, "paidBy": bob.id}
    made = record(api, alice, **body).data
    assert made["split"] == split
    assert [(s["user"]["_id"], s["amount"]) for s in made["splitWith"]] == [(bob.id, 100)]
    entitled = dict(shown(made))
    assert sorted(entitled.values()) == [33.33, 33.33, 33.34]
    assert nets(db)[bob.id] == Decimal(str(entitled[bob.id])) - 100
    assert get(api, alice, made)["split"] == split
    third = 10 / 3
    parts = [{"user": one.id, "amount": third} for one in (alice, bob, cara)]
    made = record(api, alice, kind="refund", amount=10, splitWith=parts).data
    assert sorted(amount for _, amount in shown(made)) == [3.33, 3.33, 3.34]
    alone = record(api, alice, kind="refund", amount=7, split=equal(bob)).data
    assert (alone["paidBy"]["_id"], "payers" in alone) == (bob.id, False)
    assert get(api, alice, alone)["split"] == equal(bob)


def test_what_is_refunded_stays_as_it_is(
    api: Api, alice: Person, bob: Person, dinner: dict[str, Any], db: Db
) -> None:
    made = refund(api, alice, dinner).data
    assert put(api, alice, made, description="Voucher", notes="Two years").status == 200
    for changes in (
        {"payers": payers((alice, 50), (bob, 50))},
        {"splitWith": payers((alice, 50), (bob, 50))},
        {"amount": 50, "payers": payers((alice, 50)), "splitWith": payers((alice, 50))},
    ):
        answer = put(api, alice, made, **changes)
        assert (answer.status, answer.body["code"]) == (400, "EXPENSE_KIND_FIXED")
    same = {"amount": 100, "splitWith": payers((alice, 60), (bob, 40))}
    assert put(api, alice, made, **same).status == 200
    assert nets(db) == {}


def test_what_a_refund_of_an_expense_cannot_say(
    api: Api, alice: Person, bob: Person, dinner: dict[str, Any]
) -> None:
    for more in (
        {"kind": ""},
        {"kind": "loan"},
        {"split": equal(alice)},
        {"payers": payers((bob, 1))},
        {"currency": "EUR"},
    ):
        answer = refund(api, alice, dinner, **more)
        assert (answer.status, answer.body["code"]) == (400, "REFUND_OF_ALONE")
    kind = record(api, alice, kind="gift", amount=10, split=equal(bob))
    assert (kind.status, kind.body["code"]) == (400, "KIND_INVALID")


def test_refunds_are_left_when_their_expense_goes(
    api: Api, alice: Person, dinner: dict[str, Any], db: Db
) -> None:
    back = refund(api, alice, dinner).data
    assert api("DELETE", f"/v1/expenses/{dinner['_id']}", alice).status == 200
    assert get(api, alice, back)["refundOf"] == dinner["_id"]
    assert set(nets(db)) > {alice.id}


def test_a_loan_is_between_two(api: Api, alice: Person, bob: Person, cara: Person, db: Db) -> None:
    made = record(api, alice, kind="loan", amount=50, split=equal(bob)).data
    assert (made["kind"], made["paidBy"]["_id"]) == ("loan", alice.id)
    assert nets(db) == {alice.id: 50, bob.id: -50}
    borrowed = {"kind": "loan", "amount": 20, "paidBy": bob.id, "split": equal(alice)}
    assert record(api, alice, **borrowed).status == 201
    assert nets(db) == {alice.id: 30, bob.id: -30}
    refusals = [
        record(api, alice, kind="loan", amount=50, split=equal(alice)),
        record(api, alice, kind="loan", amount=50, split=equal(bob, cara)),
        record(
            api, alice, kind="loan", amount=50, split=equal(cara),
            payers=payers((alice, 25), (bob, 25)),
        ),
        put(api, alice, made, split=equal(bob, alice)),
        put(api, alice, made, payers=payers((alice, 25), (cara, 25))),
    ]  # fmt: skip
    assert {(one.status, one.body["code"]) for one in refusals} == {(400, "LOAN_OF_TWO")}
    assert put(api, alice, made, amount=60, split=equal(bob)).status == 200
    path = f"/v1/expenses/{made['_id']}/settle"
    assert api("PATCH", path, bob).data["isSettled"] is True


def test_notes_are_kept_changed_and_cleared(api: Api, alice: Person, bob: Person) -> None:
    made = record(api, alice, amount=10, split=equal(bob), notes="  With tip\nand wine ").data
    assert made["notes"] == "With tip\nand wine"
    assert put(api, alice, made, description="Supper").data["notes"] == "With tip\nand wine"
    assert put(api, alice, made, notes="Without").data["notes"] == "Without"
    assert "notes" not in put(api, alice, made, notes="").data
    assert "notes" not in get(api, alice, made)
    long = record(api, alice, amount=10, split=equal(bob), notes="x" * 2001)
    assert (long.status, long.body["code"]) == (400, "FIELD_TOO_LONG")
    assert record(api, alice, amount=10, split=equal(bob), notes="x" * 2000).status == 201
    assert "notes" not in record(api, alice, amount=10, split=equal(bob), notes={"a": 1}).data


RATE = {"amount": "10.00", "currency": "GBP", "rate": "1.17"}


def test_an_amount_may_come_from_another_currency(
    api: Api, alice: Person, bob: Person, db: Db
) -> None:
    body = {"amount": "11.70", "currency": "EUR", "split": equal(alice, bob)}
    made = record(api, alice, **body, original=RATE).data
    assert made["original"] == RATE
    assert get(api, bob, made)["original"] == RATE
    assert put(api, alice, made, description="Supper").data["original"] == RATE
    other = {**RATE, "rate": 1.2}
    changed = put(api, alice, made, amount=12, split=equal(alice, bob), original=other).data
    assert changed["original"] == other
    assert "original" not in put(api, alice, made, amount=13, split=equal(alice, bob)).data
    made = record(api, alice, **body, original=RATE).data
    db["expenses"].update_one({"_id": ObjectId(made["_id"])}, {"$set": {"currency": "USD"}})
    assert "original" not in get(api, alice, made)  # the Node server has changed what it is of


@pytest.mark.parametrize(
    ("changed", "code", "text"),
    [
        ({"currency": "XXX"}, "CURRENCY_UNKNOWN", '"original.currency"'),
        ({"currency": "POUNDS"}, "CURRENCY_UNKNOWN", '"original.currency"'),
        ({"amount": 0}, "NUMBER_NOT_POSITIVE", '"original.amount"'),
        ({"rate": -1}, "NUMBER_NOT_POSITIVE", '"original.rate"'),
        ({"amount": "10.005"}, "AMOUNT_TOO_PRECISE", '"original.amount"'),
        ({"rate": "1.172"}, "ORIGINAL_NOT_THE_AMOUNT", "11.72 EUR"),
        ({"rate": None}, "FIELD_NOT_A_DECIMAL", '"original.rate"'),
        ({"more": 1}, "FIELD_NOT_ALLOWED", '"original.more"'),
    ],
)
def test_an_original_that_is_refused(
    changed: dict[str, Any], code: str, text: str, api: Api, alice: Person, bob: Person
) -> None:
    body = {"amount": "11.70", "currency": "EUR", "split": equal(alice, bob)}
    answer = record(api, alice, **body, original={**RATE, **changed})
    assert (answer.status, answer.body["code"]) == (400, code)
    assert text in answer.body["message"]


amounts = st.lists(st.integers(0, 500), min_size=4, max_size=4).filter(any)


@given(owed=amounts, gave=amounts, pieces=st.lists(st.integers(1, 300), max_size=5))
@settings(suppress_health_check=[HealthCheck.filter_too_much], max_examples=200)
def test_all_refunds_of_an_expense_together_are_its_mirror(
    owed: list[int], gave: list[int], pieces: list[int]
) -> None:
    whole_amount = min(sum(owed), sum(gave))
    owed, gave = _cut(owed, whole_amount), _cut(gave, whole_amount)
    bill = expense(
        amount=whole_amount / 100,
        shares=shares(*((user, units / 100) for user, units in zip(EVERYBODY, owed, strict=True))),
    )
    both = [Payer(user, Decimal(n) / 100) for user, n in zip(EVERYBODY, gave, strict=True) if n]
    bill = with_payers(bill, both)
    refunds: list[ExpenseInput] = []
    for units in [*pieces, 0]:
        left = whole_amount - sum(int(one.amount * 100) for one in refunds)
        if left and units <= left:
            asked = new(amount=Decimal(units) / 100, shares=[], details=lambda: details(date=NOW))
            earlier = [_stored(one) for one in refunds]
            refunds.append(kinds.refund(asked, bill, earlier))
    for user, bore, put_in in zip(EVERYBODY, owed, gave, strict=True):
        back = sum(p.amount for one in refunds for p in one.payers if p.user == user)
        took = sum(s.amount for one in refunds for s in one.shares if s.user == user)
        assert (back * 100, took * 100) == (bore, put_in)


def _cut(units: list[int], total: int) -> list[int]:
    """The same with `total` as their sum."""
    found, left = [], total
    for one in units:
        found.append(min(one, left))
        left -= found[-1]
    return found


def _stored(made: ExpenseInput) -> Any:
    bearing = shares(*((s.user, float(s.amount)) for s in made.shares if s.user))
    stored = expense(amount=float(made.amount), shares=bearing)
    several = with_payers(stored, made.payers)
    assert paid(whole(several, several.advances)) == list(made.payers)
    return several


def test_a_change_has_a_whole_original(api: Api, alice: Person, bob: Person) -> None:
    made = record(api, alice, amount=10, split=equal(alice, bob)).data
    answer = put(api, alice, made, original={"amount": 5})
    assert (answer.status, answer.body["code"]) == (400, "FIELD_REQUIRED")
