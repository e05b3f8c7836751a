"""Requests about expenses that several have paid, and what documents say of debts."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from pymongo.database import Database

from tests.api import Answer, Api, Person

Db = Database[dict[str, Any]]


def payers(*pairs: tuple[Person, Any]) -> list[dict[str, Any]]:
    return [{"user": person.id, "amount": amount} for person, amount in pairs]


def shown(expense: dict[str, Any]) -> list[tuple[str, float]]:
    return [(one["user"]["_id"], one["amount"]) for one in expense.get("payers", [])]


def equal(*people: Person) -> dict[str, Any]:
    return {"method": "equal", "among": [person.id for person in people]}


def dinner(*pairs: tuple[Person, Any], **more: Any) -> dict[str, Any]:
    return {"description": "Dinner", "amount": 100, "payers": payers(*pairs), **more}


def nets(db: Db) -> dict[str, Decimal]:
    """What everybody is owed, as the Node server adds it up: payer, shares, nothing else."""
    found: defaultdict[str, Decimal] = defaultdict(Decimal)
    for document in db["expenses"].find():
        for share in document["splitWith"]:
            if not share["settled"] and share["user"] != document["paidBy"]:
                amount = Decimal(str(share["amount"]))
                found[str(document["paidBy"])] += amount
                found[str(share["user"])] -= amount
    return {user: net for user, net in found.items() if net}


def balances(api: Api, who: Person, group: str) -> dict[str, float]:
    found = api("GET", f"/v1/expenses/group/{group}/balance", who).data["byCurrency"]
    return {user: sums["USD"] for user, sums in found.items() if sums}


def get(api: Api, who: Person, expense: dict[str, Any]) -> dict[str, Any]:
    one: dict[str, Any] = api("GET", f"/v1/expenses/{expense['_id']}", who).data
    return one


def put(api: Api, who: Person, expense: dict[str, Any], **changes: Any) -> Answer:
    return api("PUT", f"/v1/expenses/{expense['_id']}", who, changes)


def listed(api: Api, who: Person, query: str = "") -> tuple[list[str], int]:
    answer = api("GET", f"/v1/expenses{query}", who)
    return [one["_id"] for one in answer.data], answer.body["pagination"]["total"]
