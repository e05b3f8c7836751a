"""Expenses as documents of their collection, and back."""

from collections.abc import Mapping
from typing import Any

from coinbreakr.expenses import converted
from coinbreakr.expenses.model import Details, Expense, Share
from coinbreakr.expenses.splitting import with_current_split
from coinbreakr.expenses.units import minor_units
from coinbreakr.mongo.reading import Fields
from coinbreakr.splits import form
from coinbreakr.splits.model import Split

Update = tuple[dict[str, Any], dict[str, Any]]  # what it matches, and what it sets


def document(expense: Expense) -> dict[str, Any]:
    """An expense as it is stored; what is optional is absent until set."""
    given = {name: value for name, value in vars(expense.details).items() if value}
    settled_at = {} if expense.settled_at is None else {"settledAt": expense.settled_at}
    return {
        "_id": expense.id,
        **given,
        "amount": expense.amount,
        "createdBy": expense.created_by,
        "paidBy": expense.paid_by,
        "splitWith": [
            _share_document(share, units)
            for share, units in zip(expense.shares, minor_units(expense), strict=True)
        ],
        **_split_document(expense.split),
        **({"kind": expense.kind} if expense.kind else {}),
        **({"settlement": expense.settlement} if expense.settlement else {}),
        **({"conversion": converted.written(expense.conversion)} if expense.conversion else {}),
        "group": expense.group,
        "isSettled": expense.is_settled,
        **settled_at,
        "createdAt": expense.created_at,
        "updatedAt": expense.updated_at,
        "__v": expense.version,
        **({"requestDigest": expense.request} if expense.request else {}),
    }


def changes(old: Expense, new: Expense) -> dict[str, Any]:
    """The fields that differ, so that two who change different things both do."""
    before = document(old)
    return {name: value for name, value in document(new).items() if value != before.get(name)}


def removals(old: Expense, new: Expense) -> dict[str, str]:
    """The fields that are gone."""
    return dict.fromkeys(document(old).keys() - document(new).keys(), "")


def with_units(stored: Mapping[str, Any]) -> Update | None:
    """The update that gives the shares of a document the minor units of their amounts.

    It changes nothing if the shares are not as they are in `stored`. None where they are odd.
    """
    fields = Fields(stored)
    units = minor_units(expense(fields))
    if any(path.startswith("splitWith") for path in fields.odd):
        return None
    shares = [
        {**share, "units": whole} for share, whole in zip(stored["splitWith"], units, strict=True)
    ]
    same = {"_id": stored["_id"], **{name: stored.get(name) for name in ("splitWith", "currency")}}
    return same, {"$set": {"splitWith": shares}}


def expense(fields: Fields) -> Expense:
    """An expense as it was read."""
    created = fields.created("createdAt")
    found = Expense(
        id=fields.id("_id"),
        details=Details(
            description=fields.text("description"),
            title=fields.optional_text("title"),
            currency=fields.text("currency", "USD"),
            category=fields.text("category", "other"),
            date=fields.optional_date("date"),
        ),
        amount=fields.number("amount"),
        created_by=fields.id("createdBy"),
        paid_by=fields.id("paidBy"),
        shares=[_share(share) for share in fields.items("splitWith")],
        split=fields.optional("split", form.read),
        kind=fields.optional_text("kind"),
        settlement=fields.optional_id("settlement"),
        conversion=fields.optional("conversion", converted.read),
        group=fields.optional_id("group"),
        is_settled=fields.flag("isSettled", default=False),
        settled_at=fields.optional_date("settledAt"),
        created_at=created,
        updated_at=fields.date("updatedAt", created),
        version=fields.count("__v"),
        request=fields.optional_text("requestDigest"),
        revision=fields.revision(),
    )
    return with_current_split(found)


def _split_document(split: Split | None) -> dict[str, Any]:
    return {} if split is None else {"split": form.written(split, lambda person: person)}


def _share_document(share: Share, units: int) -> dict[str, Any]:
    stored = {
        "user": share.user,
        "amount": share.amount,
        "units": units,
        "settled": share.settled,
        "_id": share.id,
    }
    return stored if share.settled_at is None else {**stored, "settledAt": share.settled_at}


def _share(fields: Fields) -> Share:
    return Share(
        id=fields.id("_id", own=True),
        user=fields.id("user"),
        amount=fields.number("amount"),
        settled=fields.flag("settled", default=False),
        settled_at=fields.optional_date("settledAt"),
    )
