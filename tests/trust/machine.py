"""Whatever people do, with the old server or the new one, both tell what the model tells."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bson import ObjectId
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from coinbreakr.features import SCHEMA
from coinbreakr.parts import Parts
from tests.api import Answer, Person
from tests.contract import tokens
from tests.trust import checks, documents
from tests.trust.model import LATER, PLACES, Bill, Entry, Owed, Part, World
from tests.trust.typed import METHODS, Said, by_app, by_server

PEOPLE = 4
DATES = [datetime(2026, month, 10, tzinfo=UTC) for month in (1, 2, 4)]
MAY = datetime(2026, 5, 1, tzinfo=UTC)
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
        "date": st.sampled_from(DATES),
    }
)
which = st.integers(0, 30)
rightly = st.sampled_from([True, True, True, False])  # by somebody who may
in_group = st.sampled_from([0, 0, 1, None])  # the first group is the busier
bill = st.tuples(which, which, said, in_group, rightly)


class Life(RuleBasedStateMachine):
    """Four friends with two groups, to whom things happen."""

    def __init__(self, api: checks.Call, parts: Parts, secret: str) -> None:
        super().__init__()
        self.parts = parts
        self.api = api
        for name in SCHEMA.indexes:
            parts.db[name].delete_many({})
        self.ids = [str(ObjectId(bytes([n + 1]) * 12)) for n in range(PEOPLE)]
        self.people = {
            user: Person(user, f"P{n}", f"p{n}@example.com", _token(user, secret))
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
        body = {"name": "G", "members": members}
        group: str = self._as(members[0], "POST", "/v1/groups", body).data["_id"]
        self.world.members[group] = set(members)
        self.world.admins[group] = {members[0]}
        return group

    # What people do

    @initialize(
        bills=st.lists(st.tuples(which, which, said, in_group, rightly), min_size=3, max_size=5)
    )
    def begin(self, bills: list[tuple[Any, ...]]) -> None:
        for bill in bills:
            self.begin_with(*bill)

    @rule(by=which, payer=which, said=said, group=in_group, rightly=rightly)
    def create(
        self, by: int, payer: int, said: dict[str, Any], group: int | None, rightly: bool
    ) -> None:
        self._create(by, payer, said, group, rightly)

    def begin_with(
        self, by: int, payer: int, said: dict[str, Any], group: int | None, rightly: bool
    ) -> None:
        self._create(by, payer, said, group, rightly)

    def _create(
        self, by: int, payer: int, said: dict[str, Any], group: int | None, rightly: bool
    ) -> None:
        where = None if group is None else self.groups[group]
        creator = self._who(by, self.world.members[where] if where else self.ids, rightly)
        around = self.world.around(creator, where)
        paid = self._who(payer, around, rightly)
        bill = self._next(creator, said, where)
        body, parts = self._said(said, bill.id, around if rightly else ())
        bill.entries = [Entry(paid, parts, bill.id)]
        allowed = {creator, paid, *(part.user for part in parts)} <= around
        into = {} if where is None else {"groupId": where}
        when = {"date": bill.date.isoformat()}
        sent = {"id": bill.id, "description": "E", "paidBy": paid, **when, **into, **body}
        answer = self._as(creator, "POST", "/v1/expenses", sent)
        if self._took(answer, 201, allowed=allowed):
            self.world.bills[bill.id] = bill
            self._shows(answer.data, bill)

    @precondition(lambda self: self._shared())
    @rule(which=which, by=which, said=said, rightly=rightly)
    def change(self, which: int, by: int, said: dict[str, Any], rightly: bool) -> None:
        bill = self._bill(which, self._shared())
        editor = self._who(by, bill.owners, rightly)
        entry = bill.main
        around = self.world.around(editor, bill.group)
        body, parts = self._said(said, bill.id, around if rightly else ())
        known = {bill.creator, entry.payer, *(part.user for part in entry.parts)}
        new = {part.user for part in parts} - known
        allowed = editor in bill.owners and not bill.closed and new <= around
        answer = self._as(editor, "PUT", f"/v1/expenses/{bill.id}", body)
        if self._took(answer, 200, allowed=allowed):
            settled = {part.user: part for part in entry.parts if part.settled}
            if "splitWith" in body:  # says of the own part that it is open
                settled.pop(editor, None)
            for part in parts:
                if before := settled.get(part.user):
                    part.settle(before.settled_by, before.settled_at)
            bill.currency, entry.parts = body["currency"], parts
            if any(part.settled for part in parts):
                bill.close(LATER)
            self._shows(answer.data, bill)

    @precondition(lambda self: self.world.bills)
    @rule(which=which, by=which, rightly=rightly)
    def settle(self, which: int, by: int, rightly: bool) -> None:
        bill = self._bill(which)
        user = self._who(by, bill.debtors, rightly)
        mine = [part for part in bill.parts_of(user) if not part.settled]
        answer = self._as(user, "PATCH", f"/v1/expenses/{bill.id}/settle")
        debt = bill.kind != "payment" and not bill.gives_back
        if self._took(answer, 200, allowed=bool(mine) and debt):
            self.made += 1
            for entry in bill.entries:
                parts = [part for part in entry.parts if part.user == user and not part.settled]
                by_whom = self.settled_by_hand(bill, entry, user, parts) or f"{self.made}"
                for part in parts:
                    part.settle(by_whom, LATER)
            bill.close(LATER)
            self._shows(answer.data, bill)

    def settled_by_hand(self, bill: Bill, entry: Entry, user: str, parts: list[Part]) -> str:
        """What comes of it that somebody has settled own parts of an entry: its id, if any."""
        del bill, entry, user, parts
        return ""

    @precondition(lambda self: len(self.world.bills) > 3)
    @rule(which=which, by=which, rightly=rightly)
    def delete(self, which: int, by: int, rightly: bool) -> None:
        bill = self._bill(which)
        user = self._who(by, bill.owners, rightly)
        answer = self._as(user, "DELETE", f"/v1/expenses/{bill.id}")
        if self._took(answer, 200, allowed=user in bill.owners):
            for one in filter(None, (bill.id, bill.twin)):
                self.world.deleted[one] = self.world.bills.pop(one)

    @precondition(lambda self: self.world.deleted)
    @rule(which=which, by=which, rightly=rightly)
    def restore(self, which: int, by: int, rightly: bool) -> None:
        some = [] if rightly else list(self.world.bills.values())
        bill = self._bill(which, some or list(self.world.deleted.values()))
        user = self._who(by, bill.owners, rightly)
        gone = bill.id in self.world.deleted
        answer = self._as(user, "POST", f"/v1/expenses/{bill.id}/restore")
        if self._took(answer, 200, allowed=gone and user in bill.owners):
            for one in filter(None, (bill.id, bill.twin)):
                self.world.bills[one] = self.world.deleted.pop(one)
            self._shows(answer.data, bill)

    @precondition(lambda self: all(len(one) > 1 for one in self.world.members.values()))
    @rule(group=st.integers(0, 1), by=which, who=which, way=st.integers(0, 2), rightly=rightly)
    def depart(self, group: int, by: int, who: int, way: int, rightly: bool) -> None:
        """By leaving in one of two ways, or by being removed."""
        where = self.groups[group]
        members = self.world.members[where]
        user = self._who(who, members, rightly)
        admin = self._who(by, self.world.admins[where], rightly) if way == 2 else user
        path = f"/v1/groups/{where}/" + (f"members/{user}" if way else "leave")
        answer = self._as(admin, "DELETE", path)
        may = admin == user or admin in self.world.admins[where]
        if self._took(answer, 200, allowed={admin, user} <= members and may):
            left = self.world.in_group(where).get(user, Owed()).by_currency
            assert answer.body.get("openBalances", {}) == left
            members.discard(user)
            self.world.admins[where].discard(user)

    @precondition(lambda self: any(len(one) < PEOPLE for one in self.world.members.values()))
    @rule(by=which, who=which, rightly=rightly)
    def rejoin(self, by: int, who: int, rightly: bool) -> None:
        where = min(self.groups, key=lambda group: len(self.world.members[group]))
        members = self.world.members[where]
        one = self._who(by, members, rightly)
        other = self._who(who, set(self.ids) - members, rightly)
        body = {"memberEmail": self.people[other].email}
        answer = self._as(one, "POST", f"/v1/groups/{where}/members", body)
        if self._took(answer, 200, allowed=one in members and other not in members):
            members.add(other)
            self.world.friends.add(frozenset({one, other}))

    @rule(by=which, who=which)
    def friendship(self, by: int, who: int) -> None:
        """It begins or ends."""
        one = self._who(by, self.ids)
        other = self.people[self._who(who, set(self.ids) - {one})]
        pair = frozenset({one, other.id})
        if pair in self.world.friends:
            answer = self._as(one, "DELETE", f"/v1/users/friends/{other.id}")
        else:
            body = {"friends": [{"name": other.name, "email": other.email}]}
            answer = self._as(one, "POST", "/v1/users/friends", body)
        self._took(answer, 200, allowed=True)
        self.world.friends ^= {pair}

    # What the old server does meanwhile

    @rule(by=which, payer=which, said=said, group=in_group)
    def old_create(self, by: int, payer: int, said: dict[str, Any], group: int | None) -> None:
        creator, paid = self._who(by, self.ids), self._who(payer, self.ids)
        where = None if group is None else self.groups[group]
        bill = self._next(creator, said, where)
        body, parts = self._said({**said, "method": "app"}, bill.id)
        bill.entries = [Entry(paid, parts, bill.id)]
        self.world.bills[bill.id] = bill
        documents.create(self.parts.db, bill.id, creator, paid, where, body, bill.date)

    @precondition(lambda self: self._shared())
    @rule(which=which, said=said)
    def old_change(self, which: int, said: dict[str, Any]) -> None:
        bill = self._bill(which, self._shared())
        entry = bill.main
        if PLACES[said["currency"]] != PLACES[bill.currency]:
            said = {**said, "currency": bill.currency}
        if bill.closed:
            return
        body, parts = self._said({**said, "method": "app"}, bill.id)
        settled = {part.user for part in entry.parts if part.settled}
        for part in parts:  # the app sends the marks that it has read
            part.settled = part.user in settled
        new = replace(bill, currency=said["currency"], entries=[Entry(entry.payer, parts, bill.id)])
        new.close(LATER)
        if new.closed:  # which it would not mark
            return
        self.world.bills[bill.id] = new
        for share, part in zip(body["splitWith"], parts, strict=True):
            share["settled"] = part.settled
        documents.change(self.parts.db, bill.id, body)

    @precondition(lambda self: self._singly(lambda bill: bool(bill.debtors)))
    @rule(which=which, by=which)
    def old_settle(self, which: int, by: int) -> None:
        bill = self._bill(which, self._singly(lambda bill: bool(bill.debtors)))
        user = self._who(by, bill.debtors)
        [mine] = bill.parts_of(user)
        mine.settle("by the old server", documents.NOW)
        bill.close(documents.NOW)
        documents.settle(self.parts.db, bill.id, user)

    @precondition(lambda self: len(self._singly()) > 3)
    @rule(which=which)
    def old_delete(self, which: int) -> None:
        bill = self._bill(which, self._singly())
        del self.world.bills[bill.id]
        documents.delete(self.parts.db, bill.id)

    # What must be so at any time

    @rule(at=st.sampled_from([DATES[0], datetime(2026, 2, 20, tzinfo=UTC), documents.NOW, MAY]))
    def look_back(self, at: datetime) -> None:
        checks.past(self.api, self.world, self.people, at)

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

    @invariant()
    def the_old_server_agrees(self) -> None:
        checks.old_server_agrees(self.parts, self.world)

    # How it is done

    def _next(self, creator: str, said: dict[str, Any], group: str | None) -> Bill:
        self.made += 1
        return Bill(f"{self.made:024x}", creator, said["currency"], group, [], said["date"])

    def _as(self, user: str, method: str, path: str, body: Any = None) -> Answer:
        return self.api(method, path, self.people[user], body)

    def _took(self, answer: Answer, status: int, *, allowed: bool) -> bool:
        """Whether it was done; it has to be if it is allowed, and else be refused."""
        if allowed:
            assert answer.status == status, answer.body
        else:
            assert 400 <= answer.status < 500, answer.body
        return allowed

    def _who(self, which: int, those: Collection[str], rightly: bool = True) -> str:
        """One of those who may do it; not rightly, one of all."""
        people = sorted(those if rightly and those else self.ids)
        return people[which % len(people)]

    def _singly(self, wanted: Callable[[Bill], bool] = lambda _: True) -> list[Bill]:
        """The bills that are one document and stand alone."""
        return [
            one
            for one in self.world.bills.values()
            if len(one.entries) == 1 and not one.twin and wanted(one)
        ]

    def _shared(self) -> list[Bill]:
        """The bills of no special kind that one person has paid."""
        return self._singly(lambda bill: not bill.kind)

    def _bill(self, which: int, bills: Sequence[Bill] = ()) -> Bill:
        some = bills or list(self.world.bills.values())
        return some[which % len(some)]

    def _said(
        self, said: dict[str, Any], expense: str, among: Collection[str] = ()
    ) -> tuple[dict[str, Any], list[Part]]:
        """What is sent, and the parts that come of it; perhaps only among some people."""
        everybody = sorted(among or self.ids)
        people = tuple(dict.fromkeys(everybody[one % len(everybody)] for one in said["people"]))
        typed = Said(said["units"], said["currency"], people, said["weights"])
        if said["method"] == "app":
            return by_app(typed, expense)
        return by_server(said["method"], typed, expense)

    def _shows(self, data: Any, bill: Bill) -> None:
        """An expense in an answer has the parts of the model, and what was typed."""
        found = {one["user"]["_id"]: (one["amount"], one["settled"]) for one in data["splitWith"]}
        assert found == {part.user: (float(part.exact), part.settled) for part in bill.main.parts}
        assert data["isSettled"] == bill.closed


def _token(user: str, secret: str) -> str:
    return tokens.forge({"id": user, "iat": 1}, secret, "HS256")
