"""The expenses collection. Nobody else knows its field names."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any, Final

from bson import ObjectId
from pymongo import ReturnDocument, UpdateOne
from pymongo.database import Database

from coinbreakr.expenses import documents
from coinbreakr.expenses.listing import OPEN, disjoint, matching
from coinbreakr.expenses.model import CONVERSION, PAYMENT, Expense, ExpenseFilter
from coinbreakr.findings import Finding
from coinbreakr.mongo import expressions
from coinbreakr.mongo.casting import FALSE, TRUE
from coinbreakr.mongo.documents import RAW, Documents, Raw
from coinbreakr.paging import Page

_BATCH: Final = 500
_NEWEST: Final = [("date", -1), ("_id", -1)]


class Expenses:
    """What was paid, and who bears it."""

    def __init__(self, db: Database[dict[str, Any]]) -> None:
        self._expenses = db["expenses"]
        self._raw: Any = self._expenses.with_options(codec_options=RAW)
        self._documents = Documents(self._expenses)

    def insert(self, expense: Expense) -> None:
        """Keep a new one."""
        self._expenses.insert_one(documents.document(expense))

    def get(self, expense: ObjectId) -> Expense | None:
        """The one with an id."""
        found = self._expenses.find_one({"_id": expense})
        return None if found is None else self._documents.read(found, documents.expense)

    def many(self, ids: Collection[ObjectId]) -> dict[ObjectId, Expense]:
        """Those of `ids` that are there."""
        found = self._expenses.find({"_id": {"$in": list(ids)}}) if ids else ()
        read = (self._documents.read(document, documents.expense) for document in found)
        return {expense.id: expense for expense in read}

    def payments(self) -> Iterator[ObjectId]:
        """All payments."""
        return self._ids({"kind": PAYMENT})

    def is_open_between(self, one: ObjectId, other: ObjectId) -> bool:
        """Whether one of two people has an open share in what the other has paid, in no group."""
        ways = [_owing(user, {"paidBy": payer}) for user, payer in ((one, other), (other, one))]
        return self._is_any({"$or": ways, "group": None})

    def is_open_in(self, group: ObjectId, user: ObjectId) -> bool:
        """Whether somebody owes or is owed something in a group."""
        theirs = _owing(user, {"paidBy": {"$ne": user}})
        return self._is_any(
            {"$or": [theirs, _owing({"$ne": user}, {"paidBy": user})], "group": group}
        )

    def page(self, wanted: ExpenseFilter, page: Page) -> tuple[list[Expense], int]:
        """A page of what is wanted, newest first, and the number of all that match."""
        cursor = self._expenses.find(matching(wanted)).sort(_NEWEST)
        cursor = cursor.skip(page.skip).limit(page.limit)
        found = [self._documents.read(document, documents.expense) for document in cursor]
        if len(found) < page.limit and (found or not page.skip):
            return found, page.skip + len(found)
        return found, self._count(wanted)

    def _count(self, wanted: ExpenseFilter) -> int:
        """How many a list has. Each is counted in one index, and the history is not read."""
        if wanted.settled and wanted.friend is None:
            either, still_open = (replace(wanted, settled=state) for state in (None, False))
            return self._count(either) - self._count(still_open)
        counts = [_count_stages(one) for one in disjoint(wanted)]
        others = [
            {"$unionWith": {"coll": self._expenses.name, "pipeline": one}} for one in counts[1:]
        ]
        rows = self._expenses.aggregate([*counts[0], *others])
        return sum(row["n"] for row in rows)

    def replace(self, old: Expense, new: Expense, *, exactly: bool = False) -> Expense | None:
        """Change one; None if somebody has changed its amount or shares since `old` was read.

        None, too, if somebody has changed a field that this changes. `exactly`: if somebody has
        changed anything of it.
        """
        set_, unset = documents.changes(old, new), documents.removals(old, new)
        same = {**_same(old, *(set_.keys() | unset)), **_as_read(old, exactly=exactly)}
        return self._updated(same, {"$set": set_, "$unset": unset})

    def other_half(self, expense: Expense) -> list[ObjectId]:
        """The other half of a conversion, while both say that they belong together."""
        if expense.conversion is None:
            return []
        linked = {"_id": expense.conversion.other, "conversion.with": expense.id}
        return [found["_id"] for found in self._expenses.find(linked, {"_id": 1})]

    def take(self, expenses: Sequence[ObjectId]) -> list[Raw]:
        """Remove some, as they are stored to the last byte; in a transaction that has read them."""
        taken: list[Raw] = [self._raw.find_one_and_delete({"_id": one}) for one in expenses]
        assert None not in taken
        return taken

    def put_back(self, taken: Sequence[Raw], now: datetime) -> None:
        """Insert what was taken, in a transaction that has seen that it is not there.

        The first one, which is what others belong to, has changed now.
        """
        self._raw.insert_many(taken)
        self._expenses.update_one({"_id": taken[0]["_id"]}, {"$set": {"updatedAt": now}})

    def settle(
        self, expense: ObjectId, user: ObjectId, now: datetime, *, same: Expense | None = None
    ) -> Expense | None:
        """Settle the open shares of a user in one atomic step; None if there are none to settle.

        `same`: None also if it is stored otherwise than this.
        """
        open_shares = {"$map": {"input": _SHARES, "as": "share", "in": _mine(user)}}
        open_share = {"$expr": {"$anyElementTrue": open_shares}}
        as_read = {"_id": expense} if same is None else _as_read(same, exactly=True)
        debt = {"kind": {"$ne": PAYMENT}, "conversion.reverses": {"$ne": True}}
        return self._updated({"$and": [as_read, debt, open_share]}, _settlement(user, now, now))

    def settle_all(
        self, expenses: Collection[ObjectId], user: ObjectId, settled_at: datetime, now: datetime
    ) -> None:
        """Settle the open shares of a user in several, in the transaction that has read them."""
        self._expenses.update_many(
            {"_id": {"$in": list(expenses)}}, _settlement(user, settled_at, now)
        )

    def reopen_all(
        self, expenses: Collection[ObjectId], user: ObjectId, settled_at: datetime, now: datetime
    ) -> None:
        """Open the shares of a user that were settled at a moment, or where that is not known."""
        self._expenses.update_many(
            {"_id": {"$in": list(expenses)}}, _reopening(user, settled_at, now)
        )

    def odd(self) -> Iterator[Finding]:
        """What is not as the schema has it."""
        return self._documents.odd(documents.expense)

    def unmarked(self) -> Iterator[ObjectId]:
        """Those that are settled by their shares and not marked so."""
        return self._ids(_UNMARKED)

    def mark(self, expense: ObjectId, now: datetime) -> bool:
        """Mark one as settled, if it still is that and not marked; whether it was."""
        settled_at = {"$ifNull": [{"$max": "$splitWith.settledAt"}, now]}
        fields = {"isSettled": True, "settledAt": settled_at, "updatedAt": now}
        return self._marked(expense, _UNMARKED, [{"$set": fields}])

    def halves_alone(self) -> Iterator[ObjectId]:
        """Halves of conversions whose other half is not there, or is another's."""
        of_it = {"$eq": ["$conversion.with", "$$half"]}
        other = {
            "from": self._expenses.name,
            "localField": "conversion.with",
            "foreignField": "_id",
            "let": {"half": "$_id"},
            "pipeline": [{"$match": {"$expr": of_it}}],
            "as": "others",
        }
        stages: list[Mapping[str, Any]] = [
            {"$match": {"kind": CONVERSION}},
            {"$lookup": other},
            {"$match": {"others": []}},
            {"$project": {"_id": 1}},
        ]
        return (row["_id"] for row in self._expenses.aggregate(stages))

    def marked_open(self) -> Iterator[ObjectId]:
        """Those that are marked as settled and have open shares of others than the payer."""
        return self._ids(_MARKED_OPEN)

    def reopen(self, expense: ObjectId, now: datetime) -> bool:
        """Take the mark from one, if it still is wrong; whether it was."""
        fields = {"isSettled": False, "updatedAt": now}
        return self._marked(expense, _MARKED_OPEN, [{"$set": fields}, {"$unset": "settledAt"}])

    def clear_unreadable_marks(self) -> int:
        """Store what is shown for a mark that is neither true nor false; how many there were."""
        unreadable = {"isSettled": {"$nin": [None, *FALSE, *TRUE]}}
        return self._expenses.update_many(unreadable, {"$set": {"isSettled": False}}).modified_count

    def store_units(self) -> int:
        """Store minor units where something is open and they are not there; of how many."""
        without = {**OPEN, "splitWith": {"$elemMatch": {"units": {"$exists": False}}}}
        found = self._expenses.find(without, {"splitWith": 1, "currency": 1})
        updates = (update for one in found if (update := documents.with_units(one)) is not None)
        stored = 0
        while batch := list(islice(updates, _BATCH)):
            changes = [UpdateOne(*update) for update in batch]
            stored += self._expenses.bulk_write(changes, ordered=False).modified_count
        return stored

    def renew_units(self, expense: ObjectId) -> bool:
        """Store the minor units of an expense's amounts, if nobody changes it meanwhile."""
        found = self._expenses.find_one({"_id": expense}, {"splitWith": 1, "currency": 1})
        update = None if found is None else documents.with_units(found)
        return update is not None and self._expenses.update_one(*update).modified_count == 1

    def _is_any(self, query: Mapping[str, Any]) -> bool:
        return self._expenses.find_one({**query, **OPEN}, {"_id": 1}) is not None

    def _ids(self, query: Mapping[str, Any]) -> Iterator[ObjectId]:
        return (found["_id"] for found in self._expenses.find(query, {"_id": 1}))

    def _marked(
        self, expense: ObjectId, query: Mapping[str, Any], update: Sequence[Mapping[str, Any]]
    ) -> bool:
        return self._expenses.update_one({"_id": expense, **query}, update).modified_count == 1

    def _updated(self, query: Mapping[str, Any], update: Any) -> Expense | None:
        found = self._expenses.find_one_and_update(
            query, update, return_document=ReturnDocument.AFTER
        )
        return None if found is None else self._documents.read(found, documents.expense)


