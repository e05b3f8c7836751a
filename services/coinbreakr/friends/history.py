"""What happens between friends, as events."""

from collections.abc import Collection, Sequence

from bson import ObjectId

from coinbreakr.activity.log import ActivityLog
from coinbreakr.activity.model import EventDetails
from coinbreakr.friends.model import PendingFriend


class FriendHistory:
    """Writes down who becomes whose friend, in the transaction of the change.

    Each friendship is an event of its own: friends of one person need not know each other.
    """

    def __init__(self, log: ActivityLog) -> None:
        self._log = log

    def added(self, actor: ObjectId, friends: Collection[ObjectId]) -> None:
        """Somebody has added friends."""
        self._each("friend.added", actor, [(friend, friend) for friend in friends])

    def joined(self, actor: ObjectId, adders: Collection[ObjectId]) -> None:
        """Somebody for whom others waited has an account, or a phone number, now."""
        self._each("friend.joined", actor, [(adder, actor) for adder in adders])

    def removed(self, actor: ObjectId, friend: ObjectId) -> None:
        """Somebody has ended a friendship."""
        self._each("friend.removed", actor, [(friend, friend)])

    def invited(self, actor: ObjectId, pending: Sequence[PendingFriend]) -> None:
        """Somebody waits for people; nobody else is told."""
        self._pending("friend.invited", actor, pending)

    def uninvited(self, actor: ObjectId, pending: PendingFriend) -> None:
        """Somebody waits for a person no more."""
        self._pending("friend.uninvited", actor, [pending])

    def _each(self, kind: str, actor: ObjectId, who: Sequence[tuple[ObjectId, ObjectId]]) -> None:
        """An event for each pair of who is told, and who is the friend."""
        if not who:
            return
        names = self._log.names({actor, *(friend for _, friend in who)})
        for told, friend in who:
            self._log.record(
                kind,
                actor=actor,
                people=[told],
                subject=friend,
                snapshot={"friend": friend},
                details=EventDetails(names=names),
            )

    def _pending(self, kind: str, actor: ObjectId, pending: Sequence[PendingFriend]) -> None:
        if not pending:
            return
        details = EventDetails(names=self._log.names([actor]))
        for one in pending:
            snapshot = {"name": one.name}
            self._log.record(
                kind, actor=actor, people=[], subject=one.id, snapshot=snapshot, details=details
            )
