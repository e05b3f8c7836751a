"""The rules of groups: who may see, change, join and leave one."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from bson import ObjectId

from coinbreakr import text
from coinbreakr.activity.domain import ActivityService
from coinbreakr.activity.model import EventsView
from coinbreakr.clock import Clock
from coinbreakr.errors import Forbidden, Invalid, NotFound
from coinbreakr.friends.history import FriendHistory
from coinbreakr.groups import messages
from coinbreakr.groups.history import GroupHistory
from coinbreakr.groups.model import (
    ADMIN,
    MEMBER,
    Group,
    GroupInput,
    GroupUpdate,
    GroupView,
    Member,
    MemberInput,
)
from coinbreakr.groups.repository import Groups
from coinbreakr.mongo.transactions import Transactions
from coinbreakr.paging import Stretch
from coinbreakr.users.friend_lists import FriendLists
from coinbreakr.users.model import Caller
from coinbreakr.users.repository import Users
from coinbreakr.versions import ANY, ExpectedVersions, require_current

MAX_MEMBERS: Final = 200
Amounts = Mapping[str, Decimal]  # what somebody is owed, by currency
OpenBalances = Callable[[ObjectId, ObjectId], Amounts]  # of a group and a user


def require_member(group: Group | None, user: ObjectId) -> Group:
    """The group, if there is one and the user belongs to it."""
    if group is None:
        raise NotFound(messages.NOT_FOUND)
    if group.member(user) is None:
        raise Forbidden(messages.NOT_A_MEMBER)
    return group


def new_group(
    wanted: GroupInput, creator: ObjectId, others: Sequence[ObjectId], now: datetime
) -> Group:
    """A group of who makes it, as its admin, and others."""
    roles = [(creator, ADMIN), *((user, MEMBER) for user in others)]
    if len(roles) > MAX_MEMBERS:
        raise Invalid(messages.FULL.format(max=MAX_MEMBERS))
    members = [Member(ObjectId(), user, role, now) for user, role in roles]
    return Group(
        id=ObjectId(),
        name=wanted.name,
        description=wanted.description,
        members=members,
        created_by=creator,
        is_active=True,
        created_at=now,
        updated_at=now,
        version=0,
    )


def new_member(group: Group, user: ObjectId, role: str, now: datetime) -> Member:
    """Somebody who is not in a group yet, if there is room."""
    if group.member(user) is not None:
        raise Invalid(messages.ALREADY_A_MEMBER)
    if len(group.members) >= MAX_MEMBERS:
        raise Invalid(messages.FULL.format(max=MAX_MEMBERS))
    return Member(ObjectId(), user, role, now)


def check_removal(group: Group, remover: ObjectId, user: ObjectId) -> None:
    """Refuse what only admins may, and somebody who is not there."""
    own = group.member(remover)
    if user != remover and (own is None or own.role != ADMIN):
        raise Forbidden(messages.NOT_AN_ADMIN)
    if group.member(user) is None:
        raise NotFound(messages.MEMBER_NOT_FOUND)


class GroupService:
    """Groups, as far as their members may see and change them.

    Every change reads, checks and writes in one transaction: who changes the same group at
    the same moment makes it start again.
    """

    def __init__(
        self,
        groups: Groups,
        users: Users,
        friend_lists: FriendLists,
        open_balances: OpenBalances,
        activity: ActivityService,
        *,
        history: GroupHistory,
        friend_history: FriendHistory,
        transactions: Transactions,
        clock: Clock,
    ) -> None:
        self._groups = groups
        self._users = users
        self._friend_lists = friend_lists
        self._open_balances = open_balances
        self._activity = activity
        self._history = history
        self._friend_history = friend_history
        self._transactions = transactions
        self._clock = clock

    def all(self, caller: Caller) -> list[GroupView]:
        """The caller's groups, oldest first."""
        groups = self._groups.of(caller.id)
        people = self._users.people(user for group in groups for user in _everybody(group))
        return [GroupView(group, people) for group in groups]

    def get(self, caller: Caller, group: ObjectId) -> GroupView:
        """One of them."""
        return self._view(require_member(self._groups.get(group), caller.id))

    def activity(self, caller: Caller, group: ObjectId, stretch: Stretch) -> EventsView:
        """What happened in one of them."""
        require_member(self._groups.get(group), caller.id)
        return self._activity.of_group(caller, group, stretch)

    def create(self, caller: Caller, wanted: GroupInput) -> GroupView:
        """A new group; those in it become friends of who made it."""
        people = self._users.people([caller.id, *wanted.members])
        members = [user for user in dict.fromkeys(wanted.members) if user in people]
        others = [user for user in members if user != caller.id]
        view = GroupView(new_group(wanted, caller.id, others, self._clock()), people)

        def work() -> None:
            self._groups.insert(view.group)
            self._history.created(caller.id, view)
            self._befriend(caller, others)

        self._transactions.run(work)
        return view

    def change(
        self,
        caller: Caller,
        group: ObjectId,
        update: GroupUpdate,
        *,
        expected: ExpectedVersions = ANY,
    ) -> GroupView:
        """Rename or describe it; every member may."""

        def work(found: Group) -> GroupView:
            require_current(found.stored_version, expected)
            view = self._view(self._groups.change(found.id, update, self._clock()))
            self._history.changed(caller.id, found, view)
            return view

        return self._changed(caller, group, work)

    def delete(self, caller: Caller, group: ObjectId, *, expected: ExpectedVersions = ANY) -> None:
        """Hide it; only who made it may, member or not."""

        def work() -> None:
            found = self._groups.get(group)
            if found is None:
                raise NotFound(messages.NOT_FOUND)
            if found.created_by != caller.id:
                raise Forbidden(messages.NOT_THE_CREATOR)
            require_current(found.stored_version, expected)
            self._groups.hide(group, self._clock())
            self._history.deleted(caller.id, found)

        self._transactions.run(work)

    def add_member(self, caller: Caller, group: ObjectId, wanted: MemberInput) -> GroupView:
        """Add a user by address; the two become friends."""

        def work(found: Group) -> GroupView:
            user = self._users.by_email(text.address(wanted.email))
            if user is None:
                raise NotFound(messages.USER_NOT_FOUND)
            now = self._clock()
            member = new_member(found, user.id, wanted.role, now)
            view = self._view(self._groups.add_member(found.id, member, now))
            self._history.added(caller.id, member, view)
            self._befriend(caller, [user.id])
            return view

        return self._changed(caller, group, work)

    def remove_member(
        self, caller: Caller, group: ObjectId, user: ObjectId
    ) -> tuple[GroupView, Amounts]:
        """Take somebody out: admins anybody, members themselves. The debts stay as they are."""

        def work() -> tuple[GroupView, Amounts]:
            found = require_member(self._groups.get(group), caller.id)
            check_removal(found, caller.id, user)
            return self._without(caller, found, user)

        return self._transactions.run(work)

    def leave(self, caller: Caller, group: ObjectId) -> Amounts:
        """Take oneself out; the creator and the last member may. What is left open."""

        def work() -> Amounts:
            found = self._groups.get(group)
            if found is None:
                raise NotFound(messages.NOT_FOUND)
            if found.member(caller.id) is None:
                raise Invalid(messages.NO_MEMBER_TO_LEAVE)
            return self._without(caller, found, caller.id)[1]

        return self._transactions.run(work)

    def _changed(
        self, caller: Caller, group: ObjectId, work: Callable[[Group], GroupView]
    ) -> GroupView:
        return self._transactions.run(
            lambda: work(require_member(self._groups.get(group), caller.id))
        )

    def _without(self, caller: Caller, group: Group, user: ObjectId) -> tuple[GroupView, Amounts]:
        """The group without a member, and what is open of the member there at that moment."""
        view = self._view(self._groups.remove_member(group.id, user, self._clock()), user)
        left_open = self._open_balances(group.id, user)
        self._history.removed(caller.id, user, view, left_open)
        return view, left_open

    def _befriend(self, caller: Caller, others: Sequence[ObjectId]) -> None:
        new = set(others) - {caller.id, *caller.friends}
        if new:
            fresh = self._users.caller(caller.id) or caller
            new -= set(fresh.friends)
            self._friend_lists.befriend(caller.id, [user for user in others if user in new])
            self._friend_history.added(caller.id, [user for user in others if user in new])

    def _view(self, group: Group, *others: ObjectId) -> GroupView:
        return GroupView(group, self._users.people([*_everybody(group), *others]))


def _everybody(group: Group) -> Iterable[ObjectId]:
    return (group.created_by, *(member.user for member in group.members))
