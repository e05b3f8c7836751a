"""Texts of refusals at registration, at login and about tokens, with their codes."""

from typing import Final

from coinbreakr.errors import ErrorMessage

NO_TOKEN: Final = ErrorMessage("TOKEN_MISSING", "No token provided")
INVALID_TOKEN: Final = ErrorMessage("TOKEN_INVALID", "Invalid token")
TOKEN_EXPIRED: Final = ErrorMessage("TOKEN_EXPIRED", "Token expired")
UNKNOWN_USER: Final = ErrorMessage("TOKEN_USER_NOT_FOUND", "Invalid token - user not found")
DEACTIVATED: Final = ErrorMessage("ACCOUNT_DEACTIVATED", "User account is deactivated")
LOGIN_DEACTIVATED: Final = ErrorMessage(
    "ACCOUNT_DEACTIVATED",
    "Your account has been deactivated. Please contact support to reactivate your account.",
)
WRONG_CREDENTIALS: Final = ErrorMessage("CREDENTIALS_INVALID", "Invalid credentials")
LOGIN_DELAYED: Final = ErrorMessage(
    "LOGIN_DELAYED", "Too many wrong passwords. Please wait before trying again."
)
EMAIL_TAKEN: Final = ErrorMessage("EMAIL_TAKEN", "User already exists with this email")
EMAIL_INVALID: Final = ErrorMessage("EMAIL_INVALID", "Please provide a valid email")
PASSWORD_TOO_SHORT: Final = ErrorMessage(
    "PASSWORD_TOO_SHORT", "Password must be at least 6 characters"
)
# Two or more of the above and of the names' refusals: "Please provide a name. Please provide ...".
REGISTRATION_INVALID: Final = ErrorMessage("REGISTRATION_INVALID", "{problems}")
REGISTRATION_INCOMPLETE: Final = ErrorMessage(
    "REGISTRATION_INCOMPLETE", "Please provide name, email, and password"
)
LOGIN_INCOMPLETE: Final = ErrorMessage("LOGIN_INCOMPLETE", "Please provide email and password")
LOGINS_LIMITED: Final = ErrorMessage(
    "LOGINS_LIMITED", "Too many login attempts from this IP, please try again later."
)
REGISTRATIONS_LIMITED: Final = ErrorMessage(
    "REGISTRATIONS_LIMITED", "Too many registrations from this IP, please try again later."
)