def _count_stages(query: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [{"$match": query}, {"$count": "n"}]


def _owing(user: object, payer: Mapping[str, Any]) -> dict[str, Any]:
    """Finds expenses of a payer with an open share of a user; either may be an operator."""
    share = {"user": user, "settled": {"$ne": True}}
    indexed = {} if isinstance(user, dict) else {"splitWith.user": user}
    return {**payer, **indexed, "splitWith": {"$elemMatch": share}}


def _as_read(old: Expense, *, exactly: bool) -> dict[str, Any]:
    """Matches while what the rules have looked at is stored as it was read."""
    assert old.revision is not None  # it comes from the database
    if exactly:
        return old.revision.unchanged_document()
    return {"_id": old.id, **old.revision.unchanged("amount", "currency", "isSettled", "splitWith")}


def _same(old: Expense, *fields: str) -> dict[str, Any]:
    """Matches while these are stored as they were read; a date of a change is no content."""
    assert old.revision is not None
    return old.revision.unchanged(*(set(fields) - {"updatedAt"}))


def _settlement(user: ObjectId, settled_at: datetime, now: datetime) -> list[Mapping[str, Any]]:
    settled = {"$mergeObjects": ["$$share", {"settled": True, "settledAt": settled_at}]}
    shares = {
        "$map": {
            "input": _SHARES,
            "as": "share",
            "in": {"$cond": [_mine(user), settled, "$$share"]},
        }
    }
    return [
        {"$set": {"splitWith": shares, "updatedAt": now}},
        {"$set": {"isSettled": {"$or": [expressions.is_true("$isSettled"), _ALL_CLOSED]}}},
        {
            "$set": {
                "settledAt": {"$cond": ["$isSettled", now, {"$ifNull": ["$settledAt", "$$REMOVE"]}]}
            }
        },
    ]


def _reopening(user: ObjectId, settled_at: datetime, now: datetime) -> list[Mapping[str, Any]]:
    theirs = {
        "$and": [
            expressions.is_id("$$share.user", user),
            expressions.is_true("$$share.settled"),
            {"$eq": [{"$ifNull": ["$$share.settledAt", settled_at]}, settled_at]},
        ]
    }
    marked = {"$mergeObjects": ["$$share", {"settled": False}]}
    opened = {"$unsetField": {"field": "settledAt", "input": marked}}
    share = {"$cond": [theirs, opened, "$$share"]}
    shares = {"$map": {"input": _SHARES, "as": "share", "in": share}}
    return [
        {"$set": {"splitWith": shares, "isSettled": False, "updatedAt": now}},
        {"$unset": "settledAt"},
    ]


def _mine(user: ObjectId) -> Mapping[str, Any]:
    """Whether `$$share` is an open one of a user."""
    settled = expressions.is_true("$$share.settled")
    return {"$and": [expressions.is_id("$$share.user", user), {"$not": [settled]}]}


_SHARES: Final = expressions.items("$splitWith")
_CLOSED: Final = {
    "$or": [
        expressions.is_true("$$share.settled"),
        {"$eq": [expressions.object_id("$$share.user"), None]},  # no share, or one of nobody
        expressions.same_id("$$share.user", "$paidBy"),
    ]
}
_ALL_CLOSED: Final = {
    "$allElementsTrue": {"$map": {"input": _SHARES, "as": "share", "in": _CLOSED}}
}


_ANY_SETTLED: Final = {
    "$anyElementTrue": {
        "$map": {"input": _SHARES, "as": "share", "in": expressions.is_true("$$share.settled")}
    }
}
_UNMARKED: Final = {
    "isSettled": {"$nin": list(TRUE)},
    "$expr": {"$and": [_ALL_CLOSED, _ANY_SETTLED]},
}
_MARKED_OPEN: Final = {"isSettled": {"$in": list(TRUE)}, "$expr": {"$not": [_ALL_CLOSED]}}
