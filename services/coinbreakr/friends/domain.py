"""The rules of friendship: always mutual, entered once, without consent."""

from collections.abc import Callable, Sequence

from bson import ObjectId

from coinbreakr import text
from coinbreakr.clock import Clock
from coinbreakr.errors import Invalid, NotFound
from coinbreakr.friends import messages
from coinbreakr.friends.adding import FriendAdditions, KnownPeople, additions
from coinbreakr.friends.history import FriendHistory
from coinbreakr.friends.matching import KnownUsers, spellings
from coinbreakr.friends.model import FriendInput, PendingFriend, Result
from coinbreakr.friends.repository import PendingFriends
from coinbreakr.mongo.transactions import Transactions
from coinbreakr.users.friend_lists import FriendLists
from coinbreakr.users.model import Caller, Person
from coinbreakr.users.repository import Users


class PendingFriendService:
    """Makes friends of those who were waiting for somebody (users.domain.Invitations)."""

    def __init__(
        self,
        friend_lists: FriendLists,
        pending: PendingFriends,
        history: FriendHistory,
        transactions: Transactions,
    ) -> None:
        self._friend_lists = friend_lists
        self._pending = pending
        self._history = history
        self._transactions = transactions

    def accept(
        self, user: ObjectId, write: Callable[[], None], *, email: str = "", phone_number: str = ""
    ) -> None:
        """Run `write` and make the friendships, in one transaction.

        Who adds and who registers at the same moment do not see each other in their transactions;
        both look again after they have committed, so that the later one finds the other.
        """

        def work() -> None:
            write()
            self._join(user, email, phone_number)

        self._transactions.run(work)
        self._transactions.after_commit(lambda: self.look_again(user, email, phone_number))

    def look_again(self, user: ObjectId, email: str, phone_number: str) -> None:
        """Make friends of those who are waiting now."""
        if self._pending.reachable(email=email, phone_number=phone_number):
            self._transactions.run(lambda: self._join(user, email, phone_number))

    def _join(self, user: ObjectId, email: str, phone_number: str) -> None:
        waiting = self._pending.reachable(email=email, phone_number=phone_number)
        if waiting:
            ids = [pending.id for pending in waiting]
            adders = {pending.added_by for pending in waiting}
            self._pending.delete(ids)
            self._friend_lists.remove_pending(adders, ids)
            self._friend_lists.befriend(user, sorted(adders))
            self._history.joined(user, sorted(adders))


class FriendService:
    """A user's friends, and those who are waited for."""

    def __init__(
        self,
        users: Users,
        friend_lists: FriendLists,
        pending: PendingFriends,
        waiting: PendingFriendService,
        *,
        history: FriendHistory,
        transactions: Transactions,
        clock: Clock,
    ) -> None:
        self._users = users
        self._friend_lists = friend_lists
        self._pending = pending
        self._waiting = waiting
        self._history = history
        self._transactions = transactions
        self._clock = clock

    def all(self, caller: Caller) -> tuple[list[Person], list[PendingFriend]]:
        """Friends and pending friends, in the order in which they were added."""
        found = self._users.contacts(caller.friends)
        friends = [found[friend] for friend in caller.friends if friend in found]
        return friends, self._pending.added_by(caller.id)

    def add(self, caller: Caller, people: Sequence[FriendInput]) -> list[Result]:
        """Add people, all or none of them; what became of each, in their order."""

        def work() -> FriendAdditions:
            made = additions(people, self._known(caller, people))
            self._pending.insert(made.pending, self._clock())
            self._friend_lists.add_pending(caller.id, [pending.id for pending in made.pending])
            self._friend_lists.befriend(caller.id, made.friends)
            self._history.invited(caller.id, made.pending)
            self._history.added(caller.id, made.friends)
            return made

        made = self._transactions.run(work)
        self._transactions.after_commit(lambda: self._look_again(made.pending))
        return made.results

    def remove(self, caller: Caller, friend: ObjectId) -> None:
        """End a friendship on both sides, if there is one; expenses and groups stay."""
        if friend == caller.id:
            raise Invalid(messages.ONESELF)

        def work() -> None:
            if self._friend_lists.unfriend(caller.id, friend):
                self._history.removed(caller.id, friend)

        self._transactions.run(work)

    def remove_pending(self, caller: Caller, pending: ObjectId) -> None:
        """Wait no longer for somebody."""

        def work() -> None:
            gone = self._pending.delete_own(pending, caller.id)
            if gone is None:
                raise NotFound(messages.PENDING_NOT_FOUND)
            self._friend_lists.remove_pending([caller.id], [pending])
            self._history.uninvited(caller.id, gone)

        self._transactions.run(work)

    def _known(self, caller: Caller, people: Sequence[FriendInput]) -> KnownPeople:
        emails = {text.address(person.email) for person in people} - {""}
        phones = spellings(person.phone_number for person in people)
        fresh = self._users.caller(caller.id) or caller
        return KnownPeople(
            caller.id,
            frozenset(fresh.friends),
            KnownUsers(self._users.reachable(emails, phones)),
            self._pending.added_by(caller.id),
        )

    def _look_again(self, pending: Sequence[PendingFriend]) -> None:
        emails = {friend.email for friend in pending} - {""}
        phones = spellings(friend.phone_number for friend in pending)
        for user in self._users.reachable(emails, phones):
            self._waiting.look_again(user.id, user.email, text.trim(user.phone_number))
