"""A page of a list."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """`number` from 1, `limit` from 1 to 100."""

    number: int
    limit: int

    @property
    def skip(self) -> int:
        """How many stand before it; bounded, so that no number is too big for the database."""
        return min((self.number - 1) * self.limit, 2**31 - 1)
