"""Texts of refusals about activity, with their codes."""

from typing import Final

from coinbreakr.errors import ErrorMessage

EVENT_NOT_FOUND: Final = ErrorMessage("EVENT_NOT_FOUND", "There is no such event in your activity")
