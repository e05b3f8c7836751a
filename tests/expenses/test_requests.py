"""Bodies and queries as typed commands: what is taken, what is refused, and when."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from coinbreakr.errors import ErrorMessage, Invalid
from coinbreakr.expenses import messages, schemas
from coinbreakr.expenses.model import (
    Details,
    ExpenseInput,
    ExpenseQuery,
    ExpenseUpdate,
    ShareInput,
)
from coinbreakr.paging import Page
from tests.expenses.made import ANN, BOB

SHARE = {"user": str(ANN), "amount": 5}
GOOD = {"description": "Dinner", "amount": 5, "splitWith": [SHARE]}
NO_TEXT: list[Any] = ["  ", 5, [], True, "a\0"]
NO_CURRENCY: list[Any] = ["EURO", " ", "\u00a0", 5, [], True, "a\0", "ßß"]
NO_CATEGORY: list[Any] = ["meals", "FOOD", 5, [], {}, True]
NO_DATE: list[Any] = ["soon", [], {}, True, "2024-13-01"]
NO_MARK: list[Any] = [2, "x", [], {}]
INCOMPLETE = "Description, amount, and at least one split partner are required"
CATEGORY = (
    "Category must be one of food, transport, entertainment, shopping, utilities, travel, other"
)
CURRENCY = "Currency must be a code of at most 3 characters"


def new(**sent: Any) -> ExpenseInput:
    loaded: ExpenseInput = schemas.NewExpense().load({**GOOD, **sent})
    return loaded


def changes(**sent: Any) -> ExpenseUpdate:
    loaded: ExpenseUpdate = schemas.ExpenseChanges(partial=True).load(sent)
    return loaded


def refusal(read: Any) -> ErrorMessage:
    with pytest.raises(Invalid) as problem:
        read()
    return problem.value.message


@pytest.mark.parametrize("body", [[], {}, None, {**GOOD, "amount": 0}, {**GOOD, "splitWith": []}])
def test_what_is_required(body: Any) -> None:
    assert refusal(lambda: schemas.NewExpense().load(body)) == INCOMPLETE


@pytest.mark.parametrize("name", ["description", "amount", "splitWith"])
@pytest.mark.parametrize("falsy", [None, "", 0, False])
def test_what_is_missing_is_told_before_what_is_wrong(name: str, falsy: Any) -> None:
    sent = {"splitWith": "x", "amount": "x", "date": "x", name: falsy}
    assert refusal(lambda: new(**sent)) == INCOMPLETE


def test_the_least_that_can_be_sent() -> None:
    made = new()
    assert made.amount == Decimal(5)
    assert made.shares == [ShareInput(ANN, Decimal(5), settled=False)]
    assert (made.currency, made.payer, made.group) == ("USD", None, None)
    assert made.details() == Details(
        description="Dinner", title="", currency="USD", category="other", date=None
    )


def test_everything_that_can_be_sent() -> None:
    made = new(
        description=" Dinner\n",
        title="ignored",
        amount="12.50",
        currency="eur",
        category="Groceries",
        date="2024-01-02",
        paidBy=str(ANN).upper(),
        groupId=str(BOB),
        notes=" Paid in cash ",
    )
    assert made.amount == Decimal("12.50")
    assert made.currency == "EUR"
    assert made.payer is not None
    assert made.payer() == ANN
    assert made.group is not None
    assert made.group() == BOB
    assert made.details() == Details(
        description="Dinner",
        currency="EUR",
        category="food",
        date=datetime(2024, 1, 2, tzinfo=UTC),
        notes="Paid in cash",
    )


@pytest.mark.parametrize("amount", [True, "x", [], {}, -1, "0", "-0", -0.01, "1e400", "10 dollars"])
def test_amounts_that_are_none(amount: Any) -> None:
    text = "Amount must be a valid number greater than 0"
    assert refusal(lambda: new(amount=amount)) == text
    later = changes(amount=amount).amount
    assert later is not None
    assert refusal(later) == text


@pytest.mark.parametrize("amount", [0.01, "0.001", 1e15, " 5 ", "+5", "5e0"])
def test_amounts_are_exact(amount: Any) -> None:
    assert new(amount=amount).amount == Decimal(str(amount).strip())


@pytest.mark.parametrize(
    ("shares", "message"),
    [
        ({}, messages.SHARE_INCOMPLETE),
        ({"user": "x"}, messages.SHARE_INCOMPLETE),
        ("x", messages.SHARE_INCOMPLETE),
        (True, messages.SHARE_INCOMPLETE),
        ([None], messages.SHARE_INCOMPLETE),
        ([[]], messages.SHARE_INCOMPLETE),
        ([{"user": str(ANN)}], messages.SHARE_INCOMPLETE),
        ([{"amount": 5}], messages.SHARE_INCOMPLETE),
        ([{"user": "", "amount": "x"}], messages.SHARE_INCOMPLETE),
        ([{**SHARE, "amount": 0}], messages.SHARE_INCOMPLETE),
        ([{**SHARE, "amount": False}], messages.SHARE_INCOMPLETE),
        ([{**SHARE, "amount": "x"}], messages.SHARE_AMOUNT_INVALID),
        ([{**SHARE, "amount": []}], messages.SHARE_AMOUNT_INVALID),
        ([{**SHARE, "amount": -0.01}], messages.SHARE_AMOUNT_NEGATIVE),
        ([SHARE, {**SHARE, "amount": -1}, {}], messages.SHARE_AMOUNT_NEGATIVE),
        ([SHARE, {}, {**SHARE, "amount": -1}], messages.SHARE_INCOMPLETE),
    ],
)
def test_shares_of_a_new_expense_that_are_refused(shares: Any, message: ErrorMessage) -> None:
    assert refusal(lambda: new(splitWith=shares, amount="x")) == message


def test_shares_of_a_new_expense() -> None:
    sent = [{**SHARE, "settled": "maybe", "amount": "0"}, {"user": "nobody", "amount": 5.5}]
    assert new(splitWith=sent).shares == [
        ShareInput(ANN, Decimal(0)),
        ShareInput(None, Decimal("5.5")),
    ]


def test_shares_are_counted_first() -> None:
    assert len(new(splitWith=[SHARE] * 200).shares) == 200
    text = "An expense can be split into 200 parts at most"
    assert refusal(lambda: new(splitWith=[{}] * 201)) == text


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        *(("description", v, "Please provide a description") for v in NO_TEXT),
        ("description", "x" * 201, "Description cannot be more than 200 characters"),
        ("description", "\U0001f600" * 101, "Description cannot be more than 200 characters"),
        *(("currency", v, CURRENCY) for v in NO_CURRENCY),
        *(("category", v, CATEGORY) for v in NO_CATEGORY),
        *(("date", v, "Invalid date format") for v in NO_DATE),
    ],
)
def test_what_is_said_of_an_expense_is_read_late(name: str, value: Any, text: str) -> None:
    for command in (new(**{name: value}), changes(**{name: value})):
        assert refusal(command.details) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("  ", "Please provide a title"),
        (5, "Please provide a title"),
        ("x" * 201, "Title cannot be more than 200 characters"),
    ],
)
def test_titles_that_are_refused(value: Any, text: str) -> None:
    assert refusal(changes(title=value).details) == text


@pytest.mark.parametrize("text", ["x", "x" * 200, "\U0001f600" * 100])
def test_lines_of_1_to_200_characters(text: str) -> None:
    assert changes(description=f" {text}\n", title=text).details() == {
        "description": text,
        "title": text,
    }


@pytest.mark.parametrize(
    ("label", "category"),
    [
        *((name, name) for name in schemas.CATEGORIES),
        ("Food & Dining", "food"),
        ("Groceries", "food"),
        ("Transportation", "transport"),
        ("Shopping", "shopping"),
        ("Entertainment", "entertainment"),
        ("Bills & Utilities", "utilities"),
        ("Travel", "travel"),
        ("Healthcare", "other"),
        ("Education", "other"),
        ("Other", "other"),
    ],
)
def test_categories_and_the_labels_of_the_app(label: str, category: str) -> None:
    assert changes(category=label).details() == {"category": category}


@pytest.mark.parametrize("code", ["e", "eu", "eur", " eu"])
def test_currencies_are_kept_in_capitals(code: str) -> None:
    assert changes(currency=code).details() == {"currency": code.upper()}


@pytest.mark.parametrize(
    ("sent", "checked_in"),
    [("jpy", "JPY"), ("jpyx", "JPY"), (5, "USD"), ([], "USD"), (None, None), ("", None)],
)
def test_the_currency_of_the_amounts_before_it_is_checked(
    sent: Any, checked_in: str | None
) -> None:
    assert changes(currency=sent).currency == checked_in
    assert new(currency=sent).currency == (checked_in or "USD")


def test_of_a_new_expense_the_date_is_told_first() -> None:
    wrong = {"description": 5, "currency": 5, "category": 5, "date": "x"}
    texts = []
    for name in ("date", "description", "currency", "category"):
        texts.append(refusal(new(**wrong).details))
        wrong[name] = GOOD.get(name)
    assert texts == ["Invalid date format", "Please provide a description", CURRENCY, CATEGORY]


def test_of_a_change_the_date_is_told_last() -> None:
    wrong: dict[str, Any] = {"date": "x", "category": 5, "currency": 5, "title": 5}
    texts = []
    for name in ("title", "currency", "category", "date"):
        texts.append(refusal(changes(**wrong).details))
        del wrong[name]
    assert texts == ["Please provide a title", CURRENCY, CATEGORY, "Invalid date format"]


@pytest.mark.parametrize("value", ["x", 5, [], {}, True, "6" * 23, "g" * 24])
def test_ids_of_payer_and_group_that_are_none(value: Any) -> None:
    made = new(paidBy=value, groupId=value)
    assert made.payer is not None
    assert refusal(made.payer) == "Invalid payer ID format"
    assert made.group is not None
    assert refusal(made.group) == "Invalid group ID format"


@pytest.mark.parametrize("body", [{}, [], {"description": "", "amount": 0, "splitWith": None}])
def test_a_change_of_nothing(body: Any) -> None:
    nothing = schemas.ExpenseChanges(partial=True).load(body)
    assert (nothing.amount, nothing.shares, nothing.currency, nothing.seen) == (None,) * 4
    assert nothing.details() == {}


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("2024-01-02T03:04:05.678Z", datetime(2024, 1, 2, 3, 4, 5, 678000, UTC)),
        (1704164645678, datetime(2024, 1, 2, 3, 4, 5, 678000, UTC)),
        ("x", None),
        ({"$gt": ""}, None),
        (None, None),
    ],
)
def test_the_version_that_was_read(sent: Any, seen: datetime | None) -> None:
    assert changes(updatedAt=sent).seen == seen


def shares_of(sent: Any) -> list[ShareInput]:
    deferred = changes(splitWith=sent).shares
    assert deferred is not None
    return [read() for read in deferred()]


@pytest.mark.parametrize(
    ("sent", "settled"),
    [
        *((value, True) for value in (True, "true", "1", "yes", 1)),
        *((value, False) for value in (False, "false", "0", "no", 0, None, "")),
    ],
)
def test_marks_of_shares(sent: Any, settled: bool) -> None:
    assert shares_of([{**SHARE, "settled": sent}]) == [ShareInput(ANN, Decimal(5), settled)]


@pytest.mark.parametrize("zero", [0, 0.0, -0.0, "0"])
def test_in_a_change_a_share_may_be_0(zero: Any) -> None:
    assert shares_of([{**SHARE, "amount": zero}, SHARE]) == [
        ShareInput(ANN, Decimal(0)),
        ShareInput(ANN, Decimal(5)),
    ]


@pytest.mark.parametrize(
    ("share", "message"),
    [
        (None, messages.SHARE_INCOMPLETE),
        ([], messages.SHARE_INCOMPLETE),
        ({**SHARE, "amount": False}, messages.SHARE_INCOMPLETE),
        ({**SHARE, "amount": None}, messages.SHARE_INCOMPLETE),
        ({"amount": 0}, messages.SHARE_INCOMPLETE),
        ({**SHARE, "amount": "x"}, messages.SHARE_AMOUNT_INVALID),
        ({**SHARE, "amount": -1}, messages.SHARE_AMOUNT_NEGATIVE),
        ({**SHARE, "amount": -1, "settled": "x"}, messages.SHARE_AMOUNT_NEGATIVE),
        *(({**SHARE, "settled": mark}, messages.SETTLED_INVALID) for mark in NO_MARK),
    ],
)
def test_each_share_of_a_change_is_read_at_its_turn(share: Any, message: ErrorMessage) -> None:
    deferred = changes(splitWith=[SHARE, share]).shares
    assert deferred is not None
    good, wrong = deferred()
    assert good() == ShareInput(ANN, Decimal(5))
    assert refusal(wrong) == message


@pytest.mark.parametrize("sent", [{}, {"user": 1}, "x", 5, True])
def test_shares_of_a_change_that_are_no_list(sent: Any) -> None:
    deferred = changes(splitWith=sent).shares
    assert deferred is not None
    assert refusal(deferred) == messages.SHARE_INCOMPLETE


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ExpenseQuery(Page(1, 10))),
        ({"settled": "true"}, ExpenseQuery(Page(1, 10), settled=True)),
        ({"settled": "false"}, ExpenseQuery(Page(1, 10), settled=False)),
        ({"settled": ""}, ExpenseQuery(Page(1, 10), settled=False)),
        ({"settled": ["true", "true"]}, ExpenseQuery(Page(1, 10), settled=False)),
        ({"friendId": ""}, ExpenseQuery(Page(1, 10))),
        ({"friendId": str(ANN)}, ExpenseQuery(Page(1, 10), friend=ANN)),
        ({"page": "3", "limit": "20", "x": "y"}, ExpenseQuery(Page(3, 20))),
    ],
)
def test_queries_of_a_list(query: dict[str, Any], expected: ExpenseQuery) -> None:
    assert schemas.ExpenseListQuery().load(query) == expected


@pytest.mark.parametrize("friend", ["x", {"": "x"}, [str(ANN), str(BOB)], "6" * 25])
def test_a_friend_that_is_no_id(friend: Any) -> None:
    load = schemas.ExpenseListQuery().load
    assert refusal(lambda: load({"friendId": friend})) == "Invalid friendId format"
    assert schemas.GroupExpenseQuery().load({"friendId": friend}) == ExpenseQuery(Page(1, 10))
