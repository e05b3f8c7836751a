"""The Terraform roots as plain values: what stands in the files, without Terraform itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import hcl2

FOLDER: Final = Path(__file__).parents[2] / "terraform"
ROOTS: Final = ("gke", "mig")


@dataclass(frozen=True)
class Block:
    """One block at the top of a file: its words, such as ("resource", type, name), and its body."""

    words: tuple[str, ...]
    body: dict[str, Any]
    file: str


def plain(value: Any) -> Any:
    """What python-hcl2 read, without its quotes, markers and comments."""
    if isinstance(value, dict):
        kept = {k: v for k, v in value.items() if not k.startswith("__")}
        return {plain(k): plain(v) for k, v in kept.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, str):
        return value.removeprefix('"').removesuffix('"')
    return value


@cache
def document(path: Path) -> dict[str, Any]:
    with path.open(encoding="utf-8") as file:
        parsed: dict[str, Any] = plain(hcl2.load(file))
    return parsed


_LABELS: Final = {"resource": 2, "data": 2, "variable": 1, "output": 1, "provider": 1, "module": 1}


def _unfold(words: tuple[str, ...], body: Any, labels: int, file: str) -> Iterator[Block]:
    if not labels:
        yield Block(words, body, file)
        return
    for label, inner in body.items():
        yield from _unfold((*words, label), inner, labels - 1, file)


@cache
def blocks(root: str) -> tuple[Block, ...]:
    found: list[Block] = []
    for path in sorted((FOLDER / root).glob("*.tf")):
        for kind, bodies in document(path).items():
            for body in bodies:
                found.extend(_unfold((kind,), body, _LABELS.get(kind, 0), path.name))
    return tuple(found)


def of(root: str, *words: str) -> list[Block]:
    """The blocks that begin with these words, such as of("mig", "resource", "google_dns_zone")."""
    return [block for block in blocks(root) if block.words[: len(words)] == words]


def one(root: str, *words: str) -> dict[str, Any]:
    (block,) = of(root, *words)
    return block.body


def strings(value: Any) -> Iterator[str]:
    """Every string below a value, keys included."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from strings(inner)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)
    elif isinstance(value, str):
        yield value


def text(root: str) -> str:
    """All expressions of a root, without comments."""
    return "\n".join(line for block in blocks(root) for line in strings(block.body))


def suite(root: str) -> str:
    """The root's own tests."""
    files = sorted((FOLDER / root / "tests").glob("*.tftest.hcl"))
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def names(root: str, kind: str) -> set[str]:
    """Declared names: variables, or the keys of every `locals`."""
    if kind == "local":
        return {key for block in of(root, "locals") for key in block.body}
    return {block.words[1] for block in of(root, kind)}


def references(source: str, prefix: str) -> set[str]:
    return set(re.findall(rf"(?<![\w.])(?:{prefix})\.([a-z_0-9]+)", source))
