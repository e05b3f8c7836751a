"""Whatever people do, in any order, the application tells what the model tells."""

from typing import Any

from bson import ObjectId
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from coinbreakr.app import App
from coinbreakr.features import SCHEMA
from coinbreakr.parts import Parts
from tests.api import Answer, Api, Person
from tests.conftest import SECRET
from tests.contract import tokens
from tests.trust import checks, documents
from tests.trust.model import Bill, Entry, Part, World
from tests.trust.typed import METHODS, Said, by_app, by_server

PEOPLE = 4
METHODS_OF_ALL = ["app", *METHODS]
anybody = st.integers(0, PEOPLE - 1)
some = st.lists(anybody, min_size=1, max_size=PEOPLE, unique=True)
# Round amounts make debts that cancel; the others leave odd units.
units = st.one_of(st.integers(1, 30).map(lambda n: n * 100), st.integers(10, 300_000))
said = st.fixed_dictionaries(
    {
        "units": units,
        "currency": st.sampled_from(["USD", "EUR", "JPY", "KWD"]),
        "people": some,
        "weights": st.lists(st.integers(1, 999), min_size=PEOPLE, max_size=PEOPLE),
        "method": st.sampled_from(METHODS_OF_ALL),
    }
)
which = st.integers(0, 30)
in_group = st.sampled_from([0, 0, 1, None])  # the first group is the busier


