"""The commands of a developer, on the database of MONGO_URL or else on a local one."""

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from coinbreakr import settings
from coinbreakr.cli import Commands, bring_up_to_date, look_through, refresh_rates, say
from coinbreakr.mongo.client import connect, database
from coinbreakr.mongo.migrate import MigrationStopped
from coinbreakr.settings import Settings
from devserver import local, supervisor
from devserver import seed as demo
from devserver.embedded import EmbeddedMongod
from devserver.processes import die_with_parent


@click.group(cls=Commands)
def main() -> None:
    """The CoinBreakr API on your machine, with a database of its own unless MONGO_URL is set."""


@main.command(epilog="Example: PORT=3001 coinbreakr-dev run")
def run() -> int:
    """Migrate the database and serve the API."""
    if "MAKELEVEL" in os.environ and sys.platform == "linux":
        die_with_parent()  # `make run` is one thing to who kills it
    chosen = settings.load()
    _look_at_port(chosen)
    place = local.folder()
    secret = chosen.jwt_secret or local.jwt_secret(place)
    with _database(chosen, place) as (url, mongod):
        try:
            bring_up_to_date(url)
        except MigrationStopped as stopped:  # it is served without, and as soon as it is there
            click.echo(str(stopped), err=True)
        _greet(chosen, mongod, place)
        env = {**os.environ, "MONGO_URL": url, "JWT_SECRET": secret}
        return supervisor.run(_gunicorn(), env, mongod)


@main.command(epilog="Example: coinbreakr-dev seed")
def seed() -> int:
    """Fill a believable world, once, and print how to try it."""
    chosen = settings.load()
    with _database(chosen, local.folder()) as (url, _), connect(url) as client:
        bring_up_to_date(url)
        click.echo(
            demo.fill(database(client), port=chosen.port, rounds=chosen.bcrypt_rounds), nl=False
        )
    return 0


@main.command(epilog="Example: coinbreakr-dev migrate")
def migrate() -> int:
    """Bring the database up to date, as `coinbreakr migrate` does."""
    with _database(settings.load(), local.folder()) as (url, _):
        return bring_up_to_date(url)


@main.command(epilog="Example: coinbreakr-dev verify --fix")
@click.option("--fix", is_flag=True, help="Mend what is safe to mend beside running servers.")
def verify(*, fix: bool) -> int:
    """Look through the stored data, as `coinbreakr verify` does."""
    chosen = settings.load()
    with _database(chosen, local.folder()) as (url, _):
        return look_through(chosen, url, mend=fix)


@main.command(epilog="Example: coinbreakr-dev rates eurofxref-daily.xml")
@click.argument("place", metavar="FILE|URL")
def rates(place: str) -> int:
    """Keep the rates in a file of the ECB, as `coinbreakr rates` does."""
    chosen = settings.load()
    with _database(chosen, local.folder()) as (url, _):
        return refresh_rates(chosen, url, place)


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
    say(f"CoinBreakr answers at http://localhost:{chosen.port}/v1/healthz")
    if mongod is not None:
        say(f"The database is a local one for development, kept in {place}.")
        say(f"It answers at {mongod.url}")
    say("Stop with Ctrl-C.\n")
