"""Texts of refusals about balances, with their codes."""

from typing import Final

from coinbreakr.errors import ErrorMessage

NOT_A_FRIEND: Final = ErrorMessage("NOT_A_FRIEND", "User is not your friend")
