"""Texts of refusals about friends, with their codes."""

from typing import Final

from coinbreakr.errors import ErrorMessage

MALFORMED_ID: Final = ErrorMessage("FRIEND_ID_INVALID", "Invalid friendId format")
NOBODY_GIVEN: Final = ErrorMessage(
    "FRIENDS_MISSING", "Friends array is required and cannot be empty"
)
TOO_MANY_AT_ONCE: Final = ErrorMessage(
    "FRIENDS_TOO_MANY_AT_ONCE", "At most {max} friends can be added at once"
)
INCOMPLETE: Final = ErrorMessage(
    "FRIEND_INCOMPLETE", "Each friend must have a name and either email or phone number"
)
INVALID_FRIEND: Final = ErrorMessage("FRIEND_INVALID", "A friend's {problem}")
TOO_MANY: Final = ErrorMessage("FRIENDS_TOO_MANY", "You can have {max} {kind} at most")
EMAIL_INVALID: Final = ErrorMessage("EMAIL_INVALID", "Please provide a valid email")
ONESELF: Final = ErrorMessage("FRIEND_IS_ONESELF", "Cannot remove yourself as a friend")
PENDING_NOT_FOUND: Final = ErrorMessage("PENDING_FRIEND_NOT_FOUND", "Pending friend not found")
