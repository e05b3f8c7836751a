"""One version of an image as the registry keeps it."""

import re
from dataclasses import dataclass
from datetime import datetime

_ABOUT = re.compile(r"sha256-([0-9a-f]{64})(?:\.[a-z]+)?")
_COMMIT = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class StoredImage:
    """A manifest: of an image, of an index, or of a signature or bill of materials."""

    digest: str
    uploaded: datetime
    tags: tuple[str, ...] = ()
    size: int = 0
    media_type: str = ""
    artifact_type: str = ""
    parts: tuple[str, ...] = ()  # the manifests that an index is made of

    @property
    def order(self) -> tuple[datetime, str]:
        """What to sort by: age, and the digest between equals."""
        return (self.uploaded, self.digest)

    @property
    def is_release(self) -> bool:
        """Whether a tag says that this was meant to be deployed: release-* or a full commit."""
        return any(tag.startswith("release-") or _COMMIT.fullmatch(tag) for tag in self.tags)

    @property
    def subjects(self) -> tuple[str, ...]:
        """The digests that this one signs or describes, by the tags that cosign gives."""
        found = [_ABOUT.fullmatch(tag) for tag in self.tags]
        if not all(found):
            return ()  # somebody named it for its own sake
        return tuple(f"sha256:{match[1]}" for match in found if match)

    @property
    def is_attachment(self) -> bool:
        """Whether it says that it hangs on another, without a tag that tells on which."""
        return bool(self.artifact_type) and not self.tags
