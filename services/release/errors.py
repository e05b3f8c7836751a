"""What can go wrong, each with the exit code that scripts tell it apart by."""

from typing import ClassVar


class ReleaseError(Exception):
    """A failure with a text of one line for the person who reads the log."""

    exit_code: ClassVar[int] = 6


class NotFound(ReleaseError):
    """The tag, the digest or the repository is not there."""

    exit_code = 1


class BadArguments(ReleaseError):
    """The command was asked for something that makes no sense; argparse exits with 2 as well."""

    exit_code = 2


class Denied(ReleaseError):
    """No credentials, or credentials without the right."""

    exit_code = 3


class Unavailable(ReleaseError):
    """No answer in time; the same command may work in a minute."""

    exit_code = 4


class Mismatch(ReleaseError):
    """What was pushed is not what was scanned."""

    exit_code = 5


class Refused(ReleaseError):
    """The registry understood and said no, or said something that makes no sense."""
