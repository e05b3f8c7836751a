"""The expenses collection. Nobody else knows its field names."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any, Final

from bson import ObjectId
from pymongo import DeleteOne, InsertOne, ReturnDocument, UpdateOne
from pymongo.database import Database

from coinbreakr.expenses import documents, kinds, payers
from coinbreakr.expenses.indexes import ADVANCES
from coinbreakr.expenses.listing import (
    OPEN,
    advances,
    counting,
    matching,
    visible,
)
from coinbreakr.expenses.model import CONVERSION, PAYMENT, Expense, ExpenseFilter
from coinbreakr.expenses.settling import closed
from coinbreakr.findings import Finding
from coinbreakr.mongo import expressions
from coinbreakr.mongo.casting import FALSE, TRUE
from coinbreakr.mongo.documents import RAW, Documents, Raw
from coinbreakr.paging import Page

_BATCH: Final = 500
_UNTIED: Final = {"payers": {"$exists": False}, "advanceFor": {"$exists": False}}
_NEWEST: Final = [("date", -1), ("_id", -1)]


class Expenses:
    """What was paid, and who bears it."""

    def __init__(self, db: Database[dict[str, Any]]) -> None:
        self._expenses = db["expenses"]
        self._raw: Any = self._expenses.with_options(codec_options=RAW)
        self._documents = Documents(self._expenses)

    def insert(self, expense: Expense) -> None:
        """Keep a new one; in a transaction if it has advances."""
        if expense.advances:
            together = (expense, *expense.advances)
            self._expenses.insert_many([documents.document(one) for one in together])
        else:
            self._expenses.insert_one(documents.document(expense))

    def get(self, expense: ObjectId) -> Expense | None:
        """The one with an id, whole; that of an advance finds its expense."""
        found = self._one(expense)
        if found is None or found.advance_for is None:
            return found
        whole = self._one(found.advance_for)
        there = whole is not None and any(one.id == found.id for one in whole.advances)
        return whole if there else found

    def refunds(self, expense: ObjectId) -> list[Expense]:
        """What was refunded of one."""
        return self._whole([self._read(one) for one in self._expenses.find({"refundOf": expense})])

    def hold(self, expense: ObjectId) -> None:
        """Make this transaction conflict with others that hold the same one."""
        self._expenses.update_one({"_id": expense}, {"$inc": {documents.HOLDS: 1}})

    def many(self, ids: Collection[ObjectId]) -> dict[ObjectId, Expense]:
        """Those of `ids` that are there."""
        found = self._expenses.find({"_id": {"$in": list(ids)}}) if ids else ()
        return {expense.id: expense for expense in map(self._read, found)}

    def owing(
        self, ids: Collection[ObjectId], debtor: ObjectId, creditor: ObjectId
    ) -> dict[ObjectId, Expense]:
        """Those of `ids` that are there.

        Of one that several have paid it is the document in which the debtor owes the creditor.
        """
        found = self._whole(list(self.many(ids).values()))
        return {one.id: _owed_in(one, debtor, creditor) for one in found}

    def wholes(self, found: Collection[Expense]) -> Collection[Expense]:
        """The expenses of some documents: these, or those to which they belong."""
        if not any(one.tied for one in found):
            return found
        documents = {one.advance_for or one.id for one in found}
        return self._whole(list(self.many(documents).values()))

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
        """A page of what is wanted, newest first, and the number of all that match.

        Most people have no advances: then what is found is what is shown.
        """
        found = self._find(matching(wanted), page)
        if any(one.advance_for for one in found) or (page.skip and self._has_advances(wanted)):
            found = self._visible(wanted, page)
        found = self._whole(found)
        if len(found) < page.limit and (found or not page.skip):
            return found, page.skip + len(found)
        return found, self._count(wanted)

    def _has_advances(self, wanted: ExpenseFilter) -> bool:
        return self._expenses.find_one(advances(wanted), {"_id": 1}) is not None

    def _visible(self, wanted: ExpenseFilter, page: Page) -> list[Expense]:
        while True:
            found = self._find(visible(wanted), page)
            if not self._released(wanted, found if len(found) == page.limit else []):
                return found

    def _find(self, query: Mapping[str, Any], page: Page) -> list[Expense]:
        cursor = self._expenses.find(query).sort(_NEWEST).skip(page.skip).limit(page.limit)
        return [self._read(document) for document in cursor]

    def _released(self, wanted: ExpenseFilter, page: Sequence[Expense]) -> int:
        """Make expenses of those advances that are none any more, up to the end of a full page.

        The Node server may have deleted their expense, or changed them. How many there were.
        """
        last = page[-1].details.date if page else None
        found = self._expenses.find(advances(wanted, last))
        return self.release([self._read(one) for one in found])

    def release(self, found: Iterable[Expense]) -> int:
        """Make expenses of those advances that do not fit; of how many."""
        by_expense: defaultdict[ObjectId, list[Expense]] = defaultdict(list)
        for one in found:
            if one.advance_for is not None:
                by_expense[one.advance_for].append(one)
        if not by_expense:
            return 0
        there = self._expenses.find({"_id": {"$in": list(by_expense)}})
        wholes = {one.id: one for one in self._whole([self._read(each) for each in there])}
        strays = [
            advance
            for expense, members in by_expense.items()
            for advance in members
            if expense not in wholes or advance.id not in {a.id for a in wholes[expense].advances}
        ]
        released = {"$unset": {"advanceFor": ""}}
        updates = [UpdateOne(_as_read(stray, exactly=True), released) for stray in strays]
        return self._expenses.bulk_write(updates).modified_count if updates else 0

    def _one(self, expense: ObjectId) -> Expense | None:
        found = self._expenses.find_one({"_id": expense})
        return None if found is None else self._whole([self._read(found)])[0]

    def _read(self, found: Mapping[str, Any]) -> Expense:
        return self._documents.read(found, documents.expense)

    def _whole(self, found: Sequence[Expense]) -> list[Expense]:
        """Expenses with their advances."""
        advances: defaultdict[ObjectId, list[Expense]] = defaultdict(list)
        if ids := [expense.id for expense in found if expense.payers]:
            for one in map(self._read, self._expenses.find({"advanceFor": {"$in": ids}})):
                if one.advance_for is not None:
                    advances[one.advance_for].append(one)
        wholes = [payers.whole(expense, advances[expense.id]) for expense in found]
        return [kinds.with_current_split(one) for one in wholes]

    def _count(self, wanted: ExpenseFilter) -> int:
        """How many a list has. Each is counted in one index, and the history is not read."""
        if wanted.settled and wanted.friend is None:
            either, still_open = (replace(wanted, settled=state) for state in (None, False))
            return self._count(either) - self._count(still_open)
        rows = self._expenses.aggregate(counting(wanted, self._expenses.name))
        return sum(row["n"] for row in rows)

    def replace(self, old: Expense, new: Expense, *, exactly: bool = False) -> Expense | None:
        """Change one; None if somebody has changed its amount or shares since `old` was read.

        None, too, if somebody has changed a field that this changes. `exactly`: if somebody has
        changed anything of it.
        """
        changed = self._updated(
            {**_same(old, *_named(old, new)), **_as_read(old, exactly=exactly)}, _changes(old, new)
        )
        if changed is None or not (old.advances or new.advances):
            return changed
        # In a transaction that has read them all: who changes one meanwhile makes it start again.
        before = {one.id: one for one in old.advances}
        after = {one.id: one for one in new.advances}
        self._expenses.bulk_write(
            [
                *(DeleteOne({"_id": one}) for one in before.keys() - after.keys()),
                *(
                    UpdateOne({"_id": one}, _changes(before[one], after[one]))
                    for one in before.keys() & after.keys()
                ),
                *(
                    InsertOne(documents.document(after[one]))
                    for one in after.keys() - before.keys()
                ),
            ]
        )
        return self._one(changed.id)

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

        `same`: None also if it is stored otherwise than this. None, too, if it is tied to others.
        """
        open_shares = {"$map": {"input": _SHARES, "as": "share", "in": _mine(user)}}
        open_share = {"$expr": {"$anyElementTrue": open_shares}}
        as_read = {"_id": expense} if same is None else _as_read(same, exactly=True)
        debt = {"kind": {"$ne": PAYMENT}, "conversion.reverses": {"$ne": True}}
        wanted = {"$and": [as_read, debt, open_share, _UNTIED]}
        return self._updated(wanted, _settlement(user, now, now))

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

    def mark_wholes(self, expenses: Collection[Expense], now: datetime) -> None:
        """Mark those of which a document was settled or opened by what all of theirs say now."""
        tied = [one.id for one in expenses if one.tied]
        for found in self.many(tied).values():
            [whole] = self._whole([found])
            if whole.advances and found.is_settled != closed(whole):
                self.set_mark(found, now, settled=closed(whole))

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

    def marks_of_several(self) -> Iterator[tuple[Expense, bool]]:
        """Documents of expenses that several have paid whose mark is wrong, with the right one."""
        for found in self._expenses.find({"payers": {"$exists": True}}):
            main = self._read(found)
            [whole] = self._whole([main])
            if whole.advances and main.is_settled != whole.is_settled:
                yield main, whole.is_settled
            for one in whole.advances:
                if one.is_settled != closed(one):
                    yield one, closed(one)

    def set_mark(self, expense: Expense, now: datetime, *, settled: bool) -> bool:
        """Mark one as settled or open, if it is as it was read; whether it was."""
        latest = max((s.settled_at for s in expense.shares if s.settled_at), default=now)
        since = latest if settled else None
        new = replace(expense, is_settled=settled, settled_at=since, updated_at=now)
        same = _as_read(expense, exactly=True)
        return self._expenses.update_one(same, _changes(expense, new)).modified_count == 1

    def strays(self) -> Iterator[Expense]:
        """Documents that lists hide as advances, and that are none any more."""
        for found in self._expenses.find(ADVANCES):
            advance = self._read(found)
            if not advance.advance_for or not self._among(advance):
                yield advance

    def _among(self, advance: Expense) -> bool:
        found = self.get(advance.id)
        return found is not None and found.id != advance.id

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
        return None if found is None else self._read(found)


def _owed_in(whole: Expense, debtor: ObjectId, creditor: ObjectId) -> Expense:
    """The document in which one person owes another, else the expense itself."""
    owed = (one for one in whole.advances if (whole.paid_by, one.paid_by) == (debtor, creditor))
    return next(owed, whole)


def _named(old: Expense, new: Expense) -> set[str]:
    """The fields that differ."""
    return documents.changes(old, new).keys() | documents.removals(old, new).keys()


def _changes(old: Expense, new: Expense) -> dict[str, Any]:
    return {"$set": documents.changes(old, new), "$unset": documents.removals(old, new)}


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
    **_UNTIED,
    "isSettled": {"$nin": list(TRUE)},
    "$expr": {"$and": [_ALL_CLOSED, _ANY_SETTLED]},
}
_MARKED_OPEN: Final = {"isSettled": {"$in": list(TRUE)}, "$expr": {"$not": [_ALL_CLOSED]}}
