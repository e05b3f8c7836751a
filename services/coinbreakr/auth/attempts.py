"""The delay after wrong passwords, which slows guessing down and locks no owner out.

Wrong passwords are counted by account and address. After a few free ones an address has to wait
before its next attempt at this account: one second, two, four, and so on up to a limit. Wrong
passwords from elsewhere delay nobody: an owner gets in from another address at once. Only the
number of free attempts sinks for all addresses while an account is under attack from many.
Unknown accounts are counted like known ones, so that a delay does not tell them apart.
"""

from datetime import timedelta
from typing import Final, Protocol

from coinbreakr.auth import messages
from coinbreakr.auth.model import FailedLogins
from coinbreakr.auth.repository import LoginFailures
from coinbreakr.clock import Clock
from coinbreakr.errors import TooMany

_UNDER_ATTACK: Final = 100  # wrong passwords for an account from anywhere, none of them a day apart
_FREE_UNDER_ATTACK: Final = 1


class Attempts(Protocol):
    """What a login asks and reports; `account` is an e-mail address as it is compared."""

    def check(self, account: str, address: str) -> None:
        """TooMany if this address has to wait."""

    def failed(self, account: str, address: str) -> None:
        """A password was wrong."""

    def succeeded(self, account: str, address: str) -> None:
        """A password was right."""


class UnlimitedAttempts:
    """Nobody waits: outside of production, and where the contract's scenarios are replayed."""

    def check(self, account: str, address: str) -> None:
        """Let everybody through."""

    failed = succeeded = check


class LoginAttempts:
    """Counts wrong passwords, and delays the next attempt."""

    def __init__(self, failures: LoginFailures, *, free: int, longest: int, clock: Clock) -> None:
        self._failures = failures
        self._free = free
        self._longest = longest  # seconds
        self._clock = clock

    def check(self, account: str, address: str) -> None:
        """TooMany while an address has to wait."""
        failed = self._failures.find(account, address)
        if failed.last is None:
            return
        wait = timedelta(seconds=delay(failed, self._free, self._longest))
        left = (failed.last + wait - self._clock()).total_seconds()
        if left > 0:
            raise TooMany(messages.LOGIN_DELAYED, retry_after=int(left) + 1)

    def failed(self, account: str, address: str) -> None:
        """Count a wrong password."""
        self._failures.add(account, address, self._clock())

    def succeeded(self, account: str, address: str) -> None:
        """Forget the wrong passwords from an address."""
        self._failures.forget(account, address)


def delay(failed: FailedLogins, free: int, longest: int) -> int:
    """Seconds to wait after the last wrong password."""
    allowed = min(free, _FREE_UNDER_ATTACK) if failed.from_anywhere >= _UNDER_ATTACK else free
    doublings = failed.from_address - allowed
    if doublings < 0:
        return 0
    return min(longest, 1 << min(doublings, longest.bit_length()))
