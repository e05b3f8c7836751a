"""The commands, run inside of the test."""

from click.testing import CliRunner, Result

from coinbreakr import cli


def coinbreakr(*words: str) -> Result:
    return CliRunner().invoke(cli.main, words, catch_exceptions=False)
