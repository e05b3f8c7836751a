"""The commands that read: what is asked of the registry and what is told about it."""

import heapq
from argparse import Namespace
from collections.abc import Callable
from datetime import datetime

from release import names, policy, report
from release.errors import Mismatch
from release.pruning import Prune
from release.registry import Registry
from release.streams import Streams


class Commands:
    """One method a command."""

    def __init__(self, registry: Registry, streams: Streams, clock: Callable[[], datetime]) -> None:
        self._registry = registry
        self._streams = streams
        self._clock = clock

    def run(self, chosen: Namespace) -> None:
        """Does what the command line says."""
        by_name: dict[str, Callable[[Namespace], None]] = {
            "list": self._list,
            "show": self._show,
            "resolve": self._resolve,
            "verify": self._verify,
            "prune": Prune(self._registry, self._streams, self._clock).run,
            "rollback-target": self._rollback_target,
        }
        by_name[chosen.command](chosen)

    def _list(self, chosen: Namespace) -> None:
        images = self._registry.images()
        newest = heapq.nlargest(chosen.limit, images, key=lambda image: image.order)
        if chosen.json:
            found = [report.describe(image, self._registry.image) for image in newest]
            self._say(report.as_json(found))
        else:
            self._say(report.image_table(newest))

    def _show(self, chosen: Namespace) -> None:
        reference = names.parse_reference(chosen.reference, self._registry.image)
        if not names.is_digest(reference):
            reference = self._registry.resolve(reference)
        image = self._registry.read(reference)
        if chosen.json:
            self._say(report.as_json(report.describe(image, self._registry.image)))
        else:
            self._say(report.image_card(image, self._registry.image))

    def _resolve(self, chosen: Namespace) -> None:
        self._say(f"{self._registry.resolve(chosen.tag)}\n")

    def _verify(self, chosen: Namespace) -> None:
        pushed = self._registry.resolve(chosen.tag)
        if pushed != chosen.digest:
            raise Mismatch(f"tag {chosen.tag} is {pushed}, but {chosen.digest} was scanned")
        self._say(f"{self._registry.image.uri}:{chosen.tag} is the scanned {pushed}\n")

    def _rollback_target(self, chosen: Namespace) -> None:
        images = list(self._registry.images())
        target = policy.rollback_target(images, chosen.deployed, releases_only=chosen.releases_only)
        self._say(f"{target.digest}\n")

    def _say(self, text: str) -> None:
        self._streams.stdout.write(text)
