"""The activities and activityreads collections, which the Node server does not know."""

import sys
from collections.abc import Generator, Mapping
from functools import partial
from typing import Any, Final

from bson import ObjectId
from pymongo.database import Database

from coinbreakr.activity import documents, order
from coinbreakr.activity.model import Event, ReadMark, Unread
from coinbreakr.mongo.documents import Documents
from coinbreakr.mongo.transactions import Transactions
from coinbreakr.paging import Stretch

Document = dict[str, Any]
MOST_COUNTED: Final = 1000
_MOST_CHANGES: Final = 10  # that a list shows of one event
_MOST_NAMES: Final = 40  # of those who are mentioned first: in the snapshot, then in the changes
_MOST_RECENT: Final = 500
_NEWEST: Final = [("_id", -1)]
_BATCH: Final = 21  # versions: a usual page, and the first of the next
# A list does not read what only versions show.
_LISTED: Final = {
    "state": 0,
    "people": 0,
    "names": {"$slice": _MOST_NAMES},
    "changes": {"$slice": _MOST_CHANGES + 1},
}


class Events:
    """What happened. Events are appended, never changed and never removed."""

    def __init__(self, db: Database[Document], transactions: Transactions) -> None:
        self._events = db["activities"]
        self._documents = Documents(self._events)
        self._transactions = transactions

    def append(self, document: Document) -> None:
        """Insert one at the end of the transaction that is open, together with its others."""
        self._transactions.insert_at_end(self._events, document)

    def of_person(self, user: ObjectId, stretch: Stretch) -> tuple[list[Event], ObjectId | None]:
        """Those that concern a user, newest first, and the cursor of what comes after."""
        return self._page({"people": user}, stretch)

    def of_group(self, group: ObjectId, stretch: Stretch) -> tuple[list[Event], ObjectId | None]:
        """The same of a group."""
        return self._page({"group": group}, stretch)

    def versions(
        self,
        subject: ObjectId,
        reader: ObjectId,
        *,
        beginning: str,
        start: ObjectId | None,
    ) -> Generator[Event, None, None]:
        """Those that tell what their subject was after them, newest first, from one of them on.

        An id may be used again: what was before the last event of the kind `beginning` may be of
        others, and is there for those whom it concerned.
        """
        told = {"subject": subject, "state": {"$exists": True}}
        first = self._events.find_one({**told, "kind": beginning}, {"_id": 1}, sort=_NEWEST)
        since = {} if start is None else {"_id": {"$lte": start}}
        of_now = {"_id": {"$gte": first["_id"]}} if first else {}
        known = {"$or": [of_now, {"people": reader}]} if first else {}
        wanted = {**told, **since, **known}
        with self._events.find(wanted, batch_size=_BATCH).sort(_NEWEST) as found:
            for document in found:
                yield self._event(document, sys.maxsize)

    def concerns(self, event: ObjectId, user: ObjectId) -> bool:
        """Whether there is such an event, and it concerns the user."""
        return self._events.find_one({"_id": event, "people": user}, {"_id": 1}) is not None

    def unread(self, user: ObjectId, mark: ReadMark | None) -> Unread:
        """How many by others a user has not read, of the newest; an index tells."""
        late = {} if mark is None else {"_id": {"$gt": mark.since}}
        seen = [] if mark is None else list(mark.seen)
        news = {"$and": [{"$ne": ["$actor", user]}, {"$not": [{"$in": ["$_id", seen]}]}]}
        rows = self._events.aggregate(
            [
                {"$match": {"people": user, **late}},
                {"$sort": {"_id": -1}},
                {"$limit": MOST_COUNTED},
                {
                    "$group": {
                        "_id": None,
                        "looked": {"$sum": 1},
                        "unread": {"$sum": {"$cond": [news, 1, 0]}},
                    }
                },
            ]
        )
        for row in rows:
            return Unread(row["unread"], capped=row["looked"] == MOST_COUNTED)
        return Unread(0, capped=False)

    def mark_until(self, user: ObjectId, event: ObjectId) -> ReadMark:
        """What is read by a user who has read until an event.

        Before the event, further back than any transaction lasts, all is read. In between it is
        what is there at this moment.
        """
        since = order.first_id(order.moment(event) - order.LONGEST_COMMIT)
        recent = {"people": user, "_id": {"$gt": since, "$lte": event}}
        found = self._events.find(recent, {"_id": 1}).sort("_id", -1).limit(_MOST_RECENT)
        seen = [one["_id"] for one in found]
        return ReadMark(event, seen[-1] if len(seen) == _MOST_RECENT else since, frozenset(seen))

    def _page(
        self, wanted: Mapping[str, Any], stretch: Stretch
    ) -> tuple[list[Event], ObjectId | None]:
        """What is written meanwhile moves no event; the cursor is the last one."""
        before = {} if stretch.after is None else {"_id": {"$lt": stretch.after}}
        found = self._events.find({**wanted, **before}, _LISTED).sort("_id", -1)
        read = list(found.limit(stretch.limit + 1))
        events = [self._event(document, _MOST_CHANGES) for document in read[: stretch.limit]]
        return events, events[-1].id if len(read) > stretch.limit else None

    def _event(self, document: Document, most: int) -> Event:
        return self._documents.read(document, partial(documents.event, most=most))


class ReadMarks:
    """Until where everybody has read."""

    def __init__(self, db: Database[Document]) -> None:
        self._marks = db["activityreads"]
        self._documents = Documents(self._marks)

    def get(self, user: ObjectId) -> ReadMark | None:
        """The mark of a user who has read something."""
        found = self._marks.find_one({"_id": user})
        return None if found is None else self._documents.read(found, documents.read_mark)

    def set(self, user: ObjectId, mark: ReadMark) -> None:
        """Replace it."""
        fields = {"upTo": mark.up_to, "since": mark.since, "seen": sorted(mark.seen)}
        self._marks.replace_one({"_id": user}, fields, upsert=True)
