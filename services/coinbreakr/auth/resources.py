"""Registration and login over HTTP."""

from typing import Any

from coinbreakr.auth import messages, schemas
from coinbreakr.auth.domain import LoginService, RegistrationService
from coinbreakr.auth.model import Credentials, RegistrationInput
from coinbreakr.http import responses
from coinbreakr.http.context import Request
from coinbreakr.http.endpoint import Route, endpoint
from coinbreakr.http.messages import (
    ADDRESS_TOO_LONG,
    FORM_NOT_A_STRING,
    FORM_NUL,
    FORM_TOO_LONG,
)
from coinbreakr.http.ratelimit import client_address
from coinbreakr.http.schema import answer
from coinbreakr.users.messages import BUSY, NAME_MISSING, NAME_TOO_LONG


class RegisterResource:
    """Registrations."""

    def __init__(self, registration: RegistrationService) -> None:
        self._registration = registration

    @endpoint(
        "Register",
        public=True,
        body=schemas.RegistrationForm(),
        returns=answer(schemas.Registered, message=True),
        status=201,
        errors={
            400: [
                messages.REGISTRATION_INCOMPLETE,
                FORM_NOT_A_STRING,
                FORM_TOO_LONG,
                ADDRESS_TOO_LONG,
                FORM_NUL,
                messages.EMAIL_TAKEN,
                NAME_MISSING,
                NAME_TOO_LONG,
                messages.EMAIL_INVALID,
                messages.PASSWORD_TOO_SHORT,
                messages.REGISTRATION_INVALID,
            ],
            401: [messages.LOGIN_DEACTIVATED],  # sent again with its Idempotency-Key
            503: [BUSY],
        },
    )
    def on_post(self, _req: Request, *, body: RegistrationInput) -> dict[str, Any]:
        account, token = self._registration.register(body)
        return responses.success(
            "User created successfully", data=schemas.registered(account, token)
        )


class LoginResource:
    """Logins."""

    def __init__(self, login: LoginService, trusted_hops: int) -> None:
        self._login = login
        self._hops = trusted_hops

    @endpoint(
        "Log in",
        public=True,
        body=schemas.LoginForm(),
        returns=answer(schemas.Login, message=True),
        errors={
            400: [
                messages.LOGIN_INCOMPLETE,
                FORM_NOT_A_STRING,
                FORM_TOO_LONG,
                ADDRESS_TOO_LONG,
                FORM_NUL,
            ],
            401: [messages.WRONG_CREDENTIALS, messages.LOGIN_DEACTIVATED],
            429: [messages.LOGIN_DELAYED],
            503: [BUSY],
        },
    )
    def on_post(self, req: Request, *, body: Credentials) -> dict[str, Any]:
        login = self._login.login(body, ip_address=client_address(req, self._hops))
        return responses.success("Login successfully", data=schemas.logged_in(login))


def routes(
    registration: RegistrationService, login: LoginService, trusted_hops: int
) -> list[Route]:
    """The paths of this feature."""
    return [
        Route("/v1/auth/register", RegisterResource(registration)),
        Route("/v1/auth/login", LoginResource(login, trusted_hops)),
    ]
