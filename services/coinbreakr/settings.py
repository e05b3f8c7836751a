"""The settings, read once from the environment; every problem is reported at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from coinbreakr import mongourl, secrecy
from coinbreakr.environment import DEVELOPMENT, PRODUCTION, VARIABLES, Reader


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
    reader = Reader(environ)
    values = {name: variable.read(reader) for name, variable in VARIABLES.items()}
    problems = reader.problems()
    for name, problem in _unfit(values).items():
        if problem:
            problems.setdefault(name, []).append(problem)
    if problems:
        lines = [f"  - {name}: {text}" for name in sorted(problems) for text in problems[name]]
        raise SettingsError("CoinBreakr cannot start:\n" + "\n".join(lines))
    return Settings(**values)


def describe() -> list[tuple[str, str, str]]:
    """(variable, default or "", what it is for) of every setting, in order."""
    return [
        (each.name, "" if each.default is None else str(each.default), each.about)
        for each in VARIABLES.values()
    ]


def _unfit(values: Mapping[str, Any]) -> dict[str, str]:
    """What does not fit its environment, by variable; "" for what does.

    A value that is wrong by itself is None. An environment that is none of the four is taken for
    one that is not development.
    """
    problems = {}
    if values["environment"] != DEVELOPMENT:
        problems["JWT_SECRET"] = _secret_problem(values["jwt_secret"])
    if values["environment"] == PRODUCTION:
        cheap = (values["bcrypt_rounds"] or 12) < 10
        problems["BCRYPT_ROUNDS"] = "must be 10 or more in production" if cheap else ""
        problems["MONGO_URL"] = "" if values["mongo_url"] else "must be given in production"
    if url := values["mongo_url"]:
        weak_allowed = bool(values["mongo_weak_writes"])
        problems["MONGO_URL"] = mongourl.problem(url, weak_allowed=weak_allowed)
    return problems


def _secret_problem(secret: str | None) -> str:
    return secrecy.weakness(secret) if secret else "must be given outside development"
