"""Images and verdicts as text for people and as JSON for programs."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from release.images import StoredImage
from release.names import Image
from release.policy import Verdict


def image_table(images: Iterable[StoredImage]) -> str:
    """One line an image, with its full digest to copy."""
    return _table(("DIGEST", "UPLOADED", "SIZE", "TAGS"), [_cells(image) for image in images])


def verdict_table(verdicts: Iterable[Verdict]) -> str:
    """One line an image, with what happens to it and why."""
    rows = [(_word(verdict), verdict.reason, *_cells(verdict.image)) for verdict in verdicts]
    return _table(("VERDICT", "REASON", "DIGEST", "UPLOADED", "SIZE", "TAGS"), rows)


def image_card(image: StoredImage, name: Image) -> str:
    """One line a fact."""
    facts = describe(image, name).items()
    return "".join(f"{key + ':':15}{_plain(value)}\n" for key, value in facts)


def describe(image: StoredImage, name: Image) -> dict[str, Any]:
    """An image as JSON has it."""
    return {
        "uri": f"{name.uri}@{image.digest}",
        "digest": image.digest,
        "tags": list(image.tags),
        "size": image.size,
        "uploaded": _moment(image),
        "media_type": image.media_type,
        "artifact_type": image.artifact_type,
        "parts": list(image.parts),
    }


def describe_verdict(verdict: Verdict, name: Image) -> dict[str, Any]:
    """A verdict as JSON has it."""
    return {
        "verdict": _word(verdict),
        "reason": verdict.reason,
        **describe(verdict.image, name),
    }


def as_json(value: Any) -> str:
    """One document, readable in a log."""
    return json.dumps(value, indent=2) + "\n"


def _cells(image: StoredImage) -> tuple[str, str, str, str]:
    size = f"{image.size / 1_000_000:.1f} MB"
    return (image.digest, _moment(image), size, ", ".join(image.tags) or "-")


def _moment(image: StoredImage) -> str:
    return f"{image.uploaded:%Y-%m-%dT%H:%M:%SZ}"


def _word(verdict: Verdict) -> str:
    return "delete" if verdict.delete else "keep"


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(value) or "-"
    return str(value) or "-"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    padded = (
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        for line in lines
    )
    return "".join(f"{line.rstrip()}\n" for line in padded)
