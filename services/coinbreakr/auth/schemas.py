"""Credentials in, account and token out."""

from datetime import datetime
from typing import Any

from coinbreakr.auth import messages
from coinbreakr.http import responses
from coinbreakr.http.schema import Form, FormText, email_text, password_text
from coinbreakr.users.model import Account, NewAccount


class RegistrationForm(Form):
    """A registration."""

    name = FormText(required=True)
    email = email_text(required=True)
    password = password_text(required=True)
    missing = messages.REGISTRATION_INCOMPLETE


class LoginForm(Form):
    """A login."""

    email = email_text(required=True)
    password = password_text(required=True)
    missing = messages.LOGIN_INCOMPLETE


def registered(account: NewAccount, token: str) -> dict[str, Any]:
    """A new account and its token."""
    user = {**_user(account), "createdAt": responses.date(account.created_at)}
    return {"user": user, "token": token}


def logged_in(account: Account, token: str, now: datetime) -> dict[str, Any]:
    """An account, a new token for it, and when."""
    return {"user": {**_user(account), "lastLogin": responses.date(now)}, "token": token}


def _user(account: NewAccount | Account) -> dict[str, Any]:
    return {
        "id": str(account.id),
        "name": account.name,
        "email": account.email,
        "role": account.role,
        "isActive": account.is_active,
    }
