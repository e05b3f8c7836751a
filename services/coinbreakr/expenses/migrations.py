"""Changes of stored expenses, made once by `coinbreakr migrate`."""

from collections.abc import Callable
from typing import Any

from pymongo.database import Database

from coinbreakr.clock import utc_now
from coinbreakr.expenses.checks import MarkCheck
from coinbreakr.expenses.repository import Expenses


def mend_marks(db: Database[dict[str, Any]], say: Callable[[str], None]) -> None:
    """Make every mark `isSettled` say what the shares say: balances read only what is not marked.

    `coinbreakr verify --fix` does the same for what the Node server leaves behind later.
    """
    expenses = Expenses(db)
    cleared = expenses.clear_unreadable_marks()
    mended = [finding.mend() for finding in MarkCheck(expenses, utc_now)() if finding.mend]
    say(f"{cleared + sum(mended)} marks of settled expenses mended")


def store_units(db: Database[dict[str, Any]], say: Callable[[str], None]) -> None:
    """Store minor units beside the amounts of open expenses.

    Balances add them up as they are. What the Node server writes without them later is counted
    share by share, and where amounts are uneven one by one.
    """
    say(f"{Expenses(db).store_units()} expenses have minor units now")
