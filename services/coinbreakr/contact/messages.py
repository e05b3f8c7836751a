"""Texts of refusals of the contact form, with their codes."""

from typing import Final

from coinbreakr.errors import ErrorMessage

FIRST_NAME_REQUIRED: Final = ErrorMessage("FIRST_NAME_REQUIRED", "First name is required")
FIRST_NAME_TOO_LONG: Final = ErrorMessage(
    "FIRST_NAME_TOO_LONG", "First name cannot exceed 50 characters"
)
LAST_NAME_REQUIRED: Final = ErrorMessage("LAST_NAME_REQUIRED", "Last name is required")
LAST_NAME_TOO_LONG: Final = ErrorMessage(
    "LAST_NAME_TOO_LONG", "Last name cannot exceed 50 characters"
)
EMAIL_REQUIRED: Final = ErrorMessage("EMAIL_REQUIRED", "Email is required")
EMAIL_INVALID: Final = ErrorMessage("EMAIL_INVALID", "Please enter a valid email address")
SUBJECT_INVALID: Final = ErrorMessage("SUBJECT_INVALID", "Please select a valid subject")
MESSAGE_REQUIRED: Final = ErrorMessage("MESSAGE_REQUIRED", "Message is required")
MESSAGE_TOO_LONG: Final = ErrorMessage("MESSAGE_TOO_LONG", "Message cannot exceed 2000 characters")
CONTACT_LIMITED: Final = ErrorMessage(
    "CONTACT_LIMITED",
    "Too many contact submissions. Please wait 15 minutes before trying again.",
)
