"""The settlements collection, which the Node server does not know."""

from collections.abc import Collection, Iterator
from decimal import Decimal
from typing import Any

from bson import ObjectId
from pymongo.database import Database

from coinbreakr import money
from coinbreakr.findings import Finding
from coinbreakr.mongo.documents import Documents
from coinbreakr.mongo.reading import Fields
from coinbreakr.paging import Stretch
from coinbreakr.settlements.model import SettledShare, Settlement, SettlementQuery, Status


class Settlements:
    """Who says to have paid whom. What it is worth, the expenses tell."""

    def __init__(self, db: Database[dict[str, Any]]) -> None:
        self._settlements = db["settlements"]
        self._documents = Documents(self._settlements)

    def insert(self, settlement: Settlement) -> None:
        """Keep a new one."""
        self._settlements.insert_one(_document(settlement))

    def get(self, settlement: ObjectId) -> Settlement | None:
        """The one with an id."""
        found = self._settlements.find_one({"_id": settlement})
        return None if found is None else self._documents.read(found, _settlement)

    def replace(self, settlement: Settlement) -> None:
        """Change one; run it in the transaction that has read it."""
        self._settlements.replace_one({"_id": settlement.id}, _document(settlement))

    def newest(
        self, caller: ObjectId, query: SettlementQuery, states: Collection[Status], part: Stretch
    ) -> list[Settlement]:
        """Those that are wanted and stored in one of some states, the newest first."""
        wanted = {**_of(caller, query), **_in(states), **_before(part.after)}
        found = self._settlements.find(wanted).sort("_id", -1).limit(part.limit)
        return [self._documents.read(document, _settlement) for document in found]

    def counted(self, ids: Collection[ObjectId]) -> set[ObjectId]:
        """Those of `ids` that are stored as counted."""
        wanted = {"_id": {"$in": list(ids)}, "status": str(Status.COUNTED)}
        return {found["_id"] for found in self._settlements.find(wanted, {"_id": 1})}

    def odd(self) -> Iterator[Finding]:
        """What is not as it was written."""
        return self._documents.odd(_settlement)


def _of(caller: ObjectId, query: SettlementQuery) -> dict[str, Any]:
    group = {} if query.group is None else {"group": query.group}
    if query.friend is not None:
        return {**group, "pair": _pair(caller, query.friend)}
    return group or {"people": caller}


def _pair(one: ObjectId, other: ObjectId) -> str:
    """The same for two people in either order."""
    return "-".join(sorted((str(one), str(other))))


def _in(states: Collection[Status]) -> dict[str, Any]:
    if len(states) == len(Status):
        return {}
    return {"status": {"$in": [str(state) for state in states]}}


def _before(settlement: ObjectId | None) -> dict[str, Any]:
    return {} if settlement is None else {"_id": {"$lt": settlement}}


def _document(settlement: Settlement) -> dict[str, Any]:
    """What is optional is absent until set."""
    amount = money.from_minor(Decimal(settlement.units), settlement.currency)
    optional = {
        "note": settlement.note,
        "settledAt": settlement.settled_at,
        "reason": settlement.reason,
    }
    return {
        "_id": settlement.id,
        "from": settlement.payer,
        "to": settlement.payee,
        "people": [settlement.payer, settlement.payee],  # for the lists, as `pair`
        "pair": _pair(settlement.payer, settlement.payee),
        "amount": money.stored(amount),
        "units": settlement.units,
        "currency": settlement.currency,
        "group": settlement.group,
        "date": settlement.date,
        "status": str(settlement.status),
        "expenses": list(settlement.expenses),
        "shares": [{"expense": each.expense, "units": each.units} for each in settlement.shares],
        **{name: value for name, value in optional.items() if value},
        "createdBy": settlement.created_by,
        "createdAt": settlement.created_at,
        "updatedAt": settlement.updated_at,
    }


def _settlement(fields: Fields) -> Settlement:
    created = fields.created("createdAt")
    status = fields.optional("status", _status)
    return Settlement(
        id=fields.id("_id"),
        payer=fields.id("from"),
        payee=fields.id("to"),
        units=fields.count("units"),
        currency=fields.text("currency"),
        group=fields.optional_id("group"),
        note=fields.optional_text("note"),
        date=fields.date("date", created),
        status=status or Status.VOID,
        expenses=fields.ids("expenses"),
        shares=[_share(share) for share in fields.items("shares")],
        settled_at=fields.optional_date("settledAt"),
        reason=fields.optional_text("reason"),
        created_by=fields.id("createdBy"),
        created_at=created,
        updated_at=fields.date("updatedAt", created),
    )


def _status(value: object) -> Status | None:
    return next((status for status in Status if status == value), None)


def _share(fields: Fields) -> SettledShare:
    return SettledShare(fields.id("expense"), fields.count("units"))
