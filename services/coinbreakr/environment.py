"""The environment variables: their types, defaults, rules, and what they are for."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from environs import Env, EnvValidationError, ValidationError, validate

DEVELOPMENT: Final = "development"
PRODUCTION: Final = "production"
_ENVIRONMENTS: Final = (DEVELOPMENT, "testing", "staging", PRODUCTION)
_NODE_NAMES: Final = {"test": "testing"}  # as test runners of Node call it
_UNITS: Final = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800, "y": 31557600}
_DURATION: Final = re.compile(
    r"(?P<n>\d*\.?\d+) *(?P<unit>milliseconds?|msecs?|ms|seconds?|secs?|s|minutes?|mins?|m"
    r"|hours?|hrs?|h|days?|d|weeks?|w|years?|yrs?|y)?",
    re.ASCII | re.IGNORECASE,
)
_MANY: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable; `kind` is the method of the reader that parses it."""

    name: str
    kind: str
    default: Any
    about: str
    validate: Callable[[Any], Any] | None = None

    def read(self, reader: "Reader") -> Any:
        """Its value, or None where it is wrong, which the reader remembers."""
        rule = {} if self.validate is None else {"validate": self.validate}
        return getattr(reader, self.kind)(self.name, self.default, **rule)


def _text(name: str, default: str | None, about: str, rule: Any = None) -> Variable:
    return Variable(name, "str", default, about, rule)


def _whole(name: str, default: int, low: int, high: int, about: str) -> Variable:
    """A whole number from `low` to `high`."""
    return Variable(name, "int", default, about, validate.Range(low, high))


# By the field of Settings that keeps it.
VARIABLES: Final = {
    "environment": _text(
        "APP_ENV",
        DEVELOPMENT,
        "development, testing, staging or production (NODE_ENV also works)",
        validate.OneOf(_ENVIRONMENTS, error="must be one of " + ", ".join(_ENVIRONMENTS)),
    ),
    "port": _whole("PORT", 3000, 0, 65535, "where the API listens"),
    "unix_socket": _text(
        "UNIX_SOCKET", "", "a socket's path: where the API listens instead, behind nginx"
    ),
    "mongo_url": _text("MONGO_URL", None, "the database; without it `make run` starts a local one"),
    "mongo_weak_writes": Variable(
        "MONGO_WEAK_WRITES",
        "bool",
        default=False,
        about="true allows a `w` or `journal` in MONGO_URL that can lose writes",
    ),
    "jwt_secret": _text(
        "JWT_SECRET", None, "signs the tokens; 32 hard to guess bytes outside development"
    ),
    "jwt_lifetime": Variable(
        "JWT_EXPIRES_IN",
        "duration",
        "2d",
        "how long a token is good: 7d, 12h, 30m, 90s; digits are milliseconds",
    ),
    "rate_limit_window_ms": _whole(
        "RATE_LIMIT_WINDOW_MS",
        900_000,
        1,
        86_400_000,
        "the window of the rate limits (production only)",
    ),
    "rate_limit_max_requests": _whole(
        "RATE_LIMIT_MAX_REQUESTS",
        100,
        1,
        _MANY,
        "requests without a valid token of one address in a window",
    ),
    "rate_limit_person": _whole(
        "RATE_LIMIT_PERSON", 600, 1, _MANY, "requests of one person in a window, from any address"
    ),
    "rate_limit_login": _whole(
        "RATE_LIMIT_LOGIN", 30, 1, _MANY, "logins of one address in a window, right and wrong ones"
    ),
    "rate_limit_register": _whole(
        "RATE_LIMIT_REGISTER", 10, 1, _MANY, "registrations of one address in a window"
    ),
    "rate_limit_password": _whole(
        "RATE_LIMIT_PASSWORD", 10, 1, _MANY, "changes of password of one person in a window"
    ),
    "rate_limit_contact": _whole(
        "RATE_LIMIT_CONTACT", 3, 1, _MANY, "messages of one address in 15 minutes"
    ),
    "login_free_attempts": _whole(
        "LOGIN_FREE_ATTEMPTS",
        5,
        1,
        1000,
        "wrong passwords for an account from one address before it has to wait",
    ),
    "login_delay_max_s": _whole(
        "LOGIN_DELAY_MAX_S",
        300,
        1,
        86400,
        "the longest such wait in seconds; the first is 1, each doubles the last",
    ),
    "trusted_proxy_hops": _whole(
        "TRUSTED_PROXY_HOPS",
        0,
        0,
        9,
        "proxies that append to X-Forwarded-For; 0 takes the peer's address",
    ),
    "public_url": _text(
        "PUBLIC_URL",
        "",
        "where clients reach the API; without it where they sent the request",
        validate.Regexp(r"https?://[\w.:-]+/?\Z", error="must be as https://api.example.com"),
    ),
    "bcrypt_rounds": _whole(
        "BCRYPT_ROUNDS", 12, 4, 16, "cost of a password hash; 10 or more in production"
    ),
    "hashes_at_once": _whole(
        "HASHES_AT_ONCE", 0, 0, 64, "passwords hashed at once in a worker; 0 is half the cores"
    ),
    "hashes_waiting": _whole(
        "HASHES_WAITING", 20, 0, 1000, "requests that may wait for a hash in a worker; more get 503"
    ),
    "workers": _whole("WEB_CONCURRENCY", 1, 1, 64, "workers of gunicorn; a machine has its cores"),
    "threads": _whole("WEB_THREADS", 32, 2, 1000, "threads of each worker"),
    "queue_max_s": _whole(
        "QUEUE_MAX_S", 20, 1, 600, "seconds that a request may wait for a thread; older get 503"
    ),
    "revision": _text("APP_REVISION", "", "commit of this build, shown by the health checks"),
    "log_level": _text(
        "LOG_LEVEL",
        "INFO",
        "DEBUG, INFO, WARNING or ERROR",
        validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR"]),
    ),
    "metrics_port": _whole(
        "METRICS_PORT", 0, 0, 65535, "where /metrics and /livez are, for no client; 0 is nowhere"
    ),
}


def duration(text: str) -> float:
    """Seconds of `2d`, `12h`, `30m`, `90s`, `1w`, `1.5h`, `2 days`; digits are milliseconds."""
    match = _DURATION.fullmatch(text.strip())
    if match is None or float(match["n"]) == 0:
        raise ValidationError("must be a time such as 12h or 7d")
    unit = (match["unit"] or "ms").lower()
    short = "ms" if unit.startswith(("ms", "milli")) else unit[0]
    return float(match["n"]) * _UNITS[short]


class Reader(Env):
    """Reads variables from what is given, or else from the process over a file `.env`.

    An empty variable is as if it were not there.
    """

    def __init__(self, given: Mapping[str, str] | None) -> None:
        super().__init__(eager=False)
        self._given = os.environ if given is None else given
        if given is None:
            self.read_env(".env", recurse=False)
        self.add_parser("duration", duration)

    def problems(self) -> dict[str, list[str]]:
        """What is wrong with the variables that were read, by name."""
        try:
            self.seal()
        except EnvValidationError as error:
            found = error.error_messages
            assert isinstance(found, Mapping)  # a list is of a reader that stops at the first
            return {name: list(texts) for name, texts in found.items()}
        return {}

    def _get_value(self, env_key: str, default: Any) -> Any:
        found = self._found(env_key)
        if env_key == "APP_ENV" and not found:
            node = self._found("NODE_ENV")
            found = _NODE_NAMES.get(node, node)
        return found or default

    def _found(self, name: str) -> str:
        return self._given.get(name, self._environ.get(name, ""))
