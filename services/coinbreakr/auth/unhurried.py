"""Hashing keeps no transaction waiting."""

from coinbreakr.auth.passwords import Gate, Passwords
from coinbreakr.mongo.transactions import Transactions


class UnhurriedPasswords(Passwords):
    """Passwords whose slow half is done outside of transactions, and once in all attempts."""

    def __init__(self, rounds: int, gate: Gate, transactions: Transactions) -> None:
        super().__init__(rounds, gate)
        self._transactions = transactions

    def hash(self, password: str) -> str:
        """A new hash."""
        return self._transactions.outside(super().hash, password)

    def matches(self, password: str, hashed: str) -> bool:
        """Whether a hash is of this password."""
        return self._transactions.outside(super().matches, password, hashed)
