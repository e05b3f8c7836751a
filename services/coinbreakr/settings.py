"""The settings, read once from the environment; every problem is reported at once."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from dotenv import dotenv_values
from marshmallow import (
    EXCLUDE,
    Schema,
    ValidationError,
    fields,
    post_load,
    pre_load,
    validate,
    validates_schema,
)

from coinbreakr import mongourl, secrecy

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
_LIFETIME: Final = "2d"  # of a token


class SettingsError(Exception):
    """All that is wrong with the environment, one line a problem."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator can choose; `coinbreakr settings` prints the names and their meaning."""

    environment: str
    port: int
    unix_socket: str
    mongo_url: str | None = field(repr=False)
    mongo_weak_writes: bool
    jwt_secret: str | None = field(repr=False)
    jwt_lifetime: float  # seconds
    rate_limit_window_ms: int
    rate_limit_max_requests: int  # of one address, without a valid token
    rate_limit_person: int
    rate_limit_login: int
    rate_limit_register: int
    rate_limit_password: int
    rate_limit_contact: int
    login_free_attempts: int
    login_delay_max_s: int
    trusted_proxy_hops: int
    public_url: str
    bcrypt_rounds: int
    hashes_at_once: int
    hashes_waiting: int
    workers: int
    threads: int
    queue_max_s: int
    revision: str
    log_level: str
    metrics_port: int

    @property
    def production(self) -> bool:
        """Whether rate limits, login delays and security headers are on."""
        return self.environment == PRODUCTION


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from `environ` (by default `.env` below the process's own), or SettingsError."""
    given = {**_dotenv(), **os.environ} if environ is None else environ
    try:
        settings: Settings = _Environment().load(dict(given))
    except ValidationError as error:
        lines = [f"  - {name}: {text}" for name, texts in _by_name(error) for text in texts]
        raise SettingsError("CoinBreakr cannot start:\n" + "\n".join(lines)) from None
    return settings


def duration(text: str) -> float:
    """Seconds of `2d`, `12h`, `30m`, `90s`, `1w`, `1.5h`, `2 days`; digits are milliseconds."""
    match = _DURATION.fullmatch(text.strip())
    if match is None or float(match["n"]) == 0:
        raise ValidationError("must be a time such as 12h or 7d")
    unit = (match["unit"] or "ms").lower()
    short = "ms" if unit.startswith(("ms", "milli")) else unit[0]
    return float(match["n"]) * _UNITS[short]


class _Duration(fields.String):
    def _deserialize(self, *args: Any, **kwargs: Any) -> Any:
        return duration(super()._deserialize(*args, **kwargs))


def _whole(name: str, default: int, low: int, high: int, about: str) -> fields.Integer:
    """A whole number from `low` to `high`."""
    allowed = validate.Range(low, high)
    return fields.Integer(
        data_key=name, load_default=default, validate=allowed, metadata={"about": about}
    )


class _Environment(Schema):
    """The environment variables: name, default, rule, and what they are for."""

    class Meta:
        unknown = EXCLUDE

    environment = fields.String(
        data_key="APP_ENV",
        load_default=DEVELOPMENT,
        validate=validate.OneOf(_ENVIRONMENTS, error="must be one of " + ", ".join(_ENVIRONMENTS)),
        metadata={"about": "development, testing, staging or production (NODE_ENV also works)"},
    )
    port = _whole("PORT", 3000, 0, 65535, "where the API listens")
    unix_socket = fields.String(
        data_key="UNIX_SOCKET",
        load_default="",
        metadata={"about": "a socket's path: where the API listens instead, behind nginx"},
    )
    mongo_url = fields.String(
        data_key="MONGO_URL",
        load_default=None,
        metadata={"about": "the database; without it a local one is started (not in production)"},
    )
    mongo_weak_writes = fields.Boolean(
        data_key="MONGO_WEAK_WRITES",
        load_default=False,
        metadata={"about": "true allows a `w` or `journal` in MONGO_URL that can lose writes"},
    )
    jwt_secret = fields.String(
        data_key="JWT_SECRET",
        load_default=None,
        metadata={"about": "signs the tokens; 32 hard to guess bytes outside development"},
    )
    jwt_lifetime = _Duration(
        data_key="JWT_EXPIRES_IN",
        load_default=duration(_LIFETIME),
        metadata={
            "default": _LIFETIME,
            "about": "how long a token is good: 7d, 12h, 30m, 90s; digits are milliseconds",
        },
    )
    rate_limit_window_ms = _whole(
        "RATE_LIMIT_WINDOW_MS",
        900_000,
        1,
        86_400_000,
        "the window of the rate limits (production only)",
    )
    rate_limit_max_requests = _whole(
        "RATE_LIMIT_MAX_REQUESTS",
        100,
        1,
        _MANY,
        "requests without a valid token of one address in a window",
    )
    rate_limit_person = _whole(
        "RATE_LIMIT_PERSON", 600, 1, _MANY, "requests of one person in a window, from any address"
    )
    rate_limit_login = _whole(
        "RATE_LIMIT_LOGIN", 30, 1, _MANY, "logins of one address in a window, right and wrong ones"
    )
    rate_limit_register = _whole(
        "RATE_LIMIT_REGISTER", 10, 1, _MANY, "registrations of one address in a window"
    )
    rate_limit_password = _whole(
        "RATE_LIMIT_PASSWORD", 10, 1, _MANY, "changes of password of one person in a window"
    )
    rate_limit_contact = _whole(
        "RATE_LIMIT_CONTACT", 3, 1, _MANY, "messages of one address in 15 minutes"
    )
    login_free_attempts = _whole(
        "LOGIN_FREE_ATTEMPTS",
        5,
        1,
        1000,
        "wrong passwords for an account from one address before it has to wait",
    )
    login_delay_max_s = _whole(
        "LOGIN_DELAY_MAX_S",
        300,
        1,
        86400,
        "the longest such wait in seconds; the first is 1, each doubles the last",
    )
    trusted_proxy_hops = _whole(
        "TRUSTED_PROXY_HOPS",
        0,
        0,
        9,
        "proxies that append to X-Forwarded-For; 0 takes the peer's address",
    )
    public_url = fields.String(
        data_key="PUBLIC_URL",
        load_default="",
        validate=validate.Regexp(
            r"https?://[\w.:-]+/?\Z", error="must be as https://api.example.com"
        ),
        metadata={"about": "where clients reach the API; without it where they sent the request"},
    )
    bcrypt_rounds = _whole(
        "BCRYPT_ROUNDS", 12, 4, 16, "cost of a password hash; 10 or more in production"
    )
    hashes_at_once = _whole(
        "HASHES_AT_ONCE", 0, 0, 64, "passwords hashed at once in a worker; 0 is half the cores"
    )
    hashes_waiting = _whole(
        "HASHES_WAITING", 20, 0, 1000, "requests that may wait for a hash in a worker; more get 503"
    )
    workers = _whole("WEB_CONCURRENCY", 1, 1, 64, "workers of gunicorn; a machine has its cores")
    threads = _whole("WEB_THREADS", 32, 2, 1000, "threads of each worker")
    queue_max_s = _whole(
        "QUEUE_MAX_S", 20, 1, 600, "seconds that a request may wait for a thread; older get 503"
    )
    revision = fields.String(
        data_key="APP_REVISION",
        load_default="",
        metadata={"about": "commit of this build, shown by the health checks"},
    )
    log_level = fields.String(
        data_key="LOG_LEVEL",
        load_default="INFO",
        validate=validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR"]),
        metadata={"about": "DEBUG, INFO, WARNING or ERROR"},
    )
    metrics_port = _whole(
        "METRICS_PORT", 0, 0, 65535, "where /metrics and /livez are, for no client; 0 is nowhere"
    )

    @pre_load
    def _empty_is_unset(self, data: dict[str, str], **_: Any) -> dict[str, str]:
        given = {name: value for name, value in data.items() if value != ""}
        if "NODE_ENV" in given:
            given.setdefault("APP_ENV", _NODE_NAMES.get(given["NODE_ENV"], given["NODE_ENV"]))
        return given

    @validates_schema(skip_on_field_errors=False)
    def _fit_for_its_environment(self, data: dict[str, Any], **_: Any) -> None:
        problems = {}
        if data.get("environment") != DEVELOPMENT:
            problems["JWT_SECRET"] = _secret_problem(data.get("jwt_secret"))
        if data.get("environment") == PRODUCTION:
            problems |= _production_problems(data)
        if url := data.get("mongo_url"):
            allowed = data.get("mongo_weak_writes", False)
            problems["MONGO_URL"] = mongourl.problem(url, weak_allowed=allowed)
        found = {name: [text] for name, text in problems.items() if text}
        if found:
            raise ValidationError(found)

    @post_load
    def _settings(self, data: dict[str, Any], **_: Any) -> Settings:
        return Settings(**data)


def _secret_problem(secret: str | None) -> str:
    return secrecy.weakness(secret) if secret else "must be given outside development"


def _production_problems(data: dict[str, Any]) -> dict[str, str]:
    """What is wrong with a variable, "" for what is right."""
    cheap = data.get("bcrypt_rounds", 12) < 10
    return {
        "MONGO_URL": "" if data.get("mongo_url") else "must be given in production",
        "BCRYPT_ROUNDS": "must be 10 or more in production" if cheap else "",
    }


def _by_name(error: ValidationError) -> list[tuple[str, list[str]]]:
    return sorted(error.messages_dict.items())


def _dotenv() -> dict[str, str]:
    return {name: value for name, value in dotenv_values(".env").items() if value is not None}


def describe() -> list[tuple[str, str, str]]:
    """(variable, default or "", what it is for) of every setting, in order."""
    rows = []
    for setting in _Environment().fields.values():
        default = setting.metadata.get("default", setting.load_default)
        shown = "" if default is None else str(default)
        rows.append((str(setting.data_key), shown, str(setting.metadata["about"])))
    return rows
