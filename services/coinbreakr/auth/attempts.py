"""Whoever guesses passwords waits longer and longer; nobody is locked out by somebody else.

Counted are wrong passwords for an account from one address. After a few, that address has to wait
before its next attempt: one second, two, four, and so on up to a limit. Only an address that was
wrong itself ever waits: however many others guess at an account, its owner gets in from elsewhere
at once. Many addresses that guess at one account together have fewer free attempts each.
Unknown accounts are counted as known ones, so that a wait tells nothing.
"""

from datetime import timedelta
from typing import Final, Protocol

from coinbreakr.auth import messages
from coinbreakr.auth.repository import Failures, Wrong
from coinbreakr.clock import Clock
from coinbreakr.errors import TooMany

_UNDER_ATTACK: Final = 100  # wrong passwords for an account from anywhere, none of them a day apart
_FREE_UNDER_ATTACK: Final = 1


class Attempts(Protocol):
    """What a login asks and tells; `account` is an e-mail address as it is compared."""

    def check(self, account: str, address: str) -> None:
        """TooMany if this address has to wait."""

    def failed(self, account: str, address: str) -> None:
        """A password was wrong."""

    def succeeded(self, account: str, address: str) -> None:
        """A password was right."""


class AnyAttempts:
    """Nobody waits, as the tests and the contract's scenarios want it."""

    def check(self, account: str, address: str) -> None:
        """Nothing."""

    failed = succeeded = check


class LoginAttempts:
    """Remembers wrong passwords, and says how long to wait for the next attempt."""

    def __init__(self, failures: Failures, *, free: int, longest: int, clock: Clock) -> None:
        self._failures = failures
        self._free = free
        self._longest = longest  # seconds
        self._clock = clock

    def check(self, account: str, address: str) -> None:
        """TooMany while an address has to wait."""
        wrong = self._failures.find(account, address)
        if wrong.last is None:
            return
        wait = timedelta(seconds=delay(wrong, self._free, self._longest))
        left = (wrong.last + wait - self._clock()).total_seconds()
        if left > 0:
            raise TooMany(messages.LOGIN_DELAYED, retry_after=int(left) + 1)

    def failed(self, account: str, address: str) -> None:
        """A password was wrong."""
        self._failures.add(account, address, self._clock())

    def succeeded(self, account: str, address: str) -> None:
        """A password was right: this address begins anew."""
        self._failures.forget(account, address)


def delay(wrong: Wrong, free: int, longest: int) -> int:
    """Seconds to wait after a wrong password."""
    allowed = min(free, _FREE_UNDER_ATTACK) if wrong.from_anywhere >= _UNDER_ATTACK else free
    doublings = wrong.from_here - allowed
    if doublings < 0:
        return 0
    return longest if doublings >= longest.bit_length() else min(longest, 2**doublings)
