"""Expenses as documents of their collection, and back."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bson import ObjectId

from coinbreakr.expenses import converted, originals
from coinbreakr.expenses.model import REFUND, Details, Expense, Share
from coinbreakr.expenses.splitting import with_current_split
from coinbreakr.expenses.units import minor_units
from coinbreakr.mongo.reading import Fields
from coinbreakr.splits import form
from coinbreakr.splits.model import Split

Update = tuple[dict[str, Any], dict[str, Any]]  # what it matches, and what it sets
HOLDS: Final = "holds"  # counts `Expenses.hold`; nothing reads it


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
        ]
        + [{**_share_document(share, 0), "payer": True} for share in expense.watchers],
        **_split_document(expense.split),
        **_kind_document(expense),
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
    left = iter(units)
    shares = [
        share if _watches(Fields(share)) else {**share, "units": next(left)}
        for share in stored["splitWith"]
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
            notes=fields.optional_text("notes"),
        ),
        amount=fields.number("amount"),
        created_by=fields.id("createdBy"),
        paid_by=fields.id("paidBy"),
        shares=[_share(one) for one in fields.items("splitWith") if not _watches(one)],
        watchers=_watchers(fields),
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
        refund_of=fields.optional_id("refundOf"),
        original=fields.optional("original", originals.read),
        payers=_payers(fields),
        advance_for=fields.optional_id("advanceFor"),
        request=fields.optional_text("requestDigest"),
        revision=fields.revision(but=HOLDS),
    )
    current = originals.with_current(found)
    return current if current.kind == REFUND else with_current_split(current)


def _split_document(split: Split | None) -> dict[str, Any]:
    return {} if split is None else {"split": form.written(split, lambda person: person)}


def _kind_document(expense: Expense) -> dict[str, Any]:
    """What only some expenses have."""
    optional = {
        "kind": expense.kind,
        "settlement": expense.settlement,
        "conversion": expense.conversion and converted.written(expense.conversion),
        "refundOf": expense.refund_of,
        "original": originals.written(expense),
        "payers": list(expense.payers),
        "advanceFor": expense.advance_for,
    }
    return {name: value for name, value in optional.items() if value}


def _payers(fields: Fields) -> Sequence[ObjectId]:
    return fields.ids("payers") if fields.has("payers") else ()


def _watchers(fields: Fields) -> Sequence[Share]:
    if not fields.has("payers"):
        return ()
    return tuple(_share(one) for one in fields.items("splitWith") if _watches(one))


def _watches(share: Fields) -> bool:
    """Whether a share is there only so that a payer who bears nothing sees the expense."""
    marked = share.has("payer") and share.flag("payer", default=False)
    return marked and share.number("amount") == 0 and share.flag("settled", default=False)


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
