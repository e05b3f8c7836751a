"""Texts of refusals about expenses, with their codes."""

from typing import Final

from coinbreakr.errors import ErrorMessage

MALFORMED_ID: Final = ErrorMessage("EXPENSE_ID_INVALID", "Invalid expense ID format")
MALFORMED_PAYER: Final = ErrorMessage("PAYER_ID_INVALID", "Invalid payer ID format")
MALFORMED_GROUP: Final = ErrorMessage("GROUP_ID_INVALID", "Invalid group ID format")
MALFORMED_FRIEND: Final = ErrorMessage("FRIEND_ID_INVALID", "Invalid friendId format")
NOT_FOUND: Final = ErrorMessage("EXPENSE_NOT_FOUND", "Expense not found")
NOT_YOURS_TO_SEE: Final = ErrorMessage("EXPENSE_NOT_YOURS", "Not authorized to view this expense")
NOT_YOURS_TO_CHANGE: Final = ErrorMessage(
    "EXPENSE_NOT_YOURS_TO_CHANGE", "Only the creator or the person who paid can update this expense"
)
NOT_YOURS_TO_DELETE: Final = ErrorMessage(
    "EXPENSE_NOT_YOURS_TO_DELETE", "Only the creator or the person who paid can delete this expense"
)
NOT_YOURS_TO_RESTORE: Final = ErrorMessage(
    "EXPENSE_NOT_YOURS_TO_RESTORE",
    "Only the creator or the person who paid can restore this expense",
)
NOT_DELETED: Final = ErrorMessage("EXPENSE_NOT_DELETED", "This expense is not deleted")
NOT_YOURS_TO_SETTLE: Final = ErrorMessage(
    "EXPENSE_NOT_YOURS_TO_SETTLE", "Not authorized to settle this expense"
)
SETTLED: Final = ErrorMessage("EXPENSE_SETTLED", "Cannot update a settled expense")
ALREADY_SETTLED: Final = ErrorMessage("SHARE_ALREADY_SETTLED", "This split is already settled")
PAYMENT_NOT_TO_SETTLE: Final = ErrorMessage(
    "PAYMENT_NOT_TO_SETTLE", "This is a payment, which counts as it is; only debts can be settled"
)
CONVERSION_NOT_TO_SETTLE: Final = ErrorMessage(
    "CONVERSION_NOT_TO_SETTLE", "This gives back what was converted; only debts can be settled"
)
CONVERSION_NOT_TO_CHANGE: Final = ErrorMessage(
    "CONVERSION_NOT_TO_CHANGE", "A conversion cannot be changed; delete it and make another"
)
CHANGED_BY_OTHERS: Final = ErrorMessage(
    "EXPENSE_CHANGED_BY_OTHERS", "This expense is being changed by others, please try again"
)
INCOMPLETE: Final = ErrorMessage(
    "EXPENSE_INCOMPLETE", "Description, amount, and at least one split partner are required"
)
GROUP_NOT_FOUND: Final = ErrorMessage("GROUP_NOT_FOUND", "Group not found")
NOT_A_MEMBER: Final = ErrorMessage("NOT_A_MEMBER", "You are not a member of this group")
PAYER_NOT_A_MEMBER: Final = ErrorMessage(
    "PAYER_NOT_A_MEMBER", "The person who paid must be a member of the group"
)
PAYER_NOT_FOUND: Final = ErrorMessage("PAYER_NOT_FOUND", "Payer not found")
PAYER_NOT_A_FRIEND: Final = ErrorMessage(
    "PAYER_NOT_A_FRIEND", "The person who paid must be your friend"
)
PARTICIPANT_NOT_A_MEMBER: Final = ErrorMessage(
    "PARTICIPANT_NOT_A_MEMBER", "All split partners must be members of the group"
)
PARTICIPANT_NOT_A_FRIEND: Final = ErrorMessage(
    "PARTICIPANT_NOT_A_FRIEND",
    "All split partners must be your friends, yourself, or the person who paid",
)
PARTICIPANT_UNKNOWN: Final = ErrorMessage(
    "PARTICIPANT_UNKNOWN", "All split partners must be {who} or already in the expense"
)
SHARE_INCOMPLETE: Final = ErrorMessage(
    "SHARE_INCOMPLETE", "Each split must have both user and amount"
)
SHARE_AMOUNT_INVALID: Final = ErrorMessage(
    "SHARE_AMOUNT_INVALID", "Split amount must be a valid number"
)
SHARE_AMOUNT_NEGATIVE: Final = ErrorMessage(
    "SHARE_AMOUNT_NEGATIVE", "Split amount cannot be negative"
)
SHARE_AMOUNT_TOO_SMALL: Final = ErrorMessage(
    "SHARE_AMOUNT_TOO_SMALL", "Split amount must be 0 or at least {least:f} {currency}"
)
SHARES_TOO_MANY: Final = ErrorMessage(
    "SHARES_TOO_MANY", "An expense can be split into {max} parts at most"
)
SHARES_UNEQUAL: Final = ErrorMessage(
    "SHARES_UNEQUAL", "Split amounts must equal the total expense amount"
)
SHARE_TWICE: Final = ErrorMessage("PARTICIPANT_TWICE", "Each participant can have 1 part only")
SPLIT_AND_SHARES: Final = ErrorMessage(
    "SPLIT_AND_SHARES", 'Either "split" or "splitWith" can be given, not both'
)
PAYERS_AND_PAYER: Final = ErrorMessage(
    "PAYERS_AND_PAYER", 'Either "payers" or "paidBy" can be given, not both'
)
PAYERS_MISSING: Final = ErrorMessage("PAYERS_MISSING", '"{field}" must name somebody')
PAYER_TWICE: Final = ErrorMessage("PAYER_TWICE", '"{field}" names somebody for the second time')
PAYER_UNKNOWN: Final = ErrorMessage(
    "PAYER_UNKNOWN", "All who paid must be {who} or already in the expense"
)
PAID_NOTHING: Final = ErrorMessage("PAID_NOTHING", '"{field}" must be greater than 0')
PAID_TOO_LITTLE: Final = ErrorMessage(
    "PAID_TOO_LITTLE", '"payers" must add up to the amount: {difference:f} {currency} are missing'
)
PAID_TOO_MUCH: Final = ErrorMessage(
    "PAID_TOO_MUCH", '"payers" must add up to the amount: {difference:f} {currency} are too much'
)
OWED_TOO_LITTLE: Final = ErrorMessage(
    "OWED_TOO_LITTLE",
    '"splitWith" must add up to the amount: {difference:f} {currency} are missing',
)
OWED_TOO_MUCH: Final = ErrorMessage(
    "OWED_TOO_MUCH", '"splitWith" must add up to the amount: {difference:f} {currency} are too much'
)
KIND_INVALID: Final = ErrorMessage("KIND_INVALID", '"kind" must be one of refund, loan')
KIND_FIXED: Final = ErrorMessage(
    "EXPENSE_KIND_FIXED",
    "Of a refund only the texts, category and date can change; delete it and record another",
)
PAYMENT_OF_ONE: Final = ErrorMessage(
    "PAYMENT_OF_ONE", "Who has paid cannot be changed of a payment; undo it and record another"
)
LOAN_OF_TWO: Final = ErrorMessage("LOAN_OF_TWO", "A loan is from one person to one other")
REFUND_OF_KIND: Final = ErrorMessage(
    "REFUND_OF_KIND_INVALID", "Only an expense can be refunded, no refund and no loan"
)
REFUND_OF_ALONE: Final = ErrorMessage(
    "REFUND_OF_ALONE",
    'With "refundOf" the kind is "refund", and who pays and bears what is that of the expense',
)
TOO_PRECISE: Final = ErrorMessage(
    "AMOUNT_TOO_PRECISE", '"{field}" can have {places} decimal places in {currency}'
)
ORIGINAL_CURRENCY: Final = ErrorMessage("CURRENCY_UNKNOWN", '"{field}" must be a code of ISO 4217')
ORIGINAL_NOTHING: Final = ErrorMessage("NUMBER_NOT_POSITIVE", '"{field}" must be greater than 0')
ORIGINAL_WORTH: Final = ErrorMessage(
    "ORIGINAL_NOT_THE_AMOUNT",
    '"original" must become the amount: at its rate it is {worth:f} {currency}',
)
ID_TAKEN: Final = ErrorMessage("EXPENSE_ID_TAKEN", "There is another expense with this id")
SETTLED_INVALID: Final = ErrorMessage("SETTLED_INVALID", "settled must be true or false")
AMOUNT_INVALID: Final = ErrorMessage(
    "AMOUNT_INVALID", "Amount must be a valid number greater than 0"
)
AMOUNT_TOO_SMALL: Final = ErrorMessage("AMOUNT_TOO_SMALL", "Amount must be at least {least:f}")
AMOUNT_TOO_BIG: Final = ErrorMessage("AMOUNT_TOO_BIG", "Amount must be at most {most:f} {currency}")
CURRENCY_INVALID: Final = ErrorMessage(
    "CURRENCY_INVALID", "Currency must be a code of at most 3 characters"
)
CURRENCY_UNKNOWN: Final = ErrorMessage("CURRENCY_UNKNOWN", '"currency" must be a code of ISO 4217')
CATEGORY_INVALID: Final = ErrorMessage("CATEGORY_INVALID", "Category must be one of {choices}")
DATE_INVALID: Final = ErrorMessage("DATE_INVALID", "Invalid date format")
TEXT_TOO_LONG: Final = ErrorMessage(
    "FIELD_TOO_LONG", "{field} cannot be more than {max} characters"
)
TEXT_MISSING: Final = ErrorMessage("TEXT_MISSING", "Please provide a {field}")

