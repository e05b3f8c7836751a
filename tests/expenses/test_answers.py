"""Expenses as they are shown."""

from dataclasses import replace
from typing import Any

import pytest

from coinbreakr.expenses import answers
from coinbreakr.expenses.model import Conversion, ExpenseView, Money, Original, Share
from coinbreakr.mongo.revision import Revision
from coinbreakr.splits.model import Equal
from coinbreakr.typed import TypedDecimal
from coinbreakr.users.model import Person
from tests.expenses.made import ANN, BOB, CLUB, EARLIER, NOW, details, expense, group, shares

AT, NOW_SHOWN = "2024-01-02T03:04:05.678Z", "2026-07-08T09:10:11.121Z"
PEOPLE = {ANN: Person(ANN, "Ann", "ann@example.com", "https://example.com/ann")}
SHOWN_ANN = {
    "_id": str(ANN),
    "name": "Ann",
    "email": "ann@example.com",
    "profileImage": "https://example.com/ann",
}
SHARES = [
    Share(CLUB, ANN, 5.0),
    Share(ANN, BOB, 4.5, settled=True, settled_at=EARLIER),
]
ONE = expense(id=BOB, shares=SHARES)


def test_an_expense() -> None:
    assert answers.one(ExpenseView([ONE], PEOPLE), NOW) == {
        "_id": str(BOB),
        "title": "Dinner",
        "description": "Dinner",
        "amount": 10,
        "currency": "USD",
        "createdBy": SHOWN_ANN,
        "paidBy": SHOWN_ANN,
        "splitWith": [
            {"_id": str(CLUB), "user": SHOWN_ANN, "amount": 5, "settled": False},
            {"_id": str(ANN), "user": None, "amount": 4.5, "settled": True, "settledAt": AT},
        ],
        "category": "food",
        "date": AT,
        "group": None,
        "isSettled": False,
        "createdAt": AT,
        "updatedAt": AT,
        "__v": 3,
    }


@pytest.mark.parametrize(
    ("changed", "shown"),
    [
        ({"details": details(title="Out")}, {"title": "Out", "description": "Dinner"}),
        ({"details": details(date=None)}, {"date": NOW_SHOWN}),
        ({"group": CLUB}, {"group": str(CLUB)}),
        ({"is_settled": True, "settled_at": NOW}, {"isSettled": True, "settledAt": NOW_SHOWN}),
        ({"updated_at": NOW}, {"createdAt": AT, "updatedAt": NOW_SHOWN}),
        ({"amount": 3.0}, {"amount": 3}),
    ],
)
def test_what_differs(changed: dict[str, Any], shown: dict[str, Any]) -> None:
    one = answers.one(ExpenseView([replace(ONE, **changed)], PEOPLE), NOW)
    assert {name: one[name] for name in shown} == shown


def test_a_list() -> None:
    other = replace(ONE, id=ANN, group=CLUB)
    listed = answers.listed(ExpenseView([ONE, other], PEOPLE, 2), NOW)
    assert [(one["_id"], one["group"]) for one in listed] == [
        (str(BOB), None),
        (str(ANN), str(CLUB)),
    ]


def test_a_list_of_a_group_has_its_name() -> None:
    view = ExpenseView([replace(ONE, group=CLUB)], PEOPLE, 1, group(ANN))
    (one,) = answers.in_group(view, NOW)
    assert one["group"] == {"_id": str(CLUB), "name": "Club"}
    assert one["paidBy"] == SHOWN_ANN


def test_a_new_one_shows_people_without_images() -> None:
    one = answers.created(ExpenseView([ONE], PEOPLE), NOW)
    brief = {name: SHOWN_ANN[name] for name in ("_id", "name", "email")}
    assert (one["createdBy"], one["paidBy"], one["group"]) == (brief, brief, None)
    in_club = answers.created(ExpenseView([ONE], PEOPLE, 1, group(ANN)), NOW)
    assert in_club["group"] == {"_id": str(CLUB), "name": "Club"}


def test_the_version_is_that_of_the_stored_document() -> None:
    assert ExpenseView([ONE], PEOPLE).version == ""
    stored = Revision({"_id": 1})
    assert ExpenseView([replace(ONE, revision=stored)], PEOPLE).version == stored.version


@pytest.mark.parametrize(
    "made",
    [
        answers.Expense,
        answers.CreatedExpense,
        answers.GroupExpense,
    ],
)
def test_schemas_name_every_field_and_no_other(made: type[Any]) -> None:
    made_of = Conversion(CLUB, Money("USD", 1000), Money("EUR", 900), reverses=True)
    rate = Original(TypedDecimal(5), "GBP", TypedDecimal("2"))
    whole = replace(
        ONE,
        settled_at=NOW,
        split=Equal((ANN,)),
        kind="conversion",
        settlement=ANN,
        conversion=made_of,
        shares=[Share(CLUB, ANN, 10)],
        refund_of=CLUB,
        original=rate,
        details=details(notes="Cash"),
        advances=[expense(amount=4, paid_by=BOB, shares=shares((ANN, 4)))],
    )
    shown = answers.one(ExpenseView([whole], PEOPLE), NOW)
    names = {field.data_key or name for name, field in made().fields.items()}
    assert names == shown.keys()
    required = {f.data_key or name for name, f in made().fields.items() if f.required}
    assert required == shown.keys() - {
        "settledAt", "split", "kind", "settlement", "rate", "refundOf", "original", "notes",
        "payers",
    }  # fmt: skip


def test_every_answer_fits_its_schema() -> None:
    full = replace(ONE, group=CLUB, settled_at=NOW)
    view = ExpenseView([full], {**PEOPLE, BOB: replace(PEOPLE[ANN], id=BOB)}, 1, group(ANN))
    assert answers.Expense().validate(answers.one(view, NOW)) == {}
    assert answers.GroupExpense().validate(answers.in_group(view, NOW)[0]) == {}
    assert answers.CreatedExpense().validate(answers.created(view, NOW)) == {}
    nobody = ExpenseView([replace(full, group=None)], {})
    assert answers.Expense().validate(answers.one(nobody, NOW)) == {}
    assert answers.GroupExpense().validate(answers.one(nobody, NOW)).keys() == {"group"}


@pytest.mark.parametrize("made", [answers.Share, answers.CreatedShare, answers.GroupName])
def test_every_key_of_what_is_nested_is_there(made: type[Any]) -> None:
    fields = made().fields
    assert {name for name, field in fields.items() if not field.required} == (
        fields.keys() & {"settledAt"}
    )