class Life(RuleBasedStateMachine):
    """Four friends with two groups, to whom things happen."""

    def __init__(self, app: App, parts: Parts) -> None:
        super().__init__()
        self.parts = parts
        self.api = Api(app)
        for name in SCHEMA.indexes:
            parts.db[name].delete_many({})
        self.ids = [str(ObjectId(bytes([n + 1]) * 12)) for n in range(PEOPLE)]
        self.people = {
            user: Person(user, f"P{n}", f"p{n}@example.com", _token(user))
            for n, user in enumerate(self.ids)
        }
        parts.db["users"].insert_many(
            [documents.user(one, friends=set(self.ids) - {one.id}) for one in self.people.values()]
        )
        self.world = World(self.ids)
        self.world.friends = {
            frozenset({one, other}) for one in self.ids for other in self.ids if one != other
        }
        self.groups = [self._group(self.ids), self._group(self.ids[:3])]
        self.made = 0

    def _group(self, members: list[str]) -> str:
        people = [self.people[user] for user in members]
        group = self.api.group(*people)
        self.world.members[group] = set(members)
        self.world.admins[group] = {members[0]}
        return group

    # What people do

    @rule(by=anybody, payer=anybody, said=said, group=in_group)
    def create(self, by: int, payer: int, said: dict[str, Any], group: int | None) -> None:
        self.made += 1
        expense = f"{self.made:024x}"
        where = None if group is None else self.groups[group]
        body, parts = self._said(said, expense)
        creator, paid = self.ids[by], self.ids[payer]
        around = self.world.around(creator, where)
        allowed = {creator, paid, *(part.user for part in parts)} <= around
        bill = Bill(expense, creator, body["currency"], where, [Entry(paid, parts)])
        answer = self._as(
            creator,
            "POST",
            "/v1/expenses",
            {
                "id": expense,
                "description": "E",
                "paidBy": paid,
                **body,
                **({} if where is None else {"groupId": where}),
            },
        )
        if self._took(answer, 201, allowed=allowed):
            self.world.bills[expense] = bill
            self._shows(answer.data, bill)

    @precondition(lambda self: self.world.bills)
    @rule(which=which, by=anybody, said=said)
    def change(self, which: int, by: int, said: dict[str, Any]) -> None:
        bill, editor = self._bill(which), self.ids[by]
        [entry] = bill.entries
        body, parts = self._said(said, bill.id)
        known = {bill.creator, entry.payer, *(part.user for part in entry.parts)}
        new = {part.user for part in parts} - known
        around = self.world.around(editor, bill.group) - {editor if not bill.group else ""}
        allowed = editor in {bill.creator, entry.payer} and not bill.closed and new <= around
        answer = self._as(editor, "PUT", f"/v1/expenses/{bill.id}", body)
        if self._took(answer, 200, allowed=allowed):
            settled = {part.user for part in entry.parts if part.settled}
            if "splitWith" in body:  # says of the own part that it is open
                settled -= {editor}
            for part in parts:
                part.settled = part.user in settled
            bill.currency, entry.parts = body["currency"], parts
            if settled & {part.user for part in parts}:
                bill.close()
            self._shows(answer.data, bill)

    @precondition(lambda self: self.world.bills)
    @rule(which=which, by=anybody)
    def settle(self, which: int, by: int) -> None:
        bill, user = self._bill(which), self.ids[by]
        mine = [part for part in bill.parts_of(user) if not part.settled]
        answer = self._as(user, "PATCH", f"/v1/expenses/{bill.id}/settle")
        if self._took(answer, 200, allowed=bool(mine)):
            for part in mine:
                part.settled = True
            bill.close()
            self._shows(answer.data, bill)

    @precondition(lambda self: self.world.bills)
    @rule(which=which, by=anybody)
    def delete(self, which: int, by: int) -> None:
        bill, user = self._bill(which), self.ids[by]
        answer = self._as(user, "DELETE", f"/v1/expenses/{bill.id}")
        if self._took(answer, 200, allowed=user in {bill.creator, *bill.payers}):
            del self.world.bills[bill.id]

    @rule(group=st.integers(0, 1), who=anybody, by_id=st.booleans())
    def leave(self, group: int, who: int, by_id: bool) -> None:
        user, where = self.ids[who], self.groups[group]
        path = f"/v1/groups/{where}/" + (f"members/{user}" if by_id else "leave")
        answer = self._as(user, "DELETE", path)
        if self._took(answer, 200, allowed=user in self.world.members[where]):
            self._gone(where, user)

    @rule(group=st.integers(0, 1), by=anybody, who=anybody)
    def remove(self, group: int, by: int, who: int) -> None:
        admin, user, where = self.ids[by], self.ids[who], self.groups[group]
        members = self.world.members[where]
        may = admin in self.world.admins[where] or admin == user
        answer = self._as(admin, "DELETE", f"/v1/groups/{where}/members/{user}")
        if self._took(answer, 200, allowed={admin, user} <= members and may):
            self._gone(where, user)

    def _gone(self, group: str, user: str) -> None:
        self.world.members[group].discard(user)
        self.world.admins[group].discard(user)

    @rule(group=st.integers(0, 1), by=anybody, who=anybody)
    def rejoin(self, group: int, by: int, who: int) -> None:
        one, other, where = self.ids[by], self.ids[who], self.groups[group]
        members = self.world.members[where]
        body = {"memberEmail": self.people[other].email}
        answer = self._as(one, "POST", f"/v1/groups/{where}/members", body)
        if self._took(answer, 200, allowed=one in members and other not in members):
            members.add(other)
            self.world.friends.add(frozenset({one, other}))

    @rule(by=anybody, who=anybody)
    def unfriend(self, by: int, who: int) -> None:
        one, other = self.ids[by], self.ids[who]
        answer = self._as(one, "DELETE", f"/v1/users/friends/{other}")
        if self._took(answer, 200, allowed=one != other):
            self.world.friends.discard(frozenset({one, other}))

    @rule(by=anybody, who=anybody)
    def befriend(self, by: int, who: int) -> None:
        one, other = self.ids[by], self.people[self.ids[who]]
        body = {"friends": [{"name": other.name, "email": other.email}]}
        self._took(self._as(one, "POST", "/v1/users/friends", body), 200, allowed=True)
        if one != other.id:
            self.world.friends.add(frozenset({one, other.id}))

    # What must be so at any time

    @invariant()
    def friends_are_told_what_is_so(self) -> None:
        checks.friends(self.api, self.world, self.people)

    @invariant()
    def groups_are_told_what_is_so(self) -> None:
        for group in self.groups:
            checks.group(self.api, self.world, self.people, group)

    @invariant()
    def nothing_is_found(self) -> None:
        checks.nothing_found(self.parts)

    # How it is done

    def _as(self, user: str, method: str, path: str, body: Any = None) -> Answer:
        return self.api(method, path, self.people[user], body)

    def _took(self, answer: Answer, status: int, *, allowed: bool) -> bool:
        """Whether it was done; it has to be if it is allowed, and else be refused."""
        if allowed:
            assert answer.status == status, answer.body
        else:
            assert 400 <= answer.status < 500, answer.body
        return allowed

    def _bill(self, which: int) -> Bill:
        bills = list(self.world.bills.values())
        return bills[which % len(bills)]

    def _said(self, said: dict[str, Any], expense: str) -> tuple[dict[str, Any], list[Part]]:
        people = tuple(self.ids[one] for one in said["people"])
        typed = Said(said["units"], said["currency"], people, said["weights"])
        if said["method"] == "app":
            return by_app(typed, expense)
        return by_server(said["method"], typed, expense)

    def _shows(self, data: Any, bill: Bill) -> None:
        """An expense in an answer has the parts of the model, and what was typed."""
        [entry] = bill.entries
        found = {one["user"]["_id"]: (one["amount"], one["settled"]) for one in data["splitWith"]}
        assert found == {part.user: (float(part.exact), part.settled) for part in entry.parts}
        assert data["isSettled"] == bill.closed


def _token(user: str) -> str:
    return tokens.forge({"id": user, "iat": 1}, SECRET, "HS256")
