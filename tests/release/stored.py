"""Digests and images to speak of."""

from datetime import UTC, datetime, timedelta

from release.images import StoredImage
from release.names import Image

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
IMAGE = Image("us-central1", "coinbreakr", "coinbreakr-testing", "services")


def digest(number: int) -> str:
    return f"sha256:{number:064x}"


def commit(number: int) -> str:
    return f"{number:040x}"


def signature_tag(of: str) -> str:
    return f"{of.replace(':', '-')}.sig"


def aged(number: int, days: float, *tags: str, parts: tuple[int, ...] = ()) -> StoredImage:
    return StoredImage(
        digest=digest(number),
        uploaded=NOW - timedelta(days=days),
        tags=tags,
        size=123_456_789,
        media_type="application/vnd.oci.image.manifest.v1+json",
        parts=tuple(digest(part) for part in parts),
    )
