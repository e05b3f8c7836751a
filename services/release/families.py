"""What stays or goes together: an image, the parts of its index, its signatures."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from release.images import StoredImage

Followers = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Family:
    """An image with everything that is useless or broken without it."""

    root: StoredImage
    members: tuple[StoredImage, ...]  # without the root
    is_stray: bool = False  # the root hangs on an image that is not listed

    @property
    def digests(self) -> frozenset[str]:
        """Every digest of the family."""
        return frozenset({self.root.digest, *(member.digest for member in self.members)})


def newest_first(images: Iterable[StoredImage]) -> list[StoredImage]:
    """By upload; the digest decides between equals, so that two runs agree."""
    return sorted(images, key=lambda image: image.order, reverse=True)


def families(images: Iterable[StoredImage]) -> list[Family]:
    """The families, newest first, strays last; a part that two indexes share is in both."""
    ordered = newest_first(images)
    followers = _followers(ordered)
    led = {digest for digests in followers.values() for digest in digests}
    stored = {image.digest: image for image in ordered}

    def family(root: StoredImage, *, is_stray: bool) -> Family:
        reached = _reach(root.digest, followers)
        return Family(root, tuple(stored[one] for one in reached if one in stored), is_stray)

    pushed = (one for one in ordered if one.digest not in led and not one.is_attachment)
    found = [family(root, is_stray=False) for root in pushed]
    placed = frozenset[str]().union(*(one.digests for one in found))
    strays = (one for one in ordered if one.digest not in placed)
    return [*found, *(family(root, is_stray=True) for root in strays)]


def _followers(images: Iterable[StoredImage]) -> Followers:
    followers: defaultdict[str, list[str]] = defaultdict(list)
    for image in images:
        followers[image.digest].extend(image.parts)
        for subject in image.subjects:
            followers[subject].append(image.digest)
    return followers


def _reach(start: str, followers: Followers) -> list[str]:
    reached = {start: None}
    waiting = [start]
    while waiting:
        fresh = [one for one in followers.get(waiting.pop(), ()) if one not in reached]
        reached.update(dict.fromkeys(fresh))
        waiting.extend(fresh)
    return list(reached)[1:]
