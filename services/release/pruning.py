"""The one command that deletes: dry unless told to apply, and careful about what runs."""

from argparse import Namespace
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from release import names, policy, report
from release.arguments import reads_stdin
from release.errors import BadArguments, NotFound
from release.images import StoredImage
from release.policy import Policy, Verdict
from release.registry import Registry
from release.streams import Streams


class Prune:
    """`images prune`."""

    def __init__(self, registry: Registry, streams: Streams, clock: Callable[[], datetime]) -> None:
        self._registry = registry
        self._streams = streams
        self._clock = clock

    def run(self, chosen: Namespace) -> None:
        """Reports on every image and, when told to apply, deletes what nobody needs."""
        deployed = self._deployed(chosen)
        images = list(self._registry.images())
        self._mind_unlisted(policy.unlisted(images, deployed), apply=chosen.apply)
        rule = Policy(chosen.keep, timedelta(days=chosen.days))
        verdicts = rule.judge(images, now=self._clock(), deployed=deployed)
        doomed = policy.deletions(verdicts)
        self._tell(verdicts, as_json=chosen.json)
        if chosen.apply:
            self._delete(doomed)
        if not chosen.json:
            kept = len(verdicts) - len(doomed)
            fate = "deleted" if chosen.apply else "to delete with --apply"
            self._streams.stdout.write(f"\n{len(doomed)} {fate}, {kept} kept.\n")

    def _deployed(self, chosen: Namespace) -> frozenset[str]:
        digests: set[str] = set()
        for given in chosen.deployed:
            digests.update(self._read_digests() if reads_stdin(given) else [given])
        if chosen.apply and not digests and not chosen.nothing_deployed:
            raise BadArguments(
                "--apply needs --deployed, or --nothing-deployed to say there is none"
            )
        return frozenset(digests)

    def _read_digests(self) -> set[str]:
        digests = {names.parse_digest(word) for word in self._streams.stdin.read().split()}
        if not digests:  # the command before the pipe has failed
            raise BadArguments("--deployed - found no digest on standard input")
        return digests

    def _mind_unlisted(self, digests: list[str], *, apply: bool) -> None:
        # A deployed digest that is not here means that the wrong image is about to be pruned.
        if not digests:
            return
        problem = f"{self._registry.image.uri} has no deployed {', '.join(digests)}"
        if apply:
            raise NotFound(f"{problem}; nothing was deleted")
        self._streams.stderr.write(f"release: warning: {problem}\n")

    def _tell(self, verdicts: Iterable[Verdict], *, as_json: bool) -> None:
        if as_json:
            found = [report.describe_verdict(one, self._registry.image) for one in verdicts]
            self._streams.stdout.write(report.as_json(found))
        else:
            self._streams.stdout.write(report.verdict_table(verdicts))

    def _delete(self, doomed: Iterable[StoredImage]) -> None:
        for image in doomed:
            fate = "deleted" if self._registry.delete(image.digest) else "was gone already:"
            self._streams.stderr.write(f"{fate} {image.digest}\n")
