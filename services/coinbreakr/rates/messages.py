"""Texts of refusals about rates of exchange, with their codes."""

from typing import Final

from coinbreakr.errors import ErrorMessage

NOT_POSITIVE: Final = ErrorMessage("NUMBER_NOT_POSITIVE", '"{field}" must be greater than 0')
TOO_PRECISE: Final = ErrorMessage(
    "NUMBER_TOO_PRECISE", '"{field}" can have {places} decimal places'
)
OF_BASE: Final = ErrorMessage("RATE_OF_BASE", '"{field}" is the base: its rate is 1')
