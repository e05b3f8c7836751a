"""`python -m tests.infra.settled`: writes down what the delivery says, value by value.

A test compares it, so that a changed or lost value is seen in a review as a line of its own, and
never happens by accident. What dependabot changes (pins of actions and images) is left out.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import hcl2
import yaml

from tests.infra.terraform_files import plain
from tests.infra.tools import ROOT

FOLDER: Final = Path(__file__).parent / "settled"
ROOMS: Final = {
    "workflows": (".github/workflows/*.yml",),
    "k8s": ("k8s/**/*.yaml",),
    "terraform": ("terraform/*/*.tf", "terraform/*/*.tfvars", "terraform/*/*.tfbackend"),
    "packer": ("packer/*.hcl", "packer/files/*"),
}
PROSE: Final = {"description", "error_message", "display_name", "summary", "run-name"}
PIN: Final = re.compile(r"@(?:sha256:)?[0-9a-f]{40,64}(?: # \S+)?")


def leaves(value: Any, path: str = "") -> Iterator[str]:
    """A line for each value."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            if not str(key).startswith(("__", "checkov.io")) and key not in PROSE:
                yield from leaves(inner, f"{path}/{'on' if key is True else key}")
    elif isinstance(value, list) and value:
        for number, inner in enumerate(value):
            named = isinstance(inner, dict) and isinstance(inner.get("name"), str)
            yield from leaves(inner, f"{path}/{inner['name'] if named else number}")
    else:
        yield f"{path} = {PIN.sub('', str(value))!r}"


def unit(text: str) -> list[tuple[str, str]]:
    """The lines of a systemd unit, which may say one thing twice."""
    section, found = "", []
    for line in text.splitlines():
        if line.startswith("["):
            section = line
        elif line.strip() and not line.startswith(("#", ";")):
            found.append((section, line.strip()))
    return found


def text_of(path: Path) -> str:
    """What a file says."""
    return path.read_text(encoding="utf-8")


def read(path: Path) -> Any:
    """A file as plain values."""
    text = text_of(path)
    if path.suffix in {".yml", ".yaml"}:
        return [doc for doc in yaml.safe_load_all(text) if doc]
    if path.suffix in {".tf", ".tfvars", ".hcl", ".tfbackend"}:
        return plain(hcl2.loads(text))
    if path.suffix in {".service", ".conf"}:
        return [f"{section} {line}" for section, line in unit(text)]
    return [line for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]


def lines(room: str) -> list[str]:
    """What a room says now."""
    files = sorted({path for pattern in ROOMS[room] for path in ROOT.glob(pattern)})
    return [
        f"{path.relative_to(ROOT)}{line}"
        for path in files
        if path.is_file() and ".terraform" not in path.parts
        for line in leaves(read(path))
    ]


def file(room: str) -> Path:
    return FOLDER / f"{room}.txt"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for one in ROOMS:
        file(one).write_text("\n".join(lines(one)) + "\n", encoding="utf-8")
