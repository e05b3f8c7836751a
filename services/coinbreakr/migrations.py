"""The migrations, in order. A number is never used twice and never taken away.

Each is a function of the feature it concerns, in that feature's `migrations.py`.
"""

from typing import Final

from coinbreakr.expenses.migrations import mend_marks
from coinbreakr.mongo.migrate import Migration

MIGRATIONS: Final[list[Migration]] = [
    Migration(1, "marks of settled expenses", mend_marks),
]
