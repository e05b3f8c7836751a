"""Texts of refusals about accounts, with their codes."""

from typing import Final

from coinbreakr.errors import ErrorMessage

BUSY: Final = ErrorMessage(
    "BUSY", "Too many people are signing in right now. Nothing has been changed; try again soon."
)
WEAK_PASSWORD: Final = ErrorMessage(
    "PASSWORD_TOO_SHORT", "New password must be at least 6 characters long"
)
WRONG_PASSWORD: Final = ErrorMessage("PASSWORD_WRONG", "Current password is incorrect")
PASSWORDS_MISSING: Final = ErrorMessage(
    "PASSWORDS_MISSING", "Current password and new password are required"
)
PHOTO_NOT_FOUND: Final = ErrorMessage("PHOTO_NOT_FOUND", "Photo not found")
TERM_NOT_TEXT: Final = ErrorMessage("SEARCH_TERM_NOT_TEXT", "Search term must be text")
TERM_TOO_SHORT: Final = ErrorMessage(
    "SEARCH_TERM_TOO_SHORT", "Search term must be at least 2 characters long"
)
TERM_TOO_LONG: Final = ErrorMessage(
    "SEARCH_TERM_TOO_LONG", "Search term cannot be more than {max} characters"
)
USER_NOT_FOUND: Final = ErrorMessage("USER_NOT_FOUND", "User not found")
NAME_MISSING: Final = ErrorMessage("NAME_MISSING", "Please provide a name")
NAME_TOO_LONG: Final = ErrorMessage("NAME_TOO_LONG", "Name cannot be more than 50 characters")
NOTHING_TO_CHANGE: Final = ErrorMessage("NOTHING_TO_CHANGE", "At least one field is required")
PASSWORDS_LIMITED: Final = ErrorMessage(
    "PASSWORD_CHANGES_LIMITED", "Too many changes of password, please try again later."
)
