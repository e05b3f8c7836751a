"""Texts of refusals about splits, with their codes. `{field}` is the path of what is refused."""

from typing import Final

from coinbreakr.errors import ErrorMessage

METHOD_INVALID: Final = ErrorMessage("SPLIT_METHOD_INVALID", '"{field}" must be one of {choices}')
NOBODY: Final = ErrorMessage("SPLIT_AMONG_NOBODY", '"{field}" must name somebody')
TOO_MANY_PARTICIPANTS: Final = ErrorMessage(
    "SPLIT_TOO_MANY_PARTICIPANTS", '"{field}" can name {max} people at most'
)
PARTICIPANT_TWICE: Final = ErrorMessage(
    "SPLIT_PARTICIPANT_TWICE", '"{field}" names somebody for the second time'
)
PLACES: Final = ErrorMessage(
    "AMOUNT_TOO_PRECISE", '"{field}" can have {places} decimal places in {currency}'
)
DECIMALS: Final = ErrorMessage("NUMBER_TOO_PRECISE", '"{field}" can have {places} decimal places')
NEGATIVE: Final = ErrorMessage("NUMBER_NEGATIVE", '"{field}" cannot be negative')
NOT_POSITIVE: Final = ErrorMessage("NUMBER_NOT_POSITIVE", '"{field}" must be greater than 0')
SUM_TOO_SMALL: Final = ErrorMessage(
    "SPLIT_SUM_TOO_SMALL",
    '"{field}" must add up to the amount: {difference:f} {currency} are missing',
)
SUM_TOO_BIG: Final = ErrorMessage(
    "SPLIT_SUM_TOO_BIG",
    '"{field}" must add up to the amount: {difference:f} {currency} are too much',
)
PERCENT_SUM: Final = ErrorMessage(
    "SPLIT_PERCENT_SUM", '"{field}" must add up to 100 percent, not {sum:f}'
)
BELOW_ZERO: Final = ErrorMessage(
    "SPLIT_ADJUSTED_BELOW_ZERO", '"{field}" would make this person owe less than nothing'
)
ITEMS_FREE: Final = ErrorMessage("SPLIT_ITEMS_FREE", '"{field}" must add up to more than 0')
NAMES_TOO_LONG: Final = ErrorMessage(
    "SPLIT_NAMES_TOO_LONG", '"{field}" can have {max} characters in all names together'
)
NAMED_TOO_OFTEN: Final = ErrorMessage(
    "SPLIT_NAMED_TOO_OFTEN", '"{field}" can name people {max} times in all items together'
)
REFUND_TOO_BIG: Final = ErrorMessage(
    "REFUND_TOO_BIG", '"{field}" can be {most:f} {currency} at most, which is left of the expense'
)

# What `divide` can refuse.
REFUSALS: Final = (
    NOBODY, TOO_MANY_PARTICIPANTS, PARTICIPANT_TWICE, PLACES, DECIMALS, NEGATIVE, NOT_POSITIVE,
    SUM_TOO_SMALL, SUM_TOO_BIG, PERCENT_SUM, BELOW_ZERO, ITEMS_FREE, NAMES_TOO_LONG,
    NAMED_TOO_OFTEN,
)  # fmt: skip
