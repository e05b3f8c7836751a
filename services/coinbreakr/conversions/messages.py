"""Texts of refusals about conversions, with their codes. `{field}` is the path of what is refused.

What the amounts are refused with, they share with splits.
"""

from typing import Final

from coinbreakr.errors import ErrorMessage

ONE_PERSON: Final = ErrorMessage("CONVERSION_ONE_PERSON", '"user" and "other" must be two people')
ONE_CURRENCY: Final = ErrorMessage(
    "CONVERSION_ONE_CURRENCY", '"from" and "to" must be two currencies'
)
AMOUNT_TOO_SMALL: Final = ErrorMessage(
    "AMOUNT_TOO_SMALL", '"{field}" must be at least {least:f} {currency}'
)
AMOUNT_TOO_BIG: Final = ErrorMessage(
    "AMOUNT_TOO_BIG", '"{field}" must be at most {most:f} {currency}'
)
NOTHING_OWED: Final = ErrorMessage(
    "CONVERSION_NOTHING_OWED", "The two owe each other nothing in {currency} in this group"
)
MORE_THAN_OWED: Final = ErrorMessage(
    "CONVERSION_MORE_THAN_OWED",
    '"from.amount" can be {owed:f} {currency} at most, which is owed between the two in this group',
)
