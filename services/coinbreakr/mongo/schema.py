"""What the code needs of its database, beside the documents."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo import IndexModel
from pymongo.database import Database

Say = Callable[[str], None]
Indexes = Mapping[str, Sequence[IndexModel]]  # by collection


@dataclass(frozen=True, slots=True)
class Migration:
    """A change of stored documents, made once. Its number is never used twice nor taken away.

    `run(db, say)` may be started again after it was interrupted, and works beside servers of
    either kind that read and write: it changes documents by conditional updates.
    """

    number: int
    name: str
    run: Callable[[Database[dict[str, Any]], Say], None]


@dataclass(frozen=True, slots=True)
class Schema:
    """The indexes that are there and the migrations that have run when a server starts."""

    indexes: Indexes
    migrations: Sequence[Migration]
