"""Texts of refusals about groups, with their codes."""

from typing import Final

from coinbreakr.errors import ErrorMessage

MALFORMED_ID: Final = ErrorMessage("GROUP_ID_INVALID", "Invalid group ID format")
MALFORMED_MEMBER_ID: Final = ErrorMessage("MEMBER_ID_INVALID", "Invalid member ID format")
NOT_FOUND: Final = ErrorMessage("GROUP_NOT_FOUND", "Group not found")
NOT_A_MEMBER: Final = ErrorMessage(
    "NOT_A_MEMBER", "Access denied. You are not a member of this group"
)
NOT_THE_CREATOR: Final = ErrorMessage(
    "NOT_THE_CREATOR", "Access denied. Only the group creator can delete the group"
)
NOT_AN_ADMIN: Final = ErrorMessage(
    "NOT_AN_ADMIN", "Access denied. You can only remove yourself from the group"
)
FULL: Final = ErrorMessage("GROUP_FULL", "A group can have {max} members at most")
USER_NOT_FOUND: Final = ErrorMessage("USER_NOT_FOUND", "User not found with the provided email")
ALREADY_A_MEMBER: Final = ErrorMessage("ALREADY_A_MEMBER", "User is already a member of this group")
MEMBER_NOT_FOUND: Final = ErrorMessage("MEMBER_NOT_FOUND", "Member not found in this group")
NO_MEMBER_TO_LEAVE: Final = ErrorMessage("NOT_A_MEMBER", "You are not a member of this group")
NAME_REQUIRED: Final = ErrorMessage("GROUP_NAME_EMPTY", "Group name is required")
NAME_EMPTY: Final = ErrorMessage("GROUP_NAME_EMPTY", "Group name cannot be empty")
NAME_TOO_LONG: Final = ErrorMessage(
    "GROUP_NAME_TOO_LONG", "Group name cannot be more than 100 characters"
)
DESCRIPTION_TOO_LONG: Final = ErrorMessage(
    "GROUP_DESCRIPTION_TOO_LONG", "Description cannot be more than 500 characters"
)
EMAIL_INVALID: Final = ErrorMessage("EMAIL_INVALID", "Please provide a valid email address")
ROLE_INVALID: Final = ErrorMessage("MEMBER_ROLE_INVALID", "Role must be either member or admin")
