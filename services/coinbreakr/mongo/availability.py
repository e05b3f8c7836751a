"""Whether the database can be reached, as the driver's monitoring of its members has it."""

import time
from typing import Any, Final

from pymongo import MongoClient
from pymongo.errors import ServerSelectionTimeoutError
from pymongo.topology_description import TopologyDescription

ELECTION_SECONDS: Final = 15.0  # the set's 10 s without a primary, its vote, and some room
_BLIP_SECONDS: Final = 1.0  # one broken connection makes a lone server unknown for a moment
_LOOK_SECONDS: Final = 0.05


class DatabaseAway(ServerSelectionTimeoutError):
    """No command was sent: the database is known to be out of reach."""


class Availability:
    """A circuit breaker: it knows from the driver's heartbeats, not from failed requests.

    Without a member that answers it opens at once; with members but no primary when an election
    takes longer than it should. It closes when a primary is seen again.
    """

    def __init__(self, client: MongoClient[dict[str, Any]]) -> None:
        self._client = client
        self._lost: float | None = None  # when the primary was first found missing
        self._good: TopologyDescription | None = None  # the driver makes a new one of each change

    def wait(self) -> None:
        """Return when commands can be sent; DatabaseAway if that is not to be expected soon."""
        while not self.serving():
            if self.away():
                raise DatabaseAway
            time.sleep(_LOOK_SECONDS)

    def serving(self) -> bool:
        """Whether there is a primary, or nobody has looked yet."""
        description = self._client.topology_description
        if description is self._good:
            return True
        if description.has_writable_server() or _untried(description):
            self._lost, self._good = None, description
            return True
        self._lost = self._lost or time.monotonic()
        return False

    def away(self) -> bool:
        """Whether requests are to be refused at once."""
        if self.serving() or self._lost is None:
            return False
        patience = ELECTION_SECONDS if self.reachable() else _BLIP_SECONDS
        return time.monotonic() - self._lost >= patience

    def reachable(self) -> bool:
        """Whether any member answers, or nobody has looked yet."""
        members = self._client.topology_description.server_descriptions().values()
        return any(m.is_server_type_known or m.error is None for m in members)


def _untried(description: TopologyDescription) -> bool:
    members = description.server_descriptions().values()
    return all(not m.is_server_type_known and m.error is None for m in members)
