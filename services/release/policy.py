"""Which images to prune and which to go back to: decisions without a registry."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from graphlib import TopologicalSorter

from release.errors import NotFound
from release.families import Family, families
from release.images import StoredImage

KEEP = 10
DAYS = 30


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to happen to one stored image, and why."""

    image: StoredImage
    delete: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Policy:
    """Keep the newest `keep` whatever their age; delete others after `max_age`."""

    keep: int = KEEP
    max_age: timedelta = timedelta(days=DAYS)

    def judge(
        self, images: Iterable[StoredImage], *, now: datetime, deployed: Collection[str]
    ) -> list[Verdict]:
        """A verdict on every image, newest family first."""
        known = families(images)
        roots = [self._root(rank, one, now, deployed) for rank, one in enumerate(known)]
        kept = [one for one, root in zip(known, roots, strict=True) if not root.delete]
        safe = frozenset[str]().union(*(family.digests for family in kept))
        verdicts: dict[str, Verdict] = {}
        for family, root in zip(known, roots, strict=True):
            verdicts[family.root.digest] = root
            for member in family.members:
                verdicts.setdefault(member.digest, _member(member, family, safe))
        return list(verdicts.values())

    def _root(self, rank: int, family: Family, now: datetime, deployed: Collection[str]) -> Verdict:
        image = family.root
        if not family.digests.isdisjoint(deployed):
            return Verdict(image, delete=False, reason="deployed")
        if family.is_stray:
            return Verdict(image, delete=False, reason="attached to what is not listed")
        if rank < self.keep:  # strays come last, so the rank counts what was pushed
            return Verdict(image, delete=False, reason=f"among the newest {self.keep}")
        if now - image.uploaded <= self.max_age:
            return Verdict(image, delete=False, reason=f"not older than {self.max_age.days} days")
        return Verdict(image, delete=True, reason=f"older than {self.max_age.days} days")


def deletions(verdicts: Iterable[Verdict]) -> list[StoredImage]:
    """What goes, in an order that can be broken off: nothing is left that another run misses.

    Signatures go before what they sign, and indexes before their parts: the registry refuses
    to delete a part that is in use.
    """
    doomed = [verdict.image for verdict in verdicts if verdict.delete]
    parts = {part for image in doomed for part in image.parts}
    order = TopologicalSorter({image.digest: () for image in doomed})
    for image in doomed:
        for part in image.parts:
            order.add(part, image.digest)
    place = {digest: rank for rank, digest in enumerate(order.static_order())}

    def key(image: StoredImage) -> tuple[bool, int]:
        is_signature = bool(image.subjects) and image.digest not in parts
        return (not is_signature, place[image.digest])

    return sorted(doomed, key=key)


def unlisted(images: Iterable[StoredImage], digests: Iterable[str]) -> list[str]:
    """The digests that no image has."""
    return sorted(set(digests) - {image.digest for image in images})


def rollback_target(
    images: Iterable[StoredImage], deployed: str, *, releases_only: bool = False
) -> StoredImage:
    """The newest image that was uploaded before the deployed one."""
    known = families(images)
    current = _root_of(known, deployed)
    for family in known:
        image = family.root
        wanted = not family.is_stray and (image.is_release or not releases_only)
        if wanted and image.uploaded < current.uploaded:
            return image
    kind = "release" if releases_only else "image"
    raise NotFound(f"no {kind} is older than the deployed {deployed}")


def _root_of(known: Iterable[Family], digest: str) -> StoredImage:
    # A node may report the part for its own platform instead of the index that was deployed.
    for family in known:
        if digest in family.digests:
            return family.root
    raise NotFound(f"the deployed {digest} is not in the registry")


def _member(member: StoredImage, family: Family, safe: frozenset[str]) -> Verdict:
    if member.digest in safe:
        return Verdict(member, delete=False, reason="belongs to an image that stays")
    return Verdict(member, delete=True, reason=f"belongs to {family.root.digest[:19]}")
