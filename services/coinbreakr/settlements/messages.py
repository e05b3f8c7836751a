"""Texts of refusals about settlements, with their codes."""

from typing import Final

from coinbreakr.errors import ErrorMessage

MALFORMED_ID: Final = ErrorMessage("SETTLEMENT_ID_INVALID", "Invalid settlement ID format")
NOT_FOUND: Final = ErrorMessage("SETTLEMENT_NOT_FOUND", "Settlement not found")
NOT_YOURS_TO_SEE: Final = ErrorMessage(
    "SETTLEMENT_NOT_YOURS", "Not authorized to view this settlement"
)
NOT_YOURS_TO_RECORD: Final = ErrorMessage(
    "SETTLEMENT_NOT_YOURS_TO_RECORD", "Only who has paid or who was paid can record a settlement"
)
NOT_YOURS_TO_CONFIRM: Final = ErrorMessage(
    "SETTLEMENT_NOT_YOURS_TO_CONFIRM", "Only who was paid can confirm or reject a settlement"
)
NOT_YOURS_TO_VOID: Final = ErrorMessage(
    "SETTLEMENT_NOT_YOURS_TO_VOID", "Only who has paid or who was paid can void a settlement"
)
NOT_PENDING: Final = ErrorMessage(
    "SETTLEMENT_NOT_PENDING", "This settlement is {status}; only a pending one can be changed so"
)
NOT_COUNTED: Final = ErrorMessage(
    "SETTLEMENT_NOT_COUNTED", "This settlement is {status}; only a counted one can be voided"
)
ONESELF: Final = ErrorMessage("SETTLEMENT_WITH_ONESELF", '"from" and "to" must be two people')
PERSON_NOT_FOUND: Final = ErrorMessage("PERSON_NOT_FOUND", "There is no such person")
PERSON_DEACTIVATED: Final = ErrorMessage(
    "PERSON_DEACTIVATED", "This person has closed the account, so nothing can be recorded with them"
)
NOT_A_FRIEND: Final = ErrorMessage(
    "NOT_A_FRIEND",
    "You can settle only with a friend, or with somebody with whom something is open",
)
PERSON_NOT_IN_GROUP: Final = ErrorMessage(
    "PERSON_NOT_IN_GROUP", "Both must be members of the group, or have something open in it"
)
AMOUNT_NOT_OPEN: Final = ErrorMessage(
    "SETTLEMENT_AMOUNT_NOT_OPEN",
    '"amount" must be {sum:f} {currency}, which is what is open in "expenses"',
)
EXPENSE_TWICE: Final = ErrorMessage(
    "SETTLEMENT_EXPENSE_TWICE", '"{field}" names an expense for the second time'
)
EXPENSE_NOT_OPEN: Final = ErrorMessage(
    "SETTLEMENT_EXPENSE_NOT_OPEN", 'In "{field}" nothing is open that "from" owes "to"'
)
EXPENSE_CURRENCY: Final = ErrorMessage(
    "SETTLEMENT_EXPENSE_CURRENCY", '"{field}" is in {currency}, not in the currency that is paid'
)
EXPENSE_GROUP: Final = ErrorMessage(
    "SETTLEMENT_EXPENSE_GROUP", '"{field}" is not an expense of this group'
)
SHARES_CHANGED: Final = ErrorMessage(
    "SETTLEMENT_SHARES_CHANGED", "The shares of this settlement have been changed since"
)
AMOUNT_TOO_BIG: Final = ErrorMessage(
    "AMOUNT_TOO_BIG", '"amount" must be at most {most:f} {currency}'
)
STATUS_INVALID: Final = ErrorMessage(
    "SETTLEMENT_STATUS_INVALID", '"status" must be counted, pending, rejected or void'
)
