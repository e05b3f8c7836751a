"""Passwords as bcrypt hashes that the Node server reads too."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Final, Protocol, TypeVar

import bcrypt

T = TypeVar("T")
Limiter = Callable[[], AbstractContextManager[object]]
_MOST_BYTES: Final = 72  # bcrypt reads no more of a password
_HASH: Final = re.compile(r"\$2[aby]\$(?P<cost>0[4-9]|1[0-6])\$[./A-Za-z0-9]{53}", re.ASCII)
_NO_HASH: Final = ""
_SALT: Final = "$2a${cost:02}$......................"


class Outside(Protocol):
    """Calls a slow function while no transaction is open (`Transactions.outside`)."""

    def __call__(self, function: Callable[..., T], *arguments: object) -> T:
        """What `function(*arguments)` returns."""


def _at_once(function: Callable[..., T], *arguments: object) -> T:
    return function(*arguments)


class Passwords:
    """Hashes at a cost; `$2a$` is the variant that the accounts of the Node server have.

    All hashing is done by way of `outside`, so that no transaction is kept open meanwhile, and
    inside of `limiter`, which may refuse it.
    """

    def __init__(
        self, rounds: int = 12, limiter: Limiter = nullcontext, outside: Outside = _at_once
    ) -> None:
        self._rounds = rounds
        self._highest_cost = rounds  # of the hashes seen so far
        self._limiter = limiter
        self._outside = outside

    def hash(self, password: str) -> str:
        """A new hash of the first 72 bytes of the password's UTF-8."""
        return self._outside(self._hash, password)

    def matches(self, password: str, hashed: str) -> bool:
        """Whether a hash (`$2a$`, `$2b$` or `$2y$`) is of this password.

        It takes the work of the highest cost, whatever the cost of this hash and whether it is one.
        """
        return self._outside(self._matches, password, hashed)

    def simulate_check(self, password: str) -> None:
        """Do the work of `matches` where there is no hash, so that the answer comes no faster."""
        self.matches(password, _NO_HASH)

    def _hash(self, password: str) -> str:
        with self._limiter():
            salt = bcrypt.gensalt(self._rounds, prefix=b"2a")
            return bcrypt.hashpw(_bytes(password), salt).decode()

    def _matches(self, password: str, hashed: str) -> bool:
        parsed = _HASH.fullmatch(hashed)
        with self._limiter():
            if parsed is None:
                self._work(password, self._highest_cost)
                return False
            cost = int(parsed["cost"])
            self._highest_cost = max(self._highest_cost, cost)
            same = bcrypt.checkpw(_bytes(password), hashed.encode())
            # 2**cost are done; with 2**cost + 2**(cost+1) + ... they become 2**highest.
            for missing in range(cost, self._highest_cost):
                self._work(password, missing)
            return same

    def _work(self, password: str, cost: int) -> None:
        bcrypt.hashpw(_bytes(password), _SALT.format(cost=cost).encode())


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")[:_MOST_BYTES]
