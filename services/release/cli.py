"""`python -m release`: the command line put together, and its exit code."""

import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from google.cloud.artifactregistry_v1 import ArtifactRegistryClient

from release import arguments
from release.commands import Commands
from release.errors import ReleaseError
from release.registry import Registry, connect
from release.streams import Streams


def utc_now() -> datetime:
    """This moment."""
    return datetime.now(UTC)


def main(
    words: Sequence[str] | None = None,
    *,
    connect: Callable[[], ArtifactRegistryClient] = connect,
    clock: Callable[[], datetime] = utc_now,
) -> int:
    """Run a command; its exit code."""
    chosen = arguments.parser().parse_args(words)
    patience = getattr(chosen, "patience", chosen.deadline)
    try:
        registry = Registry(connect(), chosen.image, deadline=chosen.deadline, patience=patience)
        Commands(registry, Streams(sys.stdin, sys.stdout, sys.stderr), clock).run(chosen)
    except ReleaseError as error:
        sys.stderr.write(f"release: {error}\n")
        return error.exit_code
    return 0
