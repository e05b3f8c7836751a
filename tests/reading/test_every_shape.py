"""Whatever is stored: no answer is a 5xx, and good documents are shown beside odd ones."""

import re
from typing import Any

import pytest
from bson import ObjectId
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pymongo.database import Database

from coinbreakr.parts import Parts
from tests.api import Api, Person
from tests.reading import odd, shapes
from tests.routes import operations

Db = Database[dict[str, Any]]


class World:
    """Alice and Bob with odd documents, and good ones of every kind beside them."""

    def __init__(self, api: Api, db: Db, data: st.DataObject) -> None:
        for name in ("users", "pendingfriends", "groups", "expenses", "settlements"):
            db[name].delete_many({})
        self.db, self.data = db, data
        self.alice, self.bob, self.carol = (api.register(name) for name in ("al", "bob", "carol"))
        api.befriend(self.alice, self.bob, self.carol)
        alice, bob, carol = self.alice, self.bob, self.carol
        self.club = self._insert("groups", shapes.group(alice, bob, carol))
        self.good = self._insert("expenses", self._expense(carol, ObjectId(self.club)))
        self.waiting = self._insert("pendingfriends", shapes.pending(alice))
        self.odd_club = self._odd_club()
        self.odd = self._odd_expense()
        self.paid = self._paid(alice, bob)
        self._insert_odd("pendingfriends", shapes.pending(alice, email="eve@example.com"))
        self._make_odd(bob)
        self._make_odd(alice, "email", "isActive", "password")

    def _expense(self, debtor: Person, group: ObjectId | None) -> dict[str, Any]:
        parts = [shapes.part(debtor), shapes.part(self.alice)]
        return shapes.expense(self.alice, debtor, splitWith=parts, amount=20, group=group)

    def _odd_club(self) -> str:
        members = [shapes.member(person) for person in (self.alice, self.bob)]
        shaped = self.data.draw(odd.list_made_odd(members), label="members")
        return self._insert_odd("groups", shapes.group(self.alice, members=shaped))

    def _odd_expense(self) -> str:
        groups = [None, ObjectId(self.club), ObjectId(self.odd_club)]
        document = self._expense(self.bob, self.data.draw(st.sampled_from(groups)))
        document["splitWith"] = self.data.draw(odd.list_made_odd(document["splitWith"]))
        return self._insert_odd("expenses", document)

    def _paid(self, payer: Person, payee: Person) -> str:
        """A payment whose record and expense are odd."""
        document = shapes.expense(payer, payee, kind="payment")
        document["settlement"] = document["_id"]
        record = shapes.settlement(payer, payee, _id=document["_id"])
        self._insert_odd("settlements", record)
        self.db["expenses"].insert_one(self.data.draw(odd.made_odd(document), label="payment"))
        return str(document["_id"])

    def _insert(self, collection: str, document: dict[str, Any]) -> str:
        return str(self.db[collection].insert_one(document).inserted_id)

    def _insert_odd(self, collection: str, document: dict[str, Any]) -> str:
        return self._insert(collection, self.data.draw(odd.made_odd(document), label=collection))

    def _make_odd(self, who: Person, *but: str) -> None:
        user = self.db["users"].find_one({"_id": ObjectId(who.id)}) or {}
        shaped = self.data.draw(odd.made_odd(user, but=frozenset(but)), label=who.name)
        self.db["users"].replace_one({"_id": user["_id"]}, shaped)

    def reads(self, parts: Parts) -> list[str]:
        """Every path that can be read, with every id that it can have."""
        known = {
            "expense_id": [self.good, self.odd],
            "group_id": [self.club, self.odd_club],
            "settlement_id": [self.paid],
            "friend_id": [self.bob.id, self.carol.id],
            "user_id": [self.bob.id, self.alice.id],
            "version": ["0" * 32],
            "part": ["start.js"],
        }
        paths = ["/v1/users?userId=al", "/v1/users?userId=bob"]
        paths += [f"/v1/expenses?{query}" for query in ("settled=true", f"friendId={self.bob.id}")]
        for operation in operations(parts):
            if operation.method == "GET":
                paths += _filled([operation.path], known)
        return paths


def _filled(paths: list[str], known: dict[str, list[str]]) -> list[str]:
    for name in re.findall(r"{(\w+)", paths[0]):
        pattern = re.compile(rf"{{{name}[^}}]*}}")
        paths = [pattern.sub(value, path) for path in paths for value in known[name]]
    return paths


@pytest.mark.xdist_group("every shape")
@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
)
@given(data=st.data())
def test_good_documents_are_shown_and_no_answer_is_an_error_of_ours(
    api: Api, db: Db, parts: Parts, data: st.DataObject
) -> None:
    world = World(api, db, data)
    alice, bob = world.alice, world.bob
    for path in world.reads(parts):
        assert api("GET", path, alice).status < 500, path
    assert world.good in _ids(api("GET", "/v1/expenses?limit=100", alice).data)
    assert world.good in _ids(api("GET", f"/v1/expenses/group/{world.club}", alice).data)
    assert world.club in _ids(api("GET", "/v1/groups", alice).data)
    assert world.waiting in _ids(api("GET", "/v1/users/friends", alice).data["pendingFriends"])
    chosen = st.lists(st.tuples(st.sampled_from(_changes(world)), st.sampled_from([bob, alice])))
    for (method, path, body), person in data.draw(chosen, label="changes")[:6]:
        assert api(method, path, person, body).status < 500, (method, path)


def _changes(world: World) -> list[tuple[str, str, Any]]:
    split = [{"user": world.alice.id, "amount": 5}, {"user": world.bob.id, "amount": 5}]
    new = {"description": "N", "amount": 10, "splitWith": split, "groupId": world.odd_club}
    eve = {"name": "Eve", "email": "eve@example.com", "password": "some-secret"}
    club = f"/v1/groups/{world.odd_club}"
    paid = {"to": world.bob.id, "amount": 5, "currency": "USD", "group": world.club}
    settled = {"to": world.alice.id, "amount": 10, "currency": "USD", "expenses": [world.odd]}
    return [
        ("POST", "/v1/settlements", paid),
        ("POST", "/v1/settlements", settled),
        ("POST", f"/v1/settlements/{world.paid}/void", None),
        ("POST", f"/v1/settlements/{world.paid}/confirm", None),
        ("PATCH", f"/v1/expenses/{world.odd}/settle", None),
        ("PUT", f"/v1/expenses/{world.odd}", {"description": "Named"}),
        ("PUT", f"/v1/expenses/{world.odd}", {"amount": 10, "splitWith": split}),
        ("DELETE", f"/v1/expenses/{world.odd}", None),
        ("POST", f"/v1/expenses/{world.odd}/restore", None),
        ("POST", "/v1/expenses", new),
        ("PUT", club, {"name": "Named"}),
        ("POST", f"{club}/members", {"memberEmail": world.carol.email}),
        ("DELETE", f"{club}/members/{world.carol.id}", None),
        ("DELETE", f"{club}/leave", None),
        ("POST", "/v1/users/friends", {"friends": [eve]}),
        ("POST", "/v1/auth/register", eve),
        ("POST", "/v1/auth/login", {"email": world.bob.email, "password": world.bob.password}),
        ("PATCH", "/v1/users/profile", {"phoneNumber": "+41 1"}),
        ("DELETE", f"/v1/users/friends/{world.bob.id}", None),
        ("DELETE", f"/v1/users/friends/{world.waiting}?type=pending", None),
    ]


def _ids(shown: list[dict[str, Any]]) -> set[str]:
    return {one["_id"] for one in shown}
