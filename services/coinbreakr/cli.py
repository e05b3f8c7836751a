"""Commands: run, seed, migrate, verify, settings."""

import argparse
import os
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from coinbreakr import bootstrap, local, seed, settings, supervisor
from coinbreakr.clock import utc_now
from coinbreakr.features import SCHEMA
from coinbreakr.mongo.client import DatabaseError, connect, database
from coinbreakr.mongo.embedded import EmbeddedError, EmbeddedMongod
from coinbreakr.mongo.migrate import MigrationStopped, migrate
from coinbreakr.processes import die_with_parent
from coinbreakr.settings import Settings
from coinbreakr.verification import verify

_INTERRUPTED: Final = 130  # as shells have it
_NEEDS_A_PERSON: Final = 2  # trying again is of no use: no unit does


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; its exit code."""
    parser = argparse.ArgumentParser(prog="coinbreakr", description="The CoinBreakr API.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, about in _ABOUT.items():
        commands.add_parser(name, help=about)
    commands.choices["verify"].add_argument(
        "--fix", action="store_true", help="mend what is safe to mend beside running servers"
    )
    chosen = parser.parse_args(arguments)
    try:
        if chosen.command == "verify":
            return _verify(mend=chosen.fix)
        return _COMMANDS[chosen.command]()
    except (settings.SettingsError, EmbeddedError, MigrationStopped, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except DatabaseError as error:
        sys.stderr.write(f"The database has failed ({type(error).__name__}).\n")
        return 1
    except KeyboardInterrupt:
        return _INTERRUPTED


def _run() -> int:
    if "MAKELEVEL" in os.environ and sys.platform == "linux":
        die_with_parent()  # `make run` is one thing to who kills it
    chosen = settings.load()
    _look_at_port(chosen)
    place = local.folder()
    secret = chosen.jwt_secret or local.jwt_secret(place)
    with _database(chosen, place) as (url, mongod):
        try:
            _bring_up_to_date(url)
        except MigrationStopped as stopped:  # it is served without, and as soon as it is there
            sys.stderr.write(f"{stopped}\n")
        _greet(chosen, mongod, place)
        env = {**os.environ, "MONGO_URL": url, "JWT_SECRET": secret}
        return supervisor.run(_gunicorn(), env, mongod)


def _seed() -> int:
    chosen = settings.load()
    with _database(chosen, local.folder()) as (url, _), connect(url) as client:
        _bring_up_to_date(url)
        sys.stdout.write(seed.fill(database(client), port=chosen.port, rounds=chosen.bcrypt_rounds))
    return 0


def _migrate() -> int:
    chosen = settings.load()
    with _database(chosen, local.folder()) as (url, _):
        return 0 if _bring_up_to_date(url) else _NEEDS_A_PERSON


def _verify(*, mend: bool) -> int:
    """0 if nothing is found, or nothing left."""
    chosen = settings.load()
    with (
        _database(chosen, local.folder()) as (url, _),
        connect(url, timeout_ms=None) as client,
    ):
        parts = bootstrap.assemble(chosen, client, database(client), utc_now)
        return 1 if verify(bootstrap.checks(parts), _say, mend=mend).left else 0


def _settings() -> int:
    for name, default, about in settings.describe():
        sys.stdout.write(f"{name:24} {default:12} {about}\n")
    return 0


def _bring_up_to_date(url: str) -> bool:
    """Migrate, on a client without deadlines; whether nothing is left to a person."""
    with connect(url, timeout_ms=None) as client:
        problems = migrate(database(client), SCHEMA, _say)
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    if not problems:
        _say("The database is up to date.")
    return not problems


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@contextmanager
def _database(chosen: Settings, place: Path) -> Iterator[tuple[str, EmbeddedMongod | None]]:
    """The database that is given, the local one that runs already, or a new local one."""
    url = chosen.mongo_url or local.running(place)
    if url is not None:
        yield url, None
        return
    with EmbeddedMongod(place / "db") as mongod:
        local.remember(place, mongod.url)
        yield mongod.url, mongod


def _look_at_port(chosen: Settings) -> None:
    """SettingsError if somebody listens there; gunicorn would try for five seconds."""
    if chosen.unix_socket:
        return
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", chosen.port))  # noqa: S104  # as gunicorn will
        except OSError as error:
            problem = f"Port {chosen.port} cannot be had ({error.strerror}): choose one with PORT="
            raise settings.SettingsError(problem) from None


def _gunicorn() -> list[str]:
    config = Path(__file__).resolve().parents[1] / "gunicorn.conf.py"
    return [sys.executable, "-m", "gunicorn", "-c", str(config), "coinbreakr.wsgi:create()"]


def _greet(chosen: Settings, mongod: EmbeddedMongod | None, place: Path) -> None:
    lines = [f"CoinBreakr answers at http://localhost:{chosen.port}/v1/healthz"]
    if mongod is not None:
        lines.append(f"The database is a local one for development, kept in {place}.")
        lines.append(f"It answers at {mongod.url}")
    lines.append("Stop with Ctrl-C.")
    sys.stdout.write("\n".join(lines) + "\n\n")
    sys.stdout.flush()


_COMMANDS = {"run": _run, "seed": _seed, "migrate": _migrate, "settings": _settings}
_ABOUT = {
    "run": "serve the API, with a local database unless MONGO_URL is set",
    "seed": "fill a believable world and print how to try it",
    "migrate": "bring the database up to date: migrations, then missing indexes",
    "settings": "list the environment variables",
    "verify": "look through the stored data; fails if something is found",
}
