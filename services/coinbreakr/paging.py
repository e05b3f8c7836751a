"""A page of a list."""

from dataclasses import dataclass

from bson import ObjectId


@dataclass(frozen=True, slots=True)
class Page:
    """`number` from 1, `limit` from 1 to 100."""

    number: int
    limit: int

    @property
    def skip(self) -> int:
        """How many stand before it; bounded, so that no number is too big for the database."""
        return min((self.number - 1) * self.limit, 2**31 - 1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A page of a list that is read by a cursor: the id of what stands before it."""

    limit: int
    after: ObjectId | None = None
