"""A person with a small life, and one whose life is as big as the limits allow."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from bson import ObjectId
from pymongo.database import Database

from coinbreakr.activity import order
from tests.api import Api, Person

NOW = datetime(2026, 1, 1, tzinfo=UTC)
_numbers = count()


@dataclass(frozen=True)
class Size:
    """How many there are of everything; `text` in characters, `photo` in bytes."""

    people: int
    expenses: int
    groups: int
    pending: int
    text: int
    photo: int

    def words(self, most: int) -> str:
        """A text of three bytes a character, so long at most."""
        return "语" * min(self.text, most)


SMALL = Size(people=2, expenses=1, groups=1, pending=1, text=1, photo=600)
BIG = Size(people=200, expenses=100, groups=20, pending=1000, text=10**6, photo=1_000_000)


class Side:
    """One of the two. What is made anew at each call may be deleted by who asked for it."""

    def __init__(self, api: Api, db: Database[dict[str, Any]], size: Size) -> None:
        self.api = api
        self.size = size
        self._db = db
        self.me = api.register("worst")
        self._id = ObjectId(self.me.id)
        others = [self._user() for _ in range(size.people - 1)]
        db["users"].insert_many(others)
        self.people: list[ObjectId] = [self._id, *(other["_id"] for other in others)]
        changes = {"friends": self.people[1:], "profileImage": photo(size.photo)}
        db["users"].update_one({"_id": self._id}, {"$set": changes})
        db["pendingfriends"].insert_many([self._awaited() for _ in range(size.pending)])
        self.group = self.new_group()
        for _ in range(size.groups - 1):
            self.new_group()
        for _ in range(size.expenses):
            self.new_expense()
            self._new_event()
            self.settlement = self.new_settlement()

    @property
    def friend(self) -> ObjectId:
        return self.people[1]

    def new_group(self, people: list[ObjectId] | None = None) -> ObjectId:
        members = [
            {"_id": ObjectId(), "user": user, "role": "member", "joinedAt": NOW}
            for user in people or self.people
        ]
        name, description = self.size.words(100), self.size.words(500)
        made = {"name": name, "description": description, "members": members}
        return self._insert("groups", {**made, "createdBy": self._id, "isActive": True})

    def new_expense(self) -> ObjectId:
        parts = [
            {"_id": ObjectId(), "user": user, "amount": 1.25, "settled": False}
            for user in self.people
        ]
        made = {"description": self.size.words(200), "amount": 1.25 * len(parts), "currency": "USD"}
        split = {"method": "equal", "among": self.people}
        who = {"createdBy": self._id, "paidBy": self._id, "splitWith": parts, "group": self.group}
        who["split"] = split
        rest = {"category": "other", "date": NOW, "isSettled": False}
        return self._insert("expenses", {**made, **who, **rest})

    def debts(self) -> list[str]:
        """Expenses that the friend has paid for all, open."""
        made = [self.new_expense() for _ in range(self.size.expenses)]
        paid = {"$set": {"paidBy": self.friend}}
        self._db["expenses"].update_many({"_id": {"$in": made}}, paid)
        return [str(one) for one in made]

    def new_settlement(self) -> ObjectId:
        """A payment to the friend."""
        document = {"note": self.size.words(500), "from": self._id, "to": self.friend, "units": 1}
        made = {"createdBy": self._id, "currency": "USD", "group": None, "date": NOW}
        made["people"] = [self._id, self.friend]
        return self._insert(
            "settlements", {**document, **made, "status": "rejected", "expenses": []}
        )

    def turned(self, settlement: str, status: str) -> str:
        """A settlement of expenses from me to the friend: as if it was to me, and pending."""
        wanted = {"_id": ObjectId(settlement)}
        if status == "pending":
            found = self._db["settlements"].find_one(wanted) or {}
            sides = {"from": self.friend, "to": self._id, "createdBy": self.friend}
            change = {
                "$set": {"status": status, **sides},
                "$unset": {"shares": "", "settledAt": ""},
            }
            self._db["settlements"].update_one(wanted, change)
            opened = {"paidBy": self._id, "isSettled": False, "splitWith.$[].settled": False}
            self._db["expenses"].update_many({"_id": {"$in": found["expenses"]}}, {"$set": opened})
        return settlement

    def changed_expense(self) -> ObjectId:
        """One that has become twice as much and half as much again, for everybody, many times."""
        made = self.new_expense()
        parts = [{"user": user, "amount": 1.25, "settled": False} for user in self.people]
        state = {"description": self.size.words(200), "splitWith": parts}
        for _ in range(self.size.expenses):
            self._new_event(subject=made, state=state)
        return made

    def deleted_expense(self) -> ObjectId:
        """One that I have deleted."""
        made = self.new_expense()
        assert self.api("DELETE", f"/v1/expenses/{made}", self.me).status == 200
        return made

    def parts(self) -> list[dict[str, Any]]:
        return [{"user": str(user), "amount": 1.25} for user in self.people]

    def throwaway(self) -> Person:
        """Somebody with as many friends, whose account may be closed."""
        person = self.api.register("worst")
        friends = {"friends": self.people[1:], "profileImage": photo(self.size.photo)}
        self._db["users"].update_one({"_id": ObjectId(person.id)}, {"$set": friends})
        return person

    def contacts(self) -> list[dict[str, str]]:
        """People whom nobody knows, as many as fit into a body."""
        return [
            {"name": self.size.words(50), "email": self.address(), "phoneNumber": "5" * 64}
            for _ in range(min(500, self.size.pending))
        ]

    def address(self) -> str:
        """Another one each time."""
        name = str(next(_numbers)).rjust(min(self.size.text, 60), "a")
        host = ".".join(letter * min(self.size.text, 60) for letter in "bcd")
        return f"{name}@{host}.example"

    @cached_property
    def link(self) -> str:
        """The signed address of the own photo, as a friend sees it."""
        group = self.api("GET", f"/v1/groups/{self.group}", self.me).data
        parts = urlsplit(group["members"][0]["user"]["profileImage"])
        return f"{parts.path}?{parts.query}"

    def newest_event(self) -> str:
        """The newest of what concerns me."""
        newest: str = self.api("GET", "/v1/activity?limit=1", self.me).data[0]["_id"]
        return newest

    def _new_event(self, **more: Any) -> None:
        """A change of everything by one of many, in the group."""
        changes = [
            {"field": "splitWith", "user": user, "old": 1.25, "new": 2.5} for user in self.people
        ]
        names = [{"_id": user, "name": self.size.words(50)} for user in self.people]
        snapshot = {"description": self.size.words(200), "members": self.people[:20]}
        self._db["activities"].insert_one(
            {
                "_id": order.new_id(NOW), "kind": "expense.changed", "at": NOW,
                "actor": self.people[-1], "people": self.people, "names": names,
                "subject": ObjectId(), "group": self.group, "groupName": self.size.words(100),
                "snapshot": snapshot, "changes": changes, **more,
            }
        )  # fmt: skip

    def _user(self) -> dict[str, Any]:
        return {
            "_id": ObjectId(),
            "name": self.size.words(50),
            "email": self.address(),
            "password": "x",
            "profileImage": photo(600),
            "phoneNumber": "5" * min(64, self.size.text),
            "friends": [self._id],
            "createdAt": NOW,
            "updatedAt": NOW,
        }

    def _awaited(self) -> dict[str, Any]:
        awaited = {"name": self.size.words(50), "email": self.address()}
        return {**awaited, "addedBy": self._id, "createdAt": NOW, "updatedAt": NOW}

    def _insert(self, collection: str, document: dict[str, Any]) -> ObjectId:
        kept = {"_id": ObjectId(), **document, "createdAt": NOW, "updatedAt": NOW, "__v": 0}
        self._db[collection].insert_one(kept)
        made: ObjectId = kept["_id"]
        return made


def photo(size: int) -> str:
    """As the app sends one."""
    data = hashlib.shake_256(str(next(_numbers)).encode()).digest(size * 3 // 4)
    return "data:image/jpeg;base64," + base64.b64encode(data).decode()
