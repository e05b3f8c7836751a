"""The deletedexpenses collection, which the Node server does not know."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import bson
from bson import ObjectId
from pymongo.database import Database

from coinbreakr.expenses import documents
from coinbreakr.expenses.model import Expense
from coinbreakr.mongo.documents import RAW, Documents, Raw


@dataclass(frozen=True, slots=True)
class DeletedExpense:
    """An expense that was taken away, with all documents that it was stored in."""

    id: ObjectId  # of this deletion
    expense: Expense
    documents: Sequence[Raw]
    at: datetime


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
        found = self._raw.find_one({"expense": expense}, sort=[("deletedAt", -1), ("_id", -1)])
        if found is None:
            return None
        taken: list[Raw] = found["documents"]
        main = bson.decode(taken[0].raw, self._options)
        read = self._documents.read(main, documents.expense)
        return DeletedExpense(found["_id"], read, taken, found["deletedAt"])

    def forget(self, deleted: DeletedExpense) -> None:
        """It is restored."""
        self._deleted.delete_one({"_id": deleted.id})
