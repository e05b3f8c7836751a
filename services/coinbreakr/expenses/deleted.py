"""The deletedexpenses collection, which the Node server does not know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import bson
from bson import ObjectId
from pymongo.database import Database

from coinbreakr.expenses import documents, payers
from coinbreakr.expenses.model import Expense
from coinbreakr.mongo import casting
from coinbreakr.mongo.documents import RAW, Documents, Raw


@dataclass(frozen=True, slots=True)
class DeletedExpense:
    """An expense that was taken away, with all documents that it was stored in."""

    id: ObjectId  # of this deletion
    expense: Expense
    documents: Sequence[Raw]
    at: datetime

    @property
    def ids(self) -> Sequence[ObjectId]:
        """Of its documents."""
        return [document["_id"] for document in self.documents]


class DeletedExpenses:
    """What was taken out of `expenses`, as it was there; an id may have been deleted twice."""

    def __init__(self, db: Database[dict[str, Any]]) -> None:
        self._deleted = db["deletedexpenses"]
        self._raw: Any = self._deleted.with_options(codec_options=RAW)
        self._options = self._deleted.codec_options
        self._documents = Documents(self._deleted)

    def keep(self, expense: ObjectId, taken: Sequence[Raw], *, by: ObjectId, now: datetime) -> None:
        """Keep the documents of an expense, its main one first."""
        self._raw.insert_one(
            {"expense": expense, "deletedBy": by, "deletedAt": now, "documents": list(taken)}
        )

    def newest(self, expense: ObjectId) -> DeletedExpense | None:
        """What was deleted last under an id."""
        return self._newest({"expense": expense})

    def holding(self, document: ObjectId) -> DeletedExpense | None:
        """What was deleted last with a document of this id in it."""
        return self._newest({"documents._id": document})

    def forget(self, deleted: DeletedExpense) -> None:
        """It is restored."""
        self._deleted.delete_one({"_id": deleted.id})

    def _newest(self, wanted: Mapping[str, ObjectId]) -> DeletedExpense | None:
        found = self._raw.find_one(wanted, sort=[("deletedAt", -1), ("_id", -1)])
        taken = [] if found is None else _documents(found)
        if not taken:
            return None
        main, *others = [
            self._documents.read(bson.decode(one.raw, self._options), documents.expense)
            for one in taken
        ]
        read = payers.whole(main, others)
        at = casting.date(found.get("deletedAt")) or read.updated_at
        return DeletedExpense(found["_id"], read, taken, at)


def _documents(kept: Raw) -> list[Raw]:
    """The documents of an expense; none if somebody has made of them what is none."""
    found = casting.items(kept.get("documents"))
    ids = [one.get("_id") if isinstance(one, Raw) else None for one in found]
    known = all(isinstance(one, ObjectId) for one in ids) and ids[:1] == [kept.get("expense")]
    return list(found) if known else []
