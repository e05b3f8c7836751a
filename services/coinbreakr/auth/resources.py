"""Registration and login over HTTP."""

from typing import Any

from coinbreakr.auth import messages, schemas
from coinbreakr.auth.domain import Login, Registration
from coinbreakr.http import responses
from coinbreakr.http.context import Request
from coinbreakr.http.endpoint import Route, endpoint
from coinbreakr.http.ratelimit import client_address


class RegisterResource:
    """New accounts."""

    def __init__(self, registration: Registration) -> None:
        self._registration = registration

    @endpoint("Register", public=True, body=schemas.RegistrationForm(), status=201)
    def on_post(self, _req: Request, *, body: dict[str, str]) -> dict[str, Any]:
        account, token = self._registration.register(**body)
        return responses.success(
            "User created successfully", data=schemas.registered(account, token)
        )


class LoginResource:
    """Tokens for accounts."""

    def __init__(self, login: Login, trusted_hops: int) -> None:
        self._login = login
        self._hops = trusted_hops

    @endpoint(
        "Log in",
        public=True,
        body=schemas.LoginForm(),
        errors={
            401: [messages.WRONG_CREDENTIALS, messages.LOGIN_DEACTIVATED],
            429: [messages.LOGIN_DELAYED],
            503: [messages.BUSY],
        },
    )
    def on_post(self, req: Request, *, body: dict[str, str]) -> dict[str, Any]:
        account, token, now = self._login.login(**body, ip_address=client_address(req, self._hops))
        return responses.success("Login successfully", data=schemas.logged_in(account, token, now))


def routes(registration: Registration, login: Login, trusted_hops: int) -> list[Route]:
    """The paths of this feature."""
    return [
        Route("/v1/auth/register", RegisterResource(registration)),
        Route("/v1/auth/login", LoginResource(login, trusted_hops)),
    ]
