"""Passwords as bcrypt hashes that the Node server reads too."""

import bcrypt

_LIMIT = 72  # bcrypt sees no more bytes than these


class Passwords:
    """Hashes at a cost; `$2a$` is the variant that the accounts of the Node server have."""

    def __init__(self, rounds: int = 12) -> None:
        self._rounds = rounds
        self._nobody = self.hash("nobody")

    def hash(self, password: str) -> str:
        """A new hash of the first 72 bytes of the password's UTF-8."""
        salt = bcrypt.gensalt(self._rounds, prefix=b"2a")
        return bcrypt.hashpw(_seen(password), salt).decode()

    def matches(self, password: str, hashed: str) -> bool:
        """Whether a hash (`$2a$`, `$2b$` or `$2y$`) is of this password."""
        try:
            return bcrypt.checkpw(_seen(password), hashed.encode())
        except ValueError:  # something else than a hash is stored
            return False

    def take_as_long(self, password: str) -> None:
        """Cost the time of a check, so that an unknown address answers no faster."""
        self.matches(password, self._nobody)


def _seen(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")[:_LIMIT]
