"""Registration, login and tokens, as a feature of the application."""

from collections.abc import Sequence

from pymongo import ASCENDING, IndexModel

from coinbreakr.auth import messages, resources
from coinbreakr.auth.attempts import Attempts, LoginAttempts, UnlimitedAttempts
from coinbreakr.auth.domain import Authenticator, LoginService, RegistrationService, TokenRenewal
from coinbreakr.auth.hash_limiter import HashLimiter, half_the_cores
from coinbreakr.auth.passwords import Passwords
from coinbreakr.auth.repository import LoginFailures
from coinbreakr.auth.tokens import Tokens
from coinbreakr.counters import Counters
from coinbreakr.feature import Feature
from coinbreakr.friends.feature import pending_friend_service
from coinbreakr.http.endpoint import Route
from coinbreakr.http.ratelimit import Limit, window
from coinbreakr.parts import Parts
from coinbreakr.settings import Settings
from coinbreakr.users.repository import Users


def passwords(parts: Parts) -> Passwords:
    """What hashes and checks passwords: one, because it bounds how many at once."""
    limiter = hash_limiter(parts.settings, parts.counters)
    return Passwords(parts.settings.bcrypt_rounds, limiter, parts.transactions.outside)


def tokens(parts: Parts) -> Tokens:
    """What issues and reads tokens."""
    settings = parts.settings
    return Tokens(settings.jwt_secret or "", settings.jwt_lifetime, parts.clock)


def authenticator(parts: Parts) -> Authenticator:
    """What finds the caller behind a token."""
    return Authenticator(Users(parts.db), parts.get(tokens))


def registration_service(parts: Parts) -> RegistrationService:
    """The rules of new accounts."""
    return RegistrationService(
        Users(parts.db),
        parts.get(passwords),
        parts.get(tokens),
        parts.get(pending_friend_service),
        parts.clock,
    )


def login_service(parts: Parts) -> LoginService:
    """The rules of getting a token."""
    return LoginService(
        Users(parts.db), parts.get(passwords), parts.get(tokens), _attempts(parts), parts.clock
    )


def token_renewal(parts: Parts) -> TokenRenewal:
    """What gives a repeated registration or login its token again."""
    return TokenRenewal(Users(parts.db), parts.get(tokens))


def hash_limiter(settings: Settings, counters: Counters) -> HashLimiter:
    """A third of the threads, at least one, stays free of passwords, however many may wait."""
    at_once = settings.hashes_at_once or max(1, half_the_cores() // settings.workers)
    most = max(1, settings.threads * 2 // 3)
    at_once = min(at_once, most)
    waiting = min(settings.hashes_waiting, most - at_once)
    return HashLimiter(at_once, waiting, counters.refused_hashes)


def _attempts(parts: Parts) -> Attempts:
    settings = parts.settings
    if not settings.production:
        return UnlimitedAttempts()
    free, longest = settings.login_free_attempts, settings.login_delay_max_s
    return LoginAttempts(LoginFailures(parts.db), free=free, longest=longest, clock=parts.clock)


def _routes(parts: Parts) -> Sequence[Route]:
    hops = parts.settings.trusted_proxy_hops
    return resources.routes(parts.get(registration_service), parts.get(login_service), hops)


def _limits(settings: Settings) -> Sequence[Limit]:
    return [
        Limit(
            "login",
            settings.rate_limit_login,
            window(settings),
            messages.LOGINS_LIMITED,
            "POST /v1/auth/login",
        ),
        Limit(
            "register",
            settings.rate_limit_register,
            window(settings),
            messages.REGISTRATIONS_LIMITED,
            "POST /v1/auth/register",
        ),
    ]


FEATURE = Feature(
    "auth",
    routes=_routes,
    limits=_limits,
    # Wrong passwords are forgotten after a day without one.
    indexes={"loginfailures": [IndexModel([("last", ASCENDING)], expireAfterSeconds=24 * 60 * 60)]},
)
