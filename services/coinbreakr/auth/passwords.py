"""Passwords as bcrypt hashes that the Node server reads too."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Final

import bcrypt

Gate = Callable[[], AbstractContextManager[object]]
_LIMIT: Final = 72  # bcrypt sees no more bytes than these
_HASH: Final = re.compile(r"\$2[aby]\$(?P<cost>0[4-9]|1[0-6])\$[./A-Za-z0-9]{53}", re.ASCII)
_NO_HASH: Final = ""
_SALT: Final = "$2a${cost:02}$......................"


class Passwords:
    """Hashes at a cost; `$2a$` is the variant that the accounts of the Node server have.

    All work is done inside of `gate`, which may refuse it.
    """

    def __init__(self, rounds: int = 12, gate: Gate = nullcontext) -> None:
        self._rounds = rounds
        self._highest = rounds  # cost of a hash seen so far
        self._gate = gate

    def hash(self, password: str) -> str:
        """A new hash of the first 72 bytes of the password's UTF-8."""
        with self._gate():
            salt = bcrypt.gensalt(self._rounds, prefix=b"2a")
            return bcrypt.hashpw(_seen(password), salt).decode()

    def matches(self, password: str, hashed: str) -> bool:
        """Whether a hash (`$2a$`, `$2b$` or `$2y$`) is of this password.

        It takes the work of the highest cost, whatever the cost of this hash and whether it is one.
        """
        parsed = _HASH.fullmatch(hashed)
        with self._gate():
            if parsed is None:
                self._work(password, self._highest)
                return False
            cost = int(parsed["cost"])
            self._highest = max(self._highest, cost)
            same = bcrypt.checkpw(_seen(password), hashed.encode())
            # 2**cost are done; with 2**cost + 2**(cost+1) + ... they become 2**highest.
            for missing in range(cost, self._highest):
                self._work(password, missing)
            return same

    def take_as_long(self, password: str) -> None:
        """Do the work of a check, so that an unknown address answers no faster."""
        self.matches(password, _NO_HASH)

    def _work(self, password: str, cost: int) -> None:
        bcrypt.hashpw(_seen(password), _SALT.format(cost=cost).encode())


def _seen(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")[:_LIMIT]
