"""What a check of the stored data finds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in a document that is not as it should be, told without its content.

    `mend` puts it right, if it is still as it was found; whether that was done. Without it, a
    person has to decide.
    """

    collection: str
    id: Any
    what: str
    mend: Callable[[], bool] | None = None


Check = Callable[[], Iterator[Finding]]
