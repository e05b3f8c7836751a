"""Registration and login in, account and token out."""

from typing import Any

from marshmallow import Schema, fields, post_load

from coinbreakr.auth import messages
from coinbreakr.auth.model import Credentials, LoggedIn, RegistrationInput
from coinbreakr.http import responses
from coinbreakr.http.answer_fields import Id, Moment
from coinbreakr.http.schema import Form, FormText, email_text, password_text
from coinbreakr.users.model import Account, NewAccount
from coinbreakr.users.schemas import NAME, NEW_PASSWORD


class RegistrationForm(Form):
    """A registration."""

    name = FormText(required=True, metadata=NAME)
    email = email_text(required=True)
    password = password_text(required=True, metadata=NEW_PASSWORD)
    missing = messages.REGISTRATION_INCOMPLETE

    @post_load
    def _input(self, data: dict[str, str], **_: Any) -> RegistrationInput:
        return RegistrationInput(**data)


class LoginForm(Form):
    """A login."""

    email = email_text(required=True)
    password = password_text(required=True)
    missing = messages.LOGIN_INCOMPLETE

    @post_load
    def _credentials(self, data: dict[str, str], **_: Any) -> Credentials:
        return Credentials(**data)


class _OwnAccount(Schema):
    id = Id()
    name = fields.String(required=True, metadata={"example": "Ada Lovelace"})
    email = fields.String(required=True, metadata={"example": "ada@example.com"})
    role = fields.String(required=True, metadata={"example": "user"})
    isActive = fields.Boolean(required=True)


class NewUser(_OwnAccount):
    """The account of somebody who has just registered."""

    createdAt = Moment()


class LoggedInUser(_OwnAccount):
    """The account of somebody who has just logged in."""

    lastLogin = Moment()


class _WithToken(Schema):
    token = fields.String(
        required=True,
        metadata={"description": "A JSON Web Token, sent as `Authorization: Bearer <token>`."},
    )


class Registered(_WithToken):
    """A new account, and a token for it."""

    user = fields.Nested(NewUser, required=True)


class Login(_WithToken):
    """An account, and a new token for it."""

    user = fields.Nested(LoggedInUser, required=True)


def registered(account: NewAccount, token: str) -> dict[str, Any]:
    """A new account and its token."""
    user = {**_user(account), "createdAt": responses.date(account.created_at)}
    return {"user": user, "token": token}


def logged_in(login: LoggedIn) -> dict[str, Any]:
    """An account, a new token for it, and when."""
    user = {**_user(login.account), "lastLogin": responses.date(login.at)}
    return {"user": user, "token": login.token}


def _user(account: NewAccount | Account) -> dict[str, Any]:
    return {
        "id": str(account.id),
        "name": account.name,
        "email": account.email,
        "role": account.role,
        "isActive": account.is_active,
    }
