"""Draws the Mermaid blocks of ARCHITECTURE.md as SVG files beside this one.

Needs the program `mmdc` of the npm package @mermaid-js/mermaid-cli, and Chromium for it
(CHROMIUM names it). Every file ends with a digest of its source, which a test compares.
"""

import hashlib
import json
import os
import re
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
# Words after the first begin with a space, which viewers that are no browser leave out.
SPACE = re.compile(r'(<tspan[^>]* class="text-inner-tspan"[^>]*>) ')
BLOCK = re.compile(r"<!-- diagram: (\w+) -->\n```mermaid\n(.*?)```", re.DOTALL)
LOOK = {
    "theme": "base",
    "htmlLabels": False,
    "flowchart": {"htmlLabels": False, "nodeSpacing": 34, "rankSpacing": 56, "wrappingWidth": 320},
    "themeVariables": {
        "fontFamily": "DejaVu Sans, Arial, sans-serif",
        "fontSize": "14px",
        "lineColor": "#5b6470",
        "clusterBkg": "#fbfbfd",
        "clusterBorder": "#c6ccd6",
        "edgeLabelBackground": "#ffffff",
    },
}


def blocks() -> dict[str, str]:
    """Source of every diagram by its name."""
    text = (HERE.parents[1] / "ARCHITECTURE.md").read_text(encoding="utf-8")
    return dict(BLOCK.findall(text))


def mark(source: str) -> str:
    """What ends the file that was drawn from this source."""
    return f"<!-- source {hashlib.sha256(source.encode()).hexdigest()} -->\n"


def render(name: str, source: str, folder: Path) -> None:
    """Draw one block."""
    browser = {
        "executablePath": os.environ.get("CHROMIUM", "/usr/bin/chromium"),
        "args": ["--no-sandbox"],
    }
    for file, content in (
        ("source.mmd", source),
        ("look", json.dumps(LOOK)),
        ("browser", json.dumps(browser)),
    ):
        (folder / file).write_text(content, encoding="utf-8")
    command = [
        "mmdc",
        "--quiet",
        "-i",
        "source.mmd",
        "-o",
        "out.svg",
        "-c",
        "look",
        "-p",
        "browser",
    ]
    subprocess.run([*command, "-b", "white", "-I", name], cwd=folder, check=True)  # noqa: S603
    drawn = (folder / "out.svg").read_text(encoding="utf-8").rstrip("\n")
    drawn = SPACE.sub("\\1\N{NO-BREAK SPACE}", drawn)
    (HERE / f"{name}.svg").write_text(f"{drawn}\n{mark(source)}", encoding="utf-8")


if __name__ == "__main__":
    for name, source in blocks().items():
        with tempfile.TemporaryDirectory() as scratch:
            render(name, source, Path(scratch))
