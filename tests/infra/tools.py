"""Programs that a check needs besides Python: an absent one skips loudly, or fails in CI."""

import os
import re
import shutil
import sys
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).parents[2]


def skip(reason: str) -> NoReturn:
    """Skip with the reason; fail with it when COINBREAKR_NOTHING_SKIPPED is set, as in CI."""
    if os.environ.get("COINBREAKR_NOTHING_SKIPPED"):
        pytest.fail(f"nothing may be skipped here: {reason}")
    pytest.skip(reason)


def require(program: str) -> str:
    """Path of a program: of this environment, else of PATH; skips when there is none."""
    here = Path(sys.executable).parent / program
    found = str(here) if here.exists() else shutil.which(program)
    return found or skip(f"{program} is not installed")


def figure(text: str) -> None:
    """Keep a measured figure for the report of `make infra`."""
    if file := os.environ.get("COINBREAKR_FIGURES"):
        with Path(file).open("a", encoding="utf-8") as report:
            report.write(f"{text}\n")


def gunicorn(name: str) -> int:
    """A number that gunicorn.conf.py sets, without running it."""
    source = (ROOT / "services" / "gunicorn.conf.py").read_text(encoding="utf-8")
    (found,) = re.findall(rf"^{name} = (\d+)$", source, re.MULTILINE)
    return int(found)
