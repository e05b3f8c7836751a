"""Texts of refusals about plans, with their codes."""

from typing import Final

from coinbreakr.errors import ErrorMessage

STRATEGY_INVALID: Final = ErrorMessage(
    "STRATEGY_INVALID", "Strategy must be pairwise, greedy, minimal or existing-edges"
)
