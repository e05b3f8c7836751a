"""The command line: which words there are and what they must look like."""

import argparse
import os
from collections.abc import Callable
from typing import TypeVar

from release import names, policy
from release.errors import BadArguments

T = TypeVar("T")
_STDIN = "-"


def parser() -> argparse.ArgumentParser:
    """The parser of `python -m release`."""
    root = argparse.ArgumentParser(prog="release", description="What the pipeline asks and does.")
    subjects = root.add_subparsers(dest="subject", required=True)
    images = subjects.add_parser("images", help="container images in Artifact Registry")
    commands = images.add_subparsers(dest="command", required=True)
    common = _common()
    for name, (about, fill) in _COMMANDS.items():
        fill(commands.add_parser(name, help=about, description=about, parents=[common]))
    return root


def reads_stdin(deployed: str) -> bool:
    """Whether a value of --deployed stands for standard input."""
    return deployed == _STDIN


def _common() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    given = os.environ.get("RELEASE_IMAGE")
    common.add_argument(
        "--image",
        type=_checked(names.parse_image),
        default=given,
        required=given is None,
        help="LOCATION-docker.pkg.dev/PROJECT/REPOSITORY/NAME; default: $RELEASE_IMAGE",
    )
    common.add_argument(
        "--deadline", type=_positive, default=20, metavar="SECONDS", help="for each call"
    )
    return common


def _list(command: argparse.ArgumentParser) -> None:
    command.add_argument("--limit", type=_positive, default=50, help="how many at most")
    _json(command)


def _show(command: argparse.ArgumentParser) -> None:
    command.add_argument("reference", metavar="REF", help="a tag, a digest or a whole URI")
    _json(command)


def _resolve(command: argparse.ArgumentParser) -> None:
    command.add_argument("tag", type=_checked(names.parse_tag), metavar="TAG")


def _verify(command: argparse.ArgumentParser) -> None:
    command.add_argument("--tag", type=_checked(names.parse_tag), required=True, help="pushed")
    command.add_argument(
        "--digest", type=_checked(names.parse_digest), required=True, help="scanned"
    )


def _prune(command: argparse.ArgumentParser) -> None:
    running = command.add_mutually_exclusive_group()
    running.add_argument(
        "--deployed",
        action="append",
        type=_checked(_digest_or_stdin),
        default=[],
        metavar="DIGEST",
        help="never deleted; repeatable; - reads digests or images with digests from stdin",
    )
    running.add_argument(
        "--nothing-deployed", action="store_true", help="says that no cluster runs this image"
    )
    command.add_argument("--keep", type=_positive, default=policy.KEEP, help="the newest N")
    command.add_argument("--days", type=_positive, default=policy.DAYS, help="the age to reach")
    command.add_argument("--apply", action="store_true", help="delete; without it only tell")
    command.add_argument("--patience", type=_positive, default=120, help="seconds per deletion")
    _json(command)


def _rollback_target(command: argparse.ArgumentParser) -> None:
    command.add_argument("--deployed", type=_checked(names.parse_digest), required=True)
    command.add_argument(
        "--releases-only",
        action="store_true",
        help="only images with a tag release-* or a full commit",
    )


def _json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="for programs")


def _digest_or_stdin(text: str) -> str:
    return text if reads_stdin(text) else names.parse_digest(text)


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 100_000:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to 99999")
    return int(text)


def _checked(parse: Callable[[str], T]) -> Callable[[str], T]:
    def checked(text: str) -> T:
        try:
            return parse(text)
        except BadArguments as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return checked


_COMMANDS: dict[str, tuple[str, Callable[[argparse.ArgumentParser], None]]] = {
    "list": ("what is stored, newest first", _list),
    "show": ("everything about one version", _show),
    "resolve": ("the digest that a tag points to", _resolve),
    "verify": ("fail unless the tag points to the scanned digest", _verify),
    "prune": ("report, and with --apply delete, what nobody needs", _prune),
    "rollback-target": ("the newest digest older than the deployed one", _rollback_target),
}
