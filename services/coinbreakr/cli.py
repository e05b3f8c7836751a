"""The commands of an operator. Those of a developer are in devserver."""

import sys
from typing import Final

import click

from coinbreakr import bootstrap, settings
from coinbreakr.clock import utc_now
from coinbreakr.currencies import ecb
from coinbreakr.features import SCHEMA
from coinbreakr.mongo.client import DatabaseError, connect, database
from coinbreakr.mongo.migrate import MigrationStopped
from coinbreakr.mongo.migrate import migrate as run_migrations
from coinbreakr.rates.feature import rate_service
from coinbreakr.rates.providers import EcbFile
from coinbreakr.settings import Settings, SettingsError
from coinbreakr.verification import verify as run_checks

_INTERRUPTED: Final = 130  # as shells have it
_NEEDS_A_PERSON: Final = 2  # trying again is of no use: no unit and no Job does


class Commands(click.Group):
    """Commands that return their exit code. What goes wrong is told in a line or a list."""

    def invoke(self, ctx: click.Context) -> None:
        """Run the command and exit."""
        try:
            code = super().invoke(ctx)
        except (SettingsError, MigrationStopped, OSError) as error:
            click.echo(str(error), err=True)
            code = 1
        except DatabaseError as error:
            click.echo(f"The database has failed ({type(error).__name__}).", err=True)
            code = 1
        except KeyboardInterrupt:
            code = _INTERRUPTED
        ctx.exit(code)


@click.group(cls=Commands)
def main() -> None:
    """The CoinBreakr API, for operators. MONGO_URL says where the database is."""


@main.command(epilog="Example: MONGO_URL=mongodb://db/coinbreakr coinbreakr migrate")
def migrate() -> int:
    """Bring the database up to date: migrations, then missing indexes.

    Exits with 2 when something is left that a person has to decide.
    """
    return bring_up_to_date(_url(settings.load()))


@main.command(epilog="Example: coinbreakr verify --fix")
@click.option("--fix", is_flag=True, help="Mend what is safe to mend beside running servers.")
def verify(*, fix: bool) -> int:
    """Look through the stored data; exits with 1 if something is found and not mended."""
    chosen = settings.load()
    return look_through(chosen, _url(chosen), mend=fix)


@main.command(epilog="Example: coinbreakr rates eurofxref-daily.xml")
@click.argument("place", metavar="FILE|URL")
def rates(place: str) -> int:
    """Keep the rates in a file of the European Central Bank, to show amounts by them."""
    chosen = settings.load()
    return refresh_rates(chosen, _url(chosen), place)


@main.command("settings", epilog="Example: coinbreakr settings")
def list_settings() -> int:
    """List the environment variables: name, default, what it is for."""
    for name, default, about in settings.describe():
        click.echo(f"{name:24} {default:12} {about}")
    return 0


def bring_up_to_date(url: str) -> int:
    """Migrate, on a client without deadlines; the exit code."""
    with connect(url, timeout_ms=None) as client:
        problems = run_migrations(database(client), SCHEMA, say)
    for problem in problems:
        click.echo(problem, err=True)
    if not problems:
        say("The database is up to date.")
    return _NEEDS_A_PERSON if problems else 0


def look_through(chosen: Settings, url: str, *, mend: bool) -> int:
    """Verify the stored data; the exit code."""
    with connect(url, timeout_ms=None) as client:
        parts = bootstrap.assemble(chosen, client, database(client), utc_now)
        return 1 if run_checks(bootstrap.checks(parts), say, mend=mend).left else 0


def refresh_rates(chosen: Settings, url: str, place: str) -> int:
    """Keep the rates in a file; the exit code."""
    with connect(url) as client:
        parts = bootstrap.assemble(chosen, client, database(client), utc_now)
        try:
            days = parts.get(rate_service).refresh(EcbFile(place))
        except ecb.Unreadable as error:
            click.echo(f"{place}: {error}", err=True)
            return 1
    say(f"The rates of {days} days are kept.")
    return 0


def say(line: str) -> None:
    """Print a line at once, also into a pipe."""
    click.echo(line)
    sys.stdout.flush()


def _url(chosen: Settings) -> str:
    if not chosen.mongo_url:
        raise SettingsError("MONGO_URL must say where the database is")
    return chosen.mongo_url
