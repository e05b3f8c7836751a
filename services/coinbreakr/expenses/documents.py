"""Expenses as documents of their collection, and back."""

from typing import Any

from coinbreakr.expenses.model import Expense, Part
from coinbreakr.mongo.reading import Fields


def document(expense: Expense) -> dict[str, Any]:
    """A new expense as it is stored."""
    return {
        "_id": expense.id,
        "description": expense.description,
        "amount": expense.amount,
        "currency": expense.currency,
        "createdBy": expense.created_by,
        "paidBy": expense.paid_by,
        "splitWith": [part_document(part) for part in expense.parts],
        "category": expense.category,
        "date": expense.date,
        "group": expense.group,
        "isSettled": expense.is_settled,
        "createdAt": expense.created_at,
        "updatedAt": expense.updated_at,
        "__v": expense.version,
    }


def part_document(part: Part) -> dict[str, Any]:
    """A part as it is stored; `settledAt` is absent until it is settled."""
    document = {"user": part.user, "amount": part.amount, "settled": part.settled, "_id": part.id}
    return document if part.settled_at is None else {**document, "settledAt": part.settled_at}


def expense(fields: Fields) -> Expense:
    """An expense as it was read."""
    created = fields.created("createdAt")
    return Expense(
        id=fields.id("_id"),
        description=fields.text("description"),
        amount=fields.number("amount"),
        currency=fields.text("currency", "USD"),
        created_by=fields.id("createdBy"),
        paid_by=fields.id("paidBy"),
        parts=[_part(part) for part in fields.items("splitWith")],
        category=fields.text("category", "other"),
        date=fields.optional_date("date"),
        group=fields.optional_id("group"),
        is_settled=fields.flag("isSettled", default=False),
        settled_at=fields.optional_date("settledAt"),
        created_at=created,
        updated_at=fields.date("updatedAt", created),
        version=fields.count("__v"),
        title=fields.optional_text("title"),
        revision=fields.revision(),
    )


def _part(fields: Fields) -> Part:
    return Part(
        id=fields.id("_id", own=True),
        user=fields.id("user"),
        amount=fields.number("amount"),
        settled=fields.flag("settled", default=False),
        settled_at=fields.optional_date("settledAt"),
    )
