"""What this feature adds to the application."""

from dataclasses import replace

import pytest

from coinbreakr import settings
from coinbreakr.auth import messages
from coinbreakr.auth.attempts import LoginAttempts, UnlimitedAttempts
from coinbreakr.auth.feature import FEATURE, login_service, tokens
from coinbreakr.http.ratelimit import Limit
from coinbreakr.parts import Parts
from coinbreakr.users.messages import BUSY

TEXTS = {
    messages.NO_TOKEN: ("TOKEN_MISSING", "No token provided"),
    messages.INVALID_TOKEN: ("TOKEN_INVALID", "Invalid token"),
    messages.TOKEN_EXPIRED: ("TOKEN_EXPIRED", "Token expired"),
    messages.LOGIN_DELAYED: (
        "LOGIN_DELAYED",
        "Too many wrong passwords. Please wait before trying again.",
    ),
    messages.LOGINS_LIMITED: (
        "LOGINS_LIMITED",
        "Too many login attempts from this IP, please try again later.",
    ),
    messages.REGISTRATIONS_LIMITED: (
        "REGISTRATIONS_LIMITED",
        "Too many registrations from this IP, please try again later.",
    ),
    BUSY: (
        "BUSY",
        "Too many people are signing in right now. Nothing has been changed; try again soon.",
    ),
}


def test_texts_and_codes_that_no_other_test_of_this_room_names() -> None:
    for message, (code, text) in TEXTS.items():
        assert (message.code, message) == (code, text)


def test_the_limits_of_addresses() -> None:
    chosen = replace(
        settings.load({}),
        rate_limit_login=7,
        rate_limit_register=8,
        rate_limit_window_ms=30_000,
    )
    assert FEATURE.limits(chosen) == [
        Limit("login", 7, 30, messages.LOGINS_LIMITED, "POST /v1/auth/login"),
        Limit("register", 8, 30, messages.REGISTRATIONS_LIMITED, "POST /v1/auth/register"),
    ]


@pytest.mark.parametrize("environment", ["development", "test", "staging", "production"])
def test_only_in_production_are_logins_delayed(environment: str, parts: Parts) -> None:
    chosen = replace(
        parts.settings, environment=environment, login_free_attempts=3, login_delay_max_s=4
    )
    attempts = login_service(replace(parts, settings=chosen))._attempts
    if environment != "production":
        assert isinstance(attempts, UnlimitedAttempts)
    else:
        assert isinstance(attempts, LoginAttempts)
        assert (attempts._free, attempts._longest) == (3, 4)


def test_tokens_last_as_long_as_an_operator_says(parts: Parts) -> None:
    made = tokens(replace(parts, settings=replace(parts.settings, jwt_lifetime=90)))
    claims = made.claims(made.issue("x"))
    assert claims["exp"] - claims["iat"] == 90


def test_routes_and_name(parts: Parts) -> None:
    assert FEATURE.name == "auth"
    paths = [route.path for route in FEATURE.routes(parts)]
    assert paths == ["/v1/auth/register", "/v1/auth/login"]