# What is wrong with the body of a new expense or a change, or does not go together.
_VALUES: Final = (
    SHARE_INCOMPLETE, SHARE_AMOUNT_INVALID, SHARE_AMOUNT_NEGATIVE, SHARE_AMOUNT_TOO_SMALL,
    SHARES_TOO_MANY, SHARES_UNEQUAL, SHARE_TWICE, SPLIT_AND_SHARES, CURRENCY_UNKNOWN,
    AMOUNT_INVALID, AMOUNT_TOO_SMALL, AMOUNT_TOO_BIG,
    TEXT_MISSING, TEXT_TOO_LONG, CURRENCY_INVALID, CATEGORY_INVALID, DATE_INVALID,
    PAYERS_AND_PAYER, PAYERS_MISSING, PAYER_TWICE, PAID_NOTHING, PAID_TOO_LITTLE, PAID_TOO_MUCH,
    OWED_TOO_LITTLE, OWED_TOO_MUCH, LOAN_OF_TWO, TOO_PRECISE, ORIGINAL_NOTHING, ORIGINAL_WORTH,
)  # fmt: skip
CREATION_REFUSALS: Final = (
    INCOMPLETE, *_VALUES, MALFORMED_PAYER, MALFORMED_GROUP, GROUP_NOT_FOUND, NOT_A_MEMBER,
    PAYER_NOT_A_MEMBER, PAYER_NOT_A_FRIEND, PARTICIPANT_NOT_A_MEMBER, PARTICIPANT_NOT_A_FRIEND,
    KIND_INVALID, REFUND_OF_KIND, REFUND_OF_ALONE,
)  # fmt: skip
UPDATE_REFUSALS: Final = (
    *_VALUES, SETTLED_INVALID, PARTICIPANT_UNKNOWN, PAYER_UNKNOWN, KIND_FIXED,
    PAYMENT_OF_ONE,
)  # fmt: skip
