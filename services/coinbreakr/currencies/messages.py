"""Texts of refusals about currencies and rates, with their codes.

`{field}` is the path of what is refused.
"""

from typing import Final

from coinbreakr.errors import ErrorMessage

UNKNOWN: Final = ErrorMessage("CURRENCY_UNKNOWN", '"{field}" must be a code of ISO 4217')
