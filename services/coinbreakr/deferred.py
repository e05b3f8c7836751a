"""The order of checks across layers.

Clients know which refusal comes first when several apply, and some values of a request are judged
only after rules that need the database: a wrong date of an expense after "Payer not found".
A schema declares the fields of such values as `deferred`: loading them gives a Deferred, which
the rules call when it is the value's turn. Whoever wants the value has to check it.
"""

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
Deferred = Callable[[], T]  # gives the value of a request, or raises Invalid
