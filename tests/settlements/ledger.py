"""Recording settlements; and who is owed what by documents alone, without code of the server."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from bson import ObjectId
from pymongo.database import Database

from tests.api import Answer, Api, Person

Nets = dict[tuple[str, str], Decimal]


class Pay:
    """Records that `who` has paid, unless something else is said."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def __call__(
        self, who: Person, to: Person, amount: Any, currency: str = "USD", **more: Any
    ) -> Answer:
        body = {"to": to.id, "amount": amount, "currency": currency, **more}
        return self._api("POST", "/v1/settlements", who, body)

    def act(self, what: str, settlement: str, who: Person, **body: Any) -> Answer:
        """Confirm, reject or void one."""
        return self._api("POST", f"/v1/settlements/{settlement}/{what}", who, body)

    def get(self, settlement: str, who: Person) -> Any:
        return self._api("GET", f"/v1/settlements/{settlement}", who).data


def nets(db: Database[dict[str, Any]]) -> Nets:
    """What everybody is owed by what is open, as the Node server adds it up: amounts of shares."""
    sums: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for expense in db["expenses"].find():
        for share in expense["splitWith"]:
            if not share.get("settled") and share["user"] != expense["paidBy"]:
                amount = Decimal(str(share["amount"]))
                sums[str(expense["paidBy"]), expense["currency"]] += amount
                sums[str(share["user"]), expense["currency"]] -= amount
    return {key: amount for key, amount in sums.items() if amount}


def shown(api: Api, who: Person, friend: Person) -> dict[str, float]:
    """What the server says that a friend owes, by currency."""
    balance = api("GET", f"/v1/users/friends/{friend.id}/balance", who).data
    found: dict[str, float] = balance["byCurrency"]
    return found


def stored(db: Database[dict[str, Any]], collection: str, one: str) -> Any:
    return db[collection].find_one({"_id": ObjectId(one)})
