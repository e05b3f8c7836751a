"""What happens in groups, as events."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from bson import ObjectId

from coinbreakr import money
from coinbreakr.activity.log import MOST_PEOPLE, ActivityLog
from coinbreakr.activity.model import EventDetails
from coinbreakr.groups.model import Group, GroupView, Member

People = Sequence[ObjectId]


class GroupHistory:
    """Writes down what somebody does to a group, in the transaction of the change."""

    def __init__(self, log: ActivityLog) -> None:
        self._log = log

    def created(self, actor: ObjectId, view: GroupView) -> None:
        """A group is made."""
        members = _members(view.group)
        some = {"members": members[:MOST_PEOPLE], "memberCount": len(members)}
        snapshot = {**_said(view.group), **some}
        self._record("group.created", actor, view, snapshot)

    def changed(self, actor: ObjectId, before: Group, view: GroupView) -> None:
        """It is renamed or described otherwise, or nothing of it is changed."""
        old, new = _said(before), _said(view.group)
        differences = [
            {"field": name, "old": old[name], "new": new[name]}
            for name in new
            if old[name] != new[name]
        ]
        if differences:
            self._record("group.changed", actor, view, new, changes=differences)

    def deleted(self, actor: ObjectId, group: Group) -> None:
        """It is deleted."""
        self._record("group.deleted", actor, GroupView(group, {}), _said(group))

    def added(self, actor: ObjectId, member: Member, view: GroupView) -> None:
        """Somebody is in it now."""
        snapshot = {"user": member.user, "role": member.role}
        self._record("member.added", actor, view, snapshot, subject=member.user)

    def removed(
        self, actor: ObjectId, user: ObjectId, view: GroupView, left_open: Mapping[str, Decimal]
    ) -> None:
        """Somebody is not in it any more, perhaps with something open, by currency."""
        kind = "member.left" if user == actor else "member.removed"
        amounts = {currency: money.number(amount) for currency, amount in left_open.items()}
        snapshot = {"user": user, **({"openBalances": amounts} if amounts else {})}
        self._record(kind, actor, view, snapshot, subject=user)

    def _record(
        self,
        kind: str,
        actor: ObjectId,
        view: GroupView,
        snapshot: Mapping[str, Any],
        *,
        subject: ObjectId | None = None,
        changes: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        group = view.group
        names = {user: person.name for user, person in view.people.items()}
        about = group.id if subject is None else subject
        self._log.record(
            kind,
            actor=actor,
            people={*_members(group), about} - {group.id},
            subject=about,
            group=group.id,
            snapshot=snapshot,
            details=EventDetails(group_name=group.name, names=names or None, changes=changes),
        )


def _said(group: Group) -> dict[str, str]:
    return {"name": group.name, "description": group.description}


def _members(group: Group) -> list[ObjectId]:
    return [member.user for member in group.members]
