"""The rules of groups: who may see, change, join and leave one."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from bson import ObjectId

from coinbreakr import ids, text
from coinbreakr.clock import Clock
from coinbreakr.errors import Forbidden, Invalid, NotFound
from coinbreakr.groups import messages
from coinbreakr.groups.model import ADMIN, MEMBER, Group, Member
from coinbreakr.groups.repository import Groups
from coinbreakr.mongo.transactions import Transactions
from coinbreakr.users.model import Caller, Person
from coinbreakr.users.repository import Users
from coinbreakr.versions import ANY, Held, require_current

MAX_MEMBERS: Final = 200


@dataclass(frozen=True, slots=True)
class Shown:
    """A group and the people in it as they are now."""

    group: Group
    people: dict[ObjectId, Person]

    @property
    def version(self) -> str:
        """Of the group as it is stored; "" for one that was made just now."""
        return version_of(self.group)


def version_of(group: Group) -> str:
    """Changes with anything that is stored of a group; "" for one that was made just now."""
    return "" if group.revision is None else group.revision.version


def require_member(group: Group | None, user: ObjectId) -> Group:
    """The group, if there is one and the user belongs to it."""
    if group is None:
        raise NotFound(messages.NOT_FOUND)
    if group.member(user) is None:
        raise Forbidden(messages.NOT_A_MEMBER)
    return group


class GroupService:
    """Groups, as far as their members may see and change them.

    Every change reads, checks and writes in one transaction: who changes the same group at
    the same moment makes it start again.
    """

    def __init__(
        self, groups: Groups, users: Users, transactions: Transactions, clock: Clock
    ) -> None:
        self._groups = groups
        self._users = users
        self._transactions = transactions
        self._clock = clock

    def all(self, caller: Caller) -> list[Shown]:
        """The caller's groups, oldest first."""
        groups = self._groups.of(caller.id)
        people = self._users.people(user for group in groups for user in _everybody(group))
        return [Shown(group, people) for group in groups]

    def get(self, caller: Caller, group: ObjectId) -> Shown:
        """One of them."""
        return self._show(require_member(self._groups.get(group), caller.id))

    def create(
        self, caller: Caller, *, name: str, description: str, members: Sequence[str]
    ) -> Shown:
        """A new group; those in it become friends of who made it."""
        wanted = [ids.require(member, messages.MALFORMED_MEMBER_ID) for member in members]
        known = self._users.people(wanted)
        others = [user for user in dict.fromkeys(wanted) if user in known and user != caller.id]
        now = self._clock()
        roles = [(caller.id, ADMIN), *((user, MEMBER) for user in others)]
        if len(roles) > MAX_MEMBERS:
            raise Invalid(messages.FULL.format(max=MAX_MEMBERS))
        enrolled = [Member(ObjectId(), user, role, now) for user, role in roles]
        group = Group(ObjectId(), name, description, enrolled, caller.id, True, now, now, version=0)

        def work() -> None:
            self._groups.insert(group)
            self._befriend(caller, others)

        self._transactions.run(work)
        return self._show(group)

    def change(
        self,
        caller: Caller,
        group: ObjectId,
        *,
        name: str | None,
        description: str | None,
        held: Held = ANY,
    ) -> Shown:
        """Rename or describe it; every member may."""

        def work(found: Group) -> None:
            require_current(version_of(found), held)
            self._groups.change(found.id, name=name, description=description, now=self._clock())

        return self._changed(caller, group, work)

    def delete(self, caller: Caller, group: ObjectId, *, held: Held = ANY) -> None:
        """Hide it; only who made it may, member or not."""

        def work() -> None:
            found = self._groups.get(group)
            if found is None:
                raise NotFound(messages.NOT_FOUND)
            if found.created_by != caller.id:
                raise Forbidden(messages.NOT_THE_CREATOR)
            require_current(version_of(found), held)
            self._groups.hide(group, self._clock())

        self._transactions.run(work)

    def add_member(self, caller: Caller, group: ObjectId, *, email: str, role: str) -> Shown:
        """Add a user by address; the two become friends."""

        def work(found: Group) -> None:
            user = self._users.by_email(text.address(email))
            if user is None:
                raise NotFound(messages.USER_NOT_FOUND)
            if found.member(user.id) is not None:
                raise Invalid(messages.ALREADY_A_MEMBER)
            if len(found.members) >= MAX_MEMBERS:
                raise Invalid(messages.FULL.format(max=MAX_MEMBERS))
            now = self._clock()
            self._groups.add_member(found.id, Member(ObjectId(), user.id, role, now), now)
            self._befriend(caller, [user.id])

        return self._changed(caller, group, work)

    def remove_member(self, caller: Caller, group: ObjectId, user: ObjectId) -> Shown:
        """Take somebody out: admins anybody, members themselves."""

        def work(found: Group) -> None:
            own = found.member(caller.id)
            if user != caller.id and (own is None or own.role != ADMIN):
                raise Forbidden(messages.NOT_AN_ADMIN)
            if found.member(user) is None:
                raise NotFound(messages.MEMBER_NOT_FOUND)
            self._groups.remove_member(found.id, user, self._clock())

        return self._changed(caller, group, work)

    def leave(self, caller: Caller, group: ObjectId) -> None:
        """Take oneself out; the creator and the last member may."""

        def work() -> None:
            found = self._groups.get(group)
            if found is None:
                raise NotFound(messages.NOT_FOUND)
            if found.member(caller.id) is None:
                raise Invalid(messages.NO_MEMBER_TO_LEAVE)
            self._groups.remove_member(group, caller.id, self._clock())

        self._transactions.run(work)

    def _changed(self, caller: Caller, group: ObjectId, work: Callable[[Group], None]) -> Shown:
        def change() -> Group:
            work(require_member(self._groups.get(group), caller.id))
            changed = self._groups.get(group)
            assert changed is not None  # this transaction holds it
            return changed

        return self._show(self._transactions.run(change))

    def _befriend(self, caller: Caller, others: Sequence[ObjectId]) -> None:
        friends = set(caller.friends)
        self._users.befriend(caller.id, [user for user in others if user not in friends])

    def _show(self, group: Group) -> Shown:
        return Shown(group, self._users.people(_everybody(group)))


def _everybody(group: Group) -> Iterable[ObjectId]:
    return (group.created_by, *(member.user for member in group.members))
