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

PRODUCTION: Final = "production"
_MIN_SECRET_BYTES: Final = 32
_GUESSABLE: Final = re.compile(r"secret|change.?me|example|default|password|your.", re.IGNORECASE)
_UNITS: Final = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800, "y": 31557600}
_DURATION: Final = re.compile(
    r"(?P<n>\d*\.?\d+) *(?P<unit>milliseconds?|msecs?|ms|seconds?|secs?|s|minutes?|mins?|m"
    r"|hours?|hrs?|h|days?|d|weeks?|w|years?|yrs?|y)?",
    re.ASCII | re.IGNORECASE,
)
_POSITIVE: Final = validate.Range(min=1, error="must be 1 or more")


class SettingsError(Exception):
    """All that is wrong with the environment, one line a problem."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator can choose; `coinbreakr settings` prints the names and their meaning."""

    environment: str
    port: int
    mongo_url: str | None = field(repr=False)
    jwt_secret: str | None = field(repr=False)
    jwt_lifetime: float  # seconds
    rate_limit_window_ms: int
    rate_limit_max_requests: int
    trusted_proxy_hops: int
    bcrypt_rounds: int
    revision: str
    log_level: str
    metrics_port: int

    @property
    def production(self) -> bool:
        """Whether rate limits, security headers and the start-up checks are on."""
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


class _Environment(Schema):
    """The environment variables: name, default, rule, and what they are for."""

    class Meta:
        unknown = EXCLUDE

    environment = fields.String(
        data_key="APP_ENV",
        load_default="development",
        metadata={"about": "development, testing, staging or production (NODE_ENV also works)"},
    )
    port = fields.Integer(
        data_key="PORT",
        load_default=3000,
        validate=validate.Range(0, 65535),
        metadata={"about": "where the API listens"},
    )
    mongo_url = fields.String(
        data_key="MONGO_URL",
        load_default=None,
        metadata={"about": "the database; without it a local one is started (not in production)"},
    )
    jwt_secret = fields.String(
        data_key="JWT_SECRET",
        load_default=None,
        metadata={"about": "signs the tokens; 32 bytes or more in production"},
    )
    jwt_lifetime = _Duration(
        data_key="JWT_EXPIRES_IN",
        load_default=2 * 86400.0,
        metadata={"about": "how long a token is good: 2d, 12h, 30m, 90s; digits are milliseconds"},
    )
    rate_limit_window_ms = fields.Integer(
        data_key="RATE_LIMIT_WINDOW_MS",
        load_default=900_000,
        validate=_POSITIVE,
        metadata={"about": "the window of the rate limit (production only)"},
    )
    rate_limit_max_requests = fields.Integer(
        data_key="RATE_LIMIT_MAX_REQUESTS",
        load_default=100,
        validate=_POSITIVE,
        metadata={"about": "requests of one address in a window (production only)"},
    )
    trusted_proxy_hops = fields.Integer(
        data_key="TRUSTED_PROXY_HOPS",
        load_default=0,
        validate=validate.Range(0, 9),
        metadata={"about": "proxies that append to X-Forwarded-For; 0 takes the peer's address"},
    )
    bcrypt_rounds = fields.Integer(
        data_key="BCRYPT_ROUNDS",
        load_default=12,
        validate=validate.Range(4, 16),
        metadata={"about": "cost of a password hash; 10 or more in production"},
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
    metrics_port = fields.Integer(
        data_key="METRICS_PORT",
        load_default=0,
        validate=validate.Range(0, 65535),
        metadata={"about": "where Prometheus finds /metrics; 0 is nowhere"},
    )

    @pre_load
    def _empty_is_unset(self, data: dict[str, str], **_: Any) -> dict[str, str]:
        given = {name: value for name, value in data.items() if value != ""}
        if "NODE_ENV" in given:
            given.setdefault("APP_ENV", given["NODE_ENV"])
        return given

    @validates_schema(skip_on_field_errors=False)
    def _fit_for_production(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("environment") == PRODUCTION:
            problems = {name: text for name, text in _production_problems(data) if text}
            if problems:
                raise ValidationError({name: [text] for name, text in problems.items()})

    @post_load
    def _settings(self, data: dict[str, Any], **_: Any) -> Settings:
        return Settings(**data)


def _production_problems(data: dict[str, Any]) -> list[tuple[str, str]]:
    """(variable, what is wrong with it), "" for what is right."""
    missing = "must be given in production"
    cheap = data.get("bcrypt_rounds", 12) < 10
    return [
        ("JWT_SECRET", _weakness(data["jwt_secret"]) if data.get("jwt_secret") else missing),
        ("MONGO_URL", "" if data.get("mongo_url") else missing),
        ("BCRYPT_ROUNDS", "must be 10 or more in production" if cheap else ""),
    ]


def _weakness(secret: str) -> str:
    if len(secret.encode()) < _MIN_SECRET_BYTES:
        return f"must have {_MIN_SECRET_BYTES} bytes or more in production"
    if len(set(secret)) < 8 or (_GUESSABLE.search(secret) and len(secret) < 64):
        return "looks like a default; make one with: openssl rand -hex 32"
    return ""


def _by_name(error: ValidationError) -> list[tuple[str, list[str]]]:
    return sorted(error.messages_dict.items())


def _dotenv() -> dict[str, str]:
    return {name: value for name, value in dotenv_values(".env").items() if value is not None}


def describe() -> list[tuple[str, str, str]]:
    """(variable, default, what it is for) of every setting, in order."""
    rows = _Environment().fields.values()
    return [(str(f.data_key), str(f.load_default), str(f.metadata["about"])) for f in rows]
